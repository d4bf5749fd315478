"""Which checkpoint a run carries on from: the newest of which every byte is there."""

import dataclasses
import logging
from collections.abc import Callable, Sequence
from typing import Any

from frontier_assets.errors import ArtifactNotFoundError, BlobNotFoundError, IntegrityError
from frontier_assets.types import Checkpoint, Digest

_log = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True, slots=True)
class Skipped:
    """A checkpoint that was passed over, and what is wrong with it."""

    key: str
    digest: Digest
    reason: str


@dataclasses.dataclass(frozen=True, slots=True)
class Resumption:
    """The newest whole checkpoint, its state, and the newer ones that are damaged."""

    checkpoint: Checkpoint
    state: Any
    skipped: tuple[Skipped, ...] = ()


def newest_whole(
    checkpoints: Sequence[Checkpoint], load: Callable[[Checkpoint], Any]
) -> Resumption | None:
    """Return the last of ``checkpoints`` that ``load`` can read; None when there are none.

    A damaged one is passed over with a warning in the log.

    Raises:
        IntegrityError, ArtifactNotFoundError, BlobNotFoundError: all of them are damaged; starting
            anew would hide that.
    """
    skipped: list[Skipped] = []
    newest: Exception | None = None
    for checkpoint in reversed(checkpoints):
        try:
            return Resumption(checkpoint, load(checkpoint), tuple(skipped))
        except (IntegrityError, ArtifactNotFoundError, BlobNotFoundError) as error:
            _log.warning(
                "Checkpoint %s of %s is skipped: %s", checkpoint.key, checkpoint.model, error
            )
            skipped.append(Skipped(checkpoint.key, checkpoint.digest, str(error)))
            newest = newest or error
    if newest is not None:
        newest.add_note(
            f"No checkpoint of run '{checkpoints[0].run}' is whole; train under another run name "
            "to begin anew"
        )
        raise newest
    return None
