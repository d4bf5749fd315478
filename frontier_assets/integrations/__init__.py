"""Other registries and folders: what comes from them, and what goes out in their formats."""
