"""One file per kind of asset in a model's life."""
