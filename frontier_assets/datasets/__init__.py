"""Data sets: what they are, what is wrong with them, and loading them only when nothing is."""
