"""What each watched place held when it was last looked at, and what became of it.

A look is no change of the model, so the audit trail has no entry of it; the checkpoint that comes
of one has its own.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from frontier_assets.registry.canonical import readable
from frontier_assets.registry.connection import Database
from frontier_assets.registry.models import model_id
from frontier_assets.registry.tables import discoveries


@dataclasses.dataclass(frozen=True, slots=True)
class DiscoveryRecord:
    """A checkpoint of another trainer, as the last look found it under ``location``.

    ``fingerprint`` changes when it does. ``checkpoint`` is the key that it became, ``problem`` says
    why it was refused; with neither it waits. ``seen_at`` is when it was first seen like this.
    """

    model: str
    location: str
    fingerprint: str
    checkpoint: str | None
    problem: str
    seen_at: datetime

    @property
    def is_waiting(self) -> bool:
        """Whether it was neither taken nor refused yet."""
        return self.checkpoint is None and not self.problem


class Discoveries:
    """Records looks and their outcomes; every change is safe to repeat."""

    def __init__(self, database: Database) -> None:
        """Work on ``database``."""
        self._database = database

    def look(self, model: str, found: Mapping[str, str]) -> list[DiscoveryRecord]:
        """Record the fingerprints ``found`` now, by location; return what waits and is unchanged.

        What changed waits again, and what is gone is forgotten unless it became a checkpoint.

        Raises:
            ModelNotFoundError: there is no such model.
        """
        known = {item.location: item for item in self.list(model)}
        changed = {
            location: fingerprint
            for location, fingerprint in found.items()
            if location not in known or known[location].fingerprint != fingerprint
        }
        gone = [
            item.location
            for item in known.values()
            if item.location not in found and item.checkpoint is None
        ]
        if changed or gone:
            self._replace(model, [*changed, *gone], changed)
        return [known[x] for x in found if x not in changed and known[x].is_waiting]

    def settle(
        self, model: str, location: str, fingerprint: str, *, checkpoint: str | None, problem: str
    ) -> None:
        """Record what became of ``location`` as it was then; nothing, when it changed since.

        Raises:
            ModelNotFoundError: there is no such model.
        """
        text = readable(problem) if problem else ""
        with self._database.write() as connection:
            at = (
                discoveries.c.model_id == model_id(connection, model),
                discoveries.c.location == location,
                discoveries.c.fingerprint == fingerprint,
            )
            settled = sa.update(discoveries).where(*at)
            connection.execute(settled.values(checkpoint=checkpoint, problem=text))

    def list(self, model: str) -> list[DiscoveryRecord]:
        """Return what the model's places held, ordered by location.

        Raises:
            ModelNotFoundError: there is no such model.
        """
        with self._database.read() as connection:
            query = sa.select(discoveries).where(
                discoveries.c.model_id == model_id(connection, model)
            )
            rows = connection.execute(query.order_by(discoveries.c.location)).all()
        return [_record(model, row) for row in rows]

    def _replace(self, model: str, old: Sequence[str], new: Mapping[str, str]) -> None:
        now = datetime.now(UTC)
        with self._database.write() as connection:
            owner = model_id(connection, model)
            for location in old:
                at = (discoveries.c.model_id == owner, discoveries.c.location == location)
                connection.execute(sa.delete(discoveries).where(*at))
            for location, fingerprint in new.items():
                values = {"location": location, "fingerprint": fingerprint, "problem": ""}
                connection.execute(
                    sa.insert(discoveries).values(model_id=owner, seen_at=now, **values)
                )


def _record(model: str, row: sa.Row[Any]) -> DiscoveryRecord:
    names = {field.name for field in dataclasses.fields(DiscoveryRecord)} - {"model"}
    return DiscoveryRecord(model=model, **{name: getattr(row, name) for name in names})
