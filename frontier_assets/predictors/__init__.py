"""From weights or a converted file to something with ``predict``, in the same form for all."""
