"""Alembic's scripts; `frontier_assets.registry.schema` runs them."""
