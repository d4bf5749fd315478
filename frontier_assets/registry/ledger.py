"""The one way to change the registry: lock the model, apply, append to its audit trail."""

import contextlib
import dataclasses
import enum
import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from frontier_assets.errors import AuditChainError, ModelNotFoundError
from frontier_assets.registry.canonical import canonical_json, checked_text
from frontier_assets.registry.columns import iso
from frontier_assets.registry.connection import Database
from frontier_assets.registry.tables import audit, models

# What the first entry of every trail follows.
FIRST_HASH = "0" * 64


class AuditAction(enum.StrEnum):
    """What an entry of the audit trail records."""

    MODEL_CREATED = "model_created"
    POLICY_RECORDED = "policy_recorded"
    TRAINING_STARTED = "training_started"
    TRAINING_FINISHED = "training_finished"
    TRAINING_FAILED = "training_failed"
    CHECKPOINT_SAVED = "checkpoint_saved"
    CHECKPOINTS_DELETED = "checkpoints_deleted"
    PINNED = "pinned"
    UNPINNED = "unpinned"
    VERSION_REGISTERED = "version_registered"
    BUILD_STARTED = "build_started"
    BUILD_COMPLETED = "build_completed"
    EVALUATION_RECORDED = "evaluation_recorded"
    ARTIFACT_STORED = "artifact_stored"
    ARTIFACT_PROVED = "artifact_proved"
    FILE_ATTACHED = "file_attached"
    VERSION_COPIED = "version_copied"
    STAGE_MOVED = "stage_moved"


@dataclasses.dataclass(slots=True)
class Change:
    """An open transaction on one model, whose row it holds locked. ``at`` is its one time."""

    connection: sa.Connection
    model: str
    model_id: int
    actor: str
    reason: str
    run_id: str | None
    at: datetime
    sequence: int

    def record(
        self,
        action: AuditAction,
        *,
        version: str | None = None,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> int:
        """Append an entry to the model's trail and return its sequence."""
        previous = self._last_hash()
        self.sequence += 1
        entry: dict[str, Any] = {
            "model": self.model,
            "sequence": self.sequence,
            "action": action.value,
            "version": version,
            "actor": self.actor,
            "reason": self.reason,
            "run_id": self.run_id,
            "before": dict(before or {}),
            "after": dict(after or {}),
            "at": self.at,
            "previous_hash": previous,
        }
        texts = {name: canonical_json(entry[name]) for name in ("before", "after")}
        entry["hash"] = entry_hash(entry | texts | {"at": iso(self.at)})
        self.connection.execute(sa.insert(audit).values(entry))
        self.connection.execute(
            sa.update(models)
            .where(models.c.id == self.model_id)
            .values(change_sequence=self.sequence)
        )
        return self.sequence

    def _last_hash(self) -> str:
        if self.sequence == 0:
            return FIRST_HASH
        last: str | None = self.connection.scalar(
            sa.select(audit.c.hash).where(
                audit.c.model == self.model, audit.c.sequence == self.sequence
            )
        )
        if last is None:
            raise AuditChainError(self.model, self.sequence, "the entry is missing")
        return last


def entry_hash(stored: Mapping[str, Any]) -> str:
    """Return the sha256 over every field of an entry as it is stored, except its own hash."""
    fields = {name: value for name, value in stored.items() if name not in {"id", "hash"}}
    return hashlib.sha256(canonical_json(fields).encode()).hexdigest()


@contextlib.contextmanager
def open_change(
    database: Database, model: str, *, actor: str, reason: str = "", run_id: str | None = None
) -> Iterator[Change]:
    """Open the transaction in which ``model`` is changed; leaving it commits everything.

    An exception inside undoes everything. A change that records nothing leaves no trace.

    Raises:
        ModelNotFoundError: there is no such model.
        InvalidValueError: ``actor`` is empty.
    """
    actor = checked_text("Actor", actor)
    with database.write() as connection:
        row = connection.execute(
            sa.select(models).where(models.c.name == model).with_for_update()
        ).one_or_none()
        if row is None:
            raise ModelNotFoundError(model)
        now = datetime.now(UTC)
        yield Change(
            connection, model, row.id, actor, reason, run_id, now, sequence=row.change_sequence
        )
