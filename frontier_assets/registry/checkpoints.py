"""The checkpoints of each model: which state was saved when, and how good it was."""

import dataclasses
import operator
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from frontier_assets.errors import CheckpointNotFoundError, InvalidValueError
from frontier_assets.registry.canonical import (
    checked_json,
    checked_metrics,
    checked_size,
    checked_text,
)
from frontier_assets.registry.checkpoint_lookup import checkpoint_at, checkpoint_row
from frontier_assets.registry.claims import Stored, claim
from frontier_assets.registry.connection import Database
from frontier_assets.registry.deletion import delete_checkpoints
from frontier_assets.registry.ledger import AuditAction, Change, open_change
from frontier_assets.registry.models import model_id
from frontier_assets.registry.prepared import Prepared
from frontier_assets.registry.protections import protected_checkpoints
from frontier_assets.registry.tables import checkpoints, models
from frontier_assets.types import Checkpoint, Digest, checked_segment


class Checkpoints:
    """Records checkpoints, finds the latest and the best, and deletes what nothing holds."""

    def __init__(self, database: Database) -> None:
        """Work on ``database``."""
        self._database = database

    def add(
        self,
        model: str,
        *,
        run: str,
        step: int,
        epoch: int | None,
        stored: Stored,
        metrics: Mapping[str, float],
        parameters: Mapping[str, Any],
        data_digests: Mapping[str, str],
        actor: str,
        run_id: str | None = None,
    ) -> Checkpoint:
        """Record a saved state and return it.

        The same ``run`` and ``step`` with the same digest returns the existing checkpoint; another
        digest replaces it, and the replacement counts as the newest.

        Raises:
            ModelNotFoundError: there is no such model.
            InvalidValueError: a metric is not finite, or ``step`` or ``epoch`` is negative.
            BlobsCollectedError: bytes of ``stored`` were deleted since its save began.
        """
        values = {
            "run": checked_segment("Run", run),
            "step": checked_size("Checkpoint step", step),
            "epoch": None if epoch is None else checked_size("Checkpoint epoch", epoch),
            **stored.columns(),
            "metrics": checked_metrics(metrics),
            "parameters": checked_json("Checkpoint parameters", dict(parameters)),
            "data_digests": checked_json("Data digests", dict(data_digests)),
        }
        with open_change(self._database, model, actor=actor, run_id=run_id) as ledger:
            claim(ledger.connection, stored)
            return _save(ledger, values)

    def get(self, model: str, key: str) -> Checkpoint:
        """Return the checkpoint with this key, ``<run>-step-<n>``.

        Raises:
            CheckpointNotFoundError: the model has none.
        """
        with self._database.read() as connection:
            return _checkpoint(model, checkpoint_row(connection, model, key))

    def list(self, model: str, run: str | None = None) -> list[Checkpoint]:
        """Return the checkpoints in the order in which they were saved."""
        with self._database.read() as connection:
            return checkpoints_of(connection, model, run)

    def latest(self, model: str, run: str | None = None) -> Checkpoint:
        """Return the checkpoint that was saved last.

        Raises:
            CheckpointNotFoundError: there is none.
        """
        with self._database.read() as connection:
            newest = _NEWEST if run is None else _NEWEST_OF_RUN
            wanted = {"model": model} if run is None else {"model": model, "run": run}
            row = newest(connection, wanted).one_or_none()
            if row is None:
                model_id(connection, model)  # whether it is the model that is missing
                raise CheckpointNotFoundError(model, _of("latest", run))
        return _checkpoint(model, row)

    def best(
        self, model: str, metric: str, *, lower_is_better: bool, run: str | None = None
    ) -> Checkpoint:
        """Return the checkpoint with the best value of ``metric``; the newest of equals.

        Raises:
            CheckpointNotFoundError: there are no checkpoints.
            InvalidValueError: none of them has this metric.
        """
        candidates = self.list(model, run)
        if not candidates:
            raise CheckpointNotFoundError(model, _of("best", run))
        measured = [item for item in candidates if metric in item.metrics]
        if not measured:
            known = sorted({name for item in candidates for name in item.metrics})
            raise InvalidValueError(
                "Checkpoint metric", metric, f"the checkpoints have {', '.join(known) or 'none'}"
            )
        sign = -1 if lower_is_better else 1
        return max(measured, key=lambda item: (sign * item.metrics[metric], item.id))

    def protected(self, model: str) -> dict[str, tuple[str, ...]]:
        """Return what holds checkpoints now, by their keys; deletion refuses those."""
        with self._database.read() as connection:
            return protected_checkpoints(connection, model_id(connection, model))

    def delete(
        self,
        model: str,
        doomed: Sequence[Checkpoint],
        *,
        actor: str,
        reason: str,
        run_id: str | None = None,
    ) -> None:
        """Delete all of these checkpoints, or none; their bytes stay until they are collected.

        Each is deleted as it was read: a state that was saved under the same key since stays.

        Raises:
            CheckpointNotFoundError: one of them is not there any more.
            CheckpointProtectedError: something holds one of them now.
        """
        reason = checked_text("Reason", reason)
        if not doomed:
            return
        with open_change(
            self._database, model, actor=actor, reason=reason, run_id=run_id
        ) as ledger:
            delete_checkpoints(ledger, doomed)


_FIELDS = [field.name for field in dataclasses.fields(Checkpoint) if field.name != "model"]
_VALUES = operator.attrgetter(*_FIELDS)

# Built once: training and loading ask it again and again.
_OF_MODEL = (
    sa.select(checkpoints)
    .join(models, models.c.id == checkpoints.c.model_id)
    .where(models.c.name == sa.bindparam("model"))
    .order_by(checkpoints.c.id.desc())
    .limit(1)
)
_NEWEST = Prepared(_OF_MODEL)
_NEWEST_OF_RUN = Prepared(_OF_MODEL.where(checkpoints.c.run == sa.bindparam("run")))
_INSERT = Prepared(sa.insert(checkpoints).returning(checkpoints))


def checkpoints_of(
    connection: sa.Connection, model: str, run: str | None = None
) -> list[Checkpoint]:
    """Return the checkpoints of a model, or of one run, in the order in which they were saved."""
    query = _select(model_id(connection, model), run).order_by(checkpoints.c.id)
    return [_checkpoint(model, row) for row in connection.execute(query)]


def _of(which: str, run: str | None) -> str:
    return which if run is None else f"{which} of run {run}"


def _select(model: int, run: str | None) -> sa.Select[Any]:
    query = sa.select(checkpoints).where(checkpoints.c.model_id == model)
    return query if run is None else query.where(checkpoints.c.run == run)


def _save(ledger: Change, values: Mapping[str, Any]) -> Checkpoint:
    replaced = checkpoint_at(ledger.connection, ledger.model_id, values["run"], values["step"])
    if replaced is not None and replaced.digest == values["digest"]:
        return _checkpoint(ledger.model, replaced)
    if replaced is not None:
        ledger.connection.execute(sa.delete(checkpoints).where(checkpoints.c.id == replaced.id))
    kept = {**values, "model_id": ledger.model_id, "run_id": ledger.run_id}
    kept |= {"created_at": ledger.at, "created_by": ledger.actor}
    row = _INSERT(ledger.connection, kept).one()
    saved = _checkpoint(ledger.model, row)
    before = None if replaced is None else _checkpoint(ledger.model, replaced)
    ledger.record(
        AuditAction.CHECKPOINT_SAVED,
        before={} if before is None else {"key": before.key, "digest": before.digest},
        after={"key": saved.key, "digest": saved.digest, "metrics": saved.metrics},
    )
    return saved


def _checkpoint(model: str, row: sa.Row[Any]) -> Checkpoint:
    values = dict(zip(_FIELDS, _VALUES(row), strict=True))
    values |= {"model": model, "digest": Digest(row.digest)}
    return Checkpoint(**values)
