"""What the registry refers to in each store, and who does: the one definition of reachable."""

import dataclasses
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from frontier_assets.registry.tables import (
    artifacts,
    attachments,
    checkpoints,
    copies,
    experiments,
    models,
    observation_files,
    versions,
)
from frontier_assets.types import Digest


@dataclasses.dataclass(frozen=True, slots=True)
class Reference:
    """A recorded artifact and its ``owner``, e.g. ``m@1.0.0 onnx`` or ``m checkpoint r-step-1``."""

    digest: Digest
    model: str
    owner: str
    size_bytes: int


def references(connection: sa.Connection, store: str) -> list[Reference]:
    """Return everything that refers to an artifact in ``store``, ordered by owner."""
    rows = _rows()
    query = sa.select(rows).where(_is_in(rows, store)).order_by(rows.c.owner)
    return [
        Reference(Digest(row.digest), row.model, row.owner, row.size_bytes)
        for row in connection.execute(query)
    ]


def reachable(connection: sa.Connection, store: str, without: Collection[int] = ()) -> set[Digest]:
    """Return the digest of every artifact in ``store`` that something refers to.

    The checkpoints whose row ids are in ``without`` do not count. A copy is reachable while its
    original is, in any store.
    """
    rows = _rows(without)
    query = sa.select(rows.c.digest).where(_is_in(rows, store)).distinct()
    return {Digest(digest) for digest in connection.scalars(query)}


def stores_in_use(connection: sa.Connection) -> set[str]:
    """Return the names of the stores that something refers to."""
    copied = sa.select(copies.c.store)
    return set(connection.scalars(sa.union(sa.select(_rows().c.store), copied)))


def _rows(without: Collection[int] = ()) -> sa.Subquery:
    """Return every row that refers to an artifact: its digest, store, model, owner and size.

    What belongs to a deleted version refers to nothing any more.
    """
    key = checkpoints.c.run + "-step-" + sa.cast(checkpoints.c.step, sa.String)
    version = models.c.name + "@" + versions.c.number
    of_checkpoints = (
        _select(checkpoints, models.c.name + " checkpoint " + key)
        .join(models, models.c.id == checkpoints.c.model_id)
        .where(checkpoints.c.id.not_in(without))
    )
    of_versions = (
        _select(versions, version)
        .join(models, models.c.id == versions.c.model_id)
        .where(versions.c.deleted_at.is_(None))
    )
    of_parts = [
        _select(table, version + " " + table.c.name)
        .join(versions, versions.c.id == table.c.version_id)
        .join(models, models.c.id == versions.c.model_id)
        .where(versions.c.deleted_at.is_(None))
        for table in (artifacts, attachments)
    ]
    observed = models.c.name + " experiment " + experiments.c.key
    of_experiments = (
        _select(observation_files, observed)
        .join(experiments, experiments.c.id == observation_files.c.experiment_id)
        .join(models, models.c.id == experiments.c.model_id)
    )
    return sa.union_all(of_checkpoints, of_versions, *of_parts, of_experiments).subquery()


def _select(table: sa.Table, owner: sa.ColumnElement[str]) -> sa.Select[Any]:
    return sa.select(
        table.c.digest,
        table.c.store,
        models.c.name.label("model"),
        owner.label("owner"),
        table.c.size_bytes,
    ).select_from(table)


def _is_in(rows: sa.Subquery, store: str) -> sa.ColumnElement[bool]:
    copied = sa.select(copies.c.digest).where(copies.c.store == store)
    return sa.or_(rows.c.store == store, rows.c.digest.in_(copied))
