"""One IO manager per storage backend; all move handles, not loaded objects."""
