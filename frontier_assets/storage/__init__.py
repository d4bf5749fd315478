"""Content-addressed bytes: blob stores, packs, manifests and the artifact store above them."""
