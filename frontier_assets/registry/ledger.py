"""The one way to change the registry: lock the model, apply, append to its audit trail."""

import contextlib
import dataclasses
import enum
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from frontier_assets.errors import AuditChainError, ModelNotFoundError
from frontier_assets.registry.canonical import canonical_json, checked_text
from frontier_assets.registry.chain import FIRST_HASH, entry_hash
from frontier_assets.registry.columns import iso
from frontier_assets.registry.connection import Database
from frontier_assets.registry.prepared import Prepared
from frontier_assets.registry.tables import audit, models


def _as_stored(column: sa.Column[Any]) -> sa.Integer | sa.Text:
    return sa.Integer() if isinstance(column.type, sa.Integer) else sa.Text()


_LOCKED = Prepared(sa.select(models).where(models.c.name == sa.bindparam("name")).with_for_update())
_LAST = Prepared(
    sa.select(audit.c.at, audit.c.hash).where(
        audit.c.model == sa.bindparam("model"), audit.c.sequence == sa.bindparam("sequence")
    )
)
# As stored: every value is a number or the text that was hashed.
_APPEND = Prepared(
    sa.insert(audit).values(
        {
            column.name: sa.bindparam(column.name, type_=_as_stored(column))
            for column in audit.c
            if column is not audit.c.id
        }
    )
)
_COUNT = Prepared(
    sa.update(models)
    .where(models.c.id == sa.bindparam("changed"))
    .values(
        change_sequence=sa.bindparam("sequence"),
        version_sequence=sa.bindparam("version_sequence"),
        last_version_id=sa.bindparam("last_version_id"),
    )
)


class AuditAction(enum.StrEnum):
    """What an entry of the audit trail records."""

    MODEL_CREATED = "model_created"
    MODEL_DESCRIBED = "model_described"
    POLICY_RECORDED = "policy_recorded"
    TRAINING_STARTED = "training_started"
    TRAINING_FINISHED = "training_finished"
    TRAINING_FAILED = "training_failed"
    CHECKPOINT_SAVED = "checkpoint_saved"
    CHECKPOINTS_DELETED = "checkpoints_deleted"
    PINNED = "pinned"
    UNPINNED = "unpinned"
    VERSION_REGISTERED = "version_registered"
    VERSION_DELETED = "version_deleted"
    BUILD_STARTED = "build_started"
    BUILD_COMPLETED = "build_completed"
    EVALUATION_RECORDED = "evaluation_recorded"
    EVALUATION_FAILED = "evaluation_failed"
    CONVERSION_FAILED = "conversion_failed"
    ARTIFACT_STORED = "artifact_stored"
    ARTIFACT_PROVED = "artifact_proved"
    ARTIFACT_MEASURED = "artifact_measured"
    FILE_ATTACHED = "file_attached"
    VERSION_COPIED = "version_copied"
    STAGE_MOVED = "stage_moved"
    APPROVAL_ADDED = "approval_added"
    APPROVALS_CONSUMED = "approvals_consumed"
    HEAD_SIGNED = "head_signed"
    FROZEN = "frozen"
    UNFROZEN = "unfrozen"
    BRANCH_CREATED = "branch_created"
    BRANCH_MERGED = "branch_merged"
    BRANCH_DELETED = "branch_deleted"
    VERSION_TAGGED = "version_tagged"
    VERSION_DESCRIBED = "version_described"
    METRICS_LOGGED = "metrics_logged"
    EXPERIMENT_CREATED = "experiment_created"
    EXPERIMENT_STARTED = "experiment_started"
    EXPERIMENT_RAMPED = "experiment_ramped"
    EXPERIMENT_LOOKED = "experiment_looked"
    EXPERIMENT_STOPPED = "experiment_stopped"
    EXPERIMENT_DECIDED = "experiment_decided"
    OBSERVATIONS_STORED = "observations_stored"


@dataclasses.dataclass(slots=True)
class Change:
    """An open transaction on one model, whose row it holds locked. ``at`` is its one time.

    It is never before the model's last change: clocks are set back and differ between machines,
    and who held a stage in the past is asked by time. ``version_sequence`` counts its versions,
    ``last_version_id`` is the row id of the highest one that was ever on main, and ``owner`` is the
    model's row as the change began; a model that is being created has none.
    """

    connection: sa.Connection
    model: str
    model_id: int
    actor: str
    reason: str
    run_id: str | None
    at: datetime
    sequence: int = 0
    last_hash: str = FIRST_HASH
    version_sequence: int = 0
    last_version_id: int | None = None
    owner: Any = None
    entries: list[dict[str, Any]] = dataclasses.field(default_factory=list)

    def record(
        self,
        action: AuditAction,
        *,
        version: str | None = None,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> int:
        """Add an entry to the model's trail, which `append` writes, and return its sequence."""
        self.sequence += 1
        entry: dict[str, Any] = {
            "model": self.model,
            "sequence": self.sequence,
            "action": action.value,
            "version": version,
            "actor": self.actor,
            "reason": self.reason,
            "run_id": self.run_id,
            "before": canonical_json(dict(before or {})),
            "after": canonical_json(dict(after or {})),
            "at": iso(self.at),
            "previous_hash": self.last_hash,
        }
        self.last_hash = entry["hash"] = entry_hash(entry)
        self.entries.append(entry)
        return self.sequence

    def append(self) -> None:
        """Write the entries, at the end of the transaction that they tell of."""
        if self.entries:
            _APPEND.each(self.connection, self.entries)
            counted = {
                "changed": self.model_id,
                "sequence": self.sequence,
                "version_sequence": self.version_sequence,
                "last_version_id": self.last_version_id,
            }
            _COUNT(self.connection, counted)


@contextlib.contextmanager
def open_change(
    database: Database, model: str, *, actor: str, reason: str = "", run_id: str | None = None
) -> Iterator[Change]:
    """Open the transaction in which ``model`` is changed; leaving it commits everything.

    An exception inside undoes everything. A change that records nothing leaves no trace.

    Raises:
        ModelNotFoundError: there is no such model.
        InvalidValueError: ``actor`` is empty.
        AuditChainError: the model's last entry is missing.
    """
    actor = checked_text("Actor", actor)
    with database.write() as connection:
        row = _LOCKED(connection, {"name": model}).one_or_none()
        if row is None:
            raise ModelNotFoundError(model)
        last_at, last_hash = _last_entry(connection, model, row.change_sequence)
        at = max(datetime.now(UTC), last_at)
        change = Change(
            connection,
            model,
            row.id,
            actor,
            reason,
            run_id,
            at,
            row.change_sequence,
            last_hash,
            row.version_sequence,
            row.last_version_id,
            row,
        )
        yield change
        change.append()


def _last_entry(connection: sa.Connection, model: str, sequence: int) -> tuple[datetime, str]:
    row = _LAST(connection, {"model": model, "sequence": sequence}).one_or_none()
    if row is None:
        raise AuditChainError(model, sequence, "the entry is missing")
    return row.at, row.hash
