"""Python objects to plain JSON and raw bytes, and back; nothing stored is ever executed."""
