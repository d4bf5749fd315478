"""Streams that a library took hold of when it was imported, and must not close."""

import sys


def keep_open() -> None:
    """Keep absl, which Keras and OpenVINO import, from closing the error stream it began with.

    absl closes it whenever somebody configures logging, unless it is still the present one. In a
    step or a test whose output is captured it is not, and everything after has no stream.
    """
    absl = sys.modules.get("absl.logging")
    if absl is not None:
        # The process's own stream is one that absl never closes.
        absl.get_absl_handler().python_handler.setStream(sys.__stderr__)
