"""Training states saved, loaded and turned into versions."""
