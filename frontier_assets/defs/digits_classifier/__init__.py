"""Handwritten digits: the demonstration model."""
