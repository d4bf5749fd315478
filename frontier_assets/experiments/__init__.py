"""Experiments between versions: who gets which, what came of it, and what is decided."""
