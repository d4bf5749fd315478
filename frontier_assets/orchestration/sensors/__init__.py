"""One sensor per concern for a whole code location, driven by the registry's change sequence."""
