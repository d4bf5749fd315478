"""What is said of a version after it was registered: tags, its description, further metrics."""

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from frontier_assets.errors import InvalidValueError
from frontier_assets.registry.canonical import checked_metrics
from frontier_assets.registry.connection import Database
from frontier_assets.registry.labels import checked_free_text, checked_tags
from frontier_assets.registry.ledger import AuditAction, Change, open_change
from frontier_assets.registry.lookup import to_version, version_row
from frontier_assets.registry.searchable import add_metrics, set_tags
from frontier_assets.registry.tables import version_metrics, versions
from frontier_assets.types import Version, checked_segment


@dataclasses.dataclass(frozen=True, slots=True)
class MetricValue:
    """A value that a metric of a version had; ``superseded_at`` is None for the one that counts.

    ``split`` is empty for what was registered with the version.
    """

    split: str
    name: str
    value: float
    recorded_at: datetime
    recorded_by: str
    superseded_at: datetime | None


class Annotations:
    """Changes what people say of versions; each change that is one stands in the audit trail."""

    def __init__(self, database: Database) -> None:
        """Work on ``database``."""
        self._database = database

    def tag(
        self,
        model: str,
        number: str,
        tags: Mapping[str, str] | Iterable[str],
        *,
        remove: Iterable[str] = (),
        actor: str,
    ) -> Version:
        """Set tags, given by name or as ``name:value`` texts, and take others away.

        Raises:
            VersionNotFoundError: there is no such version.
            InvalidValueError: a tag is not valid, or one to ``remove`` is not there.
        """
        (version,) = self.tag_several(model, [number], tags, remove=remove, actor=actor)
        return version

    def tag_several(
        self,
        model: str,
        numbers: Iterable[str],
        tags: Mapping[str, str] | Iterable[str],
        *,
        remove: Iterable[str] = (),
        actor: str,
    ) -> list[Version]:
        """Tag versions of a model as `tag` does, all or none."""
        added, removed = checked_tags(tags), set(remove)
        with open_change(self._database, model, actor=actor) as change:
            return [_tag(change, number, added, removed) for number in numbers]

    def describe(self, model: str, number: str, description: str, *, actor: str) -> Version:
        """Replace the description.

        Raises:
            VersionNotFoundError: there is no such version.
            InvalidValueError: no database keeps the text.
        """
        text = checked_free_text("Version description", description)
        with open_change(self._database, model, actor=actor) as change:
            row = version_row(change.connection, model, number)
            if text != row.description:
                _update(change, row, AuditAction.VERSION_DESCRIBED, "description", text)
            return to_version(version_row(change.connection, model, number))

    def log_metrics(
        self, model: str, number: str, metrics: Mapping[str, float], *, split: str = "", actor: str
    ) -> Version:
        """Add metrics, measured on a ``split`` such as ``test``; older values are kept.

        Without a split they join those that the version was registered with. Gates never read
        them: those judge evaluations alone.

        Raises:
            VersionNotFoundError: there is no such version.
            InvalidValueError: a metric is not finite, there is none, or the split's name is wrong.
        """
        values = checked_metrics(metrics)
        if not values:
            raise InvalidValueError("Metrics", metrics, "expected at least one")
        split = checked_segment("Split", split) if split else ""
        with open_change(self._database, model, actor=actor) as change:
            row = version_row(change.connection, model, number)
            known = metrics_of(change.connection, row.id).get(split, {})
            before = {name: known[name] for name in values if name in known}
            add_metrics(change, row.id, values, split=split)
            if not split:
                same = versions.c.id == row.id
                merged = {**row.metrics, **values}
                change.connection.execute(sa.update(versions).where(same).values(metrics=merged))
            change.record(
                AuditAction.METRICS_LOGGED,
                version=number,
                before={"metrics": before},
                after={"split": split, "metrics": values},
            )
            return to_version(version_row(change.connection, model, number))

    def metrics(self, model: str, number: str) -> dict[str, dict[str, float]]:
        """Return the metrics that count by split; under an empty one what was registered."""
        with self._database.read() as connection:
            return metrics_of(connection, version_row(connection, model, number).id)

    def metric_history(self, model: str, number: str) -> list[MetricValue]:
        """Return every value that any metric of the version had, oldest first, then by name."""
        with self._database.read() as connection:
            version = version_row(connection, model, number)
            query = sa.select(version_metrics).where(version_metrics.c.version_id == version.id)
            columns = version_metrics.c
            oldest_first = (columns.recorded_at, columns.sequence, columns.split, columns.name)
            rows = connection.execute(query.order_by(*oldest_first))
            names = [field.name for field in dataclasses.fields(MetricValue)]
            return [MetricValue(*(getattr(row, name) for name in names)) for row in rows]


def metrics_of(connection: sa.Connection, version: int) -> dict[str, dict[str, float]]:
    """Return by split the metrics that count of the version with this row id."""
    table = version_metrics.c
    query = sa.select(version_metrics).where(
        table.version_id == version, table.superseded_at.is_(None)
    )
    found: dict[str, dict[str, float]] = {}
    for row in connection.execute(query.order_by(table.split, table.name)):
        found.setdefault(row.split, {})[row.name] = row.value
    return found


def _tag(change: Change, number: str, added: dict[str, str], removed: set[str]) -> Version:
    row = version_row(change.connection, change.model, number)
    missing = sorted(removed - row.tags.keys())
    if missing:
        raise InvalidValueError("Tag to remove", missing[0], f"{change.model}@{number} has none")
    after = {name: row.tags[name] for name in row.tags if name not in removed} | added
    if after != row.tags:
        _update(change, row, AuditAction.VERSION_TAGGED, "tags", after)
        set_tags(change, row.id, after)
    return to_version(version_row(change.connection, change.model, number))


def _update(
    change: Change, row: sa.Row[Any], action: AuditAction, column: str, value: object
) -> None:
    same = versions.c.id == row.id
    change.connection.execute(sa.update(versions).where(same).values({column: value}))
    change.record(
        action, version=row.number, before={column: getattr(row, column)}, after={column: value}
    )
