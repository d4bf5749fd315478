"""Finding versions and models: a small language over what is on record, parsed, never pasted."""
