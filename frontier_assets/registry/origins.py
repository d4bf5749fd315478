"""Where imported versions came from: what has one origin is taken in once."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from frontier_assets.registry.lookup import select_recorded
from frontier_assets.registry.tables import versions

# The rest of an origin, such as when it was made there, is no part of what it is.
_IDENTITY = ("source", "name", "version")


def row_of_origin(
    connection: sa.Connection, model: int, origin: Mapping[str, str]
) -> sa.Row[Any] | None:
    """Return the row of the version of this origin, a deleted one too; None before its import."""
    imported = select_recorded(model).where(versions.c.origin.is_not(None))
    wanted = _identity(origin)
    rows = connection.execute(imported.order_by(versions.c.sequence))
    return next((row for row in rows.all() if _identity(row.origin) == wanted), None)


def _identity(origin: Mapping[str, str]) -> tuple[str | None, ...]:
    return tuple(origin.get(name) for name in _IDENTITY)
