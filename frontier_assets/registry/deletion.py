"""Deleting checkpoints: all that were named or none, and nothing that something holds."""

from collections.abc import Sequence

import sqlalchemy as sa

from frontier_assets.errors import CheckpointNotFoundError, CheckpointProtectedError
from frontier_assets.registry.ledger import AuditAction, Change
from frontier_assets.registry.protections import protected_checkpoints
from frontier_assets.registry.tables import checkpoints
from frontier_assets.types import Checkpoint


def delete_checkpoints(ledger: Change, doomed: Sequence[Checkpoint]) -> None:
    """Delete the rows of ``doomed``, and record their keys and digests in one entry.

    Raises:
        CheckpointNotFoundError: one of them is not there any more.
        CheckpointProtectedError: something holds one of them now.
    """
    owned = sa.select(checkpoints.c.id).where(checkpoints.c.model_id == ledger.model_id)
    there = set(ledger.connection.scalars(owned))
    holds = protected_checkpoints(ledger.connection, ledger.model_id)
    for checkpoint in doomed:
        if checkpoint.id not in there:
            raise CheckpointNotFoundError(ledger.model, checkpoint.key)
        if checkpoint.key in holds:
            raise CheckpointProtectedError(ledger.model, checkpoint.key, holds[checkpoint.key])
    ledger.connection.execute(
        sa.delete(checkpoints).where(checkpoints.c.id == sa.bindparam("doomed")),
        [{"doomed": checkpoint.id} for checkpoint in doomed],
    )
    ledger.record(
        AuditAction.CHECKPOINTS_DELETED,
        before={"checkpoints": {checkpoint.key: checkpoint.digest for checkpoint in doomed}},
    )
