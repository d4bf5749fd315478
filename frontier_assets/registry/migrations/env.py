"""Runs the migrations on the connection, and in the transaction, of the caller."""

from alembic import context

from frontier_assets.registry import tables

connection = context.config.attributes["connection"]
# SQLite cannot alter most things in place; batch mode copies the table.
context.configure(
    connection=connection, target_metadata=tables.models.metadata, render_as_batch=True
)
context.run_migrations()
