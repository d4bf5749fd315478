"""From a key, or a run and a step, to the row of a checkpoint."""

import re
from typing import Any

import sqlalchemy as sa

from frontier_assets.errors import CheckpointNotFoundError
from frontier_assets.registry.models import model_id
from frontier_assets.registry.prepared import Prepared
from frontier_assets.registry.tables import checkpoints

_KEY = re.compile(r"(?P<run>.+)-step-(?P<step>0|[1-9][0-9]{0,17})")
# Built once: every save runs it.
_CHECKPOINT = Prepared(
    sa.select(checkpoints).where(
        checkpoints.c.model_id == sa.bindparam("of_model"),
        checkpoints.c.run == sa.bindparam("run"),
        checkpoints.c.step == sa.bindparam("step"),
    )
)


def checkpoint_at(connection: sa.Connection, model: int, run: str, step: int) -> sa.Row[Any] | None:
    """Return the row of the checkpoint that a run saved at this step."""
    return _CHECKPOINT(connection, {"of_model": model, "run": run, "step": step}).one_or_none()


def checkpoint_row(connection: sa.Connection, model: str, key: str) -> sa.Row[Any]:
    """Return the row of a checkpoint by its key, or raise the error that says what is missing."""
    owner = model_id(connection, model)
    parts = _KEY.fullmatch(key)
    row = None
    if parts is not None:
        row = checkpoint_at(connection, owner, parts["run"], int(parts["step"]))
    if row is None:
        raise CheckpointNotFoundError(model, key)
    return row
