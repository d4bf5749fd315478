"""The project's Dagster: the only package of the command that imports it."""
