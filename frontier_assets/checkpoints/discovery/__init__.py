"""Checkpoints that other trainers write: where they lie, how they are laid out, taking them in."""
