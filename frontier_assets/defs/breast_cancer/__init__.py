"""Breast cancer from cell measurements: the demonstration model that is not a network."""
