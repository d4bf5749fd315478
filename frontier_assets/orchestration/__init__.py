"""The Dagster objects: thin faces over the workspace."""
