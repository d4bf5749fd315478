"""Retention of one model: plan, count what it frees, delete; the bytes go when collected."""

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from frontier_assets.checkpoints.retention import Kept, plan
from frontier_assets.errors import (
    ArtifactNotFoundError,
    CheckpointNotFoundError,
    CheckpointProtectedError,
    IntegrityError,
)
from frontier_assets.registry.database import Registry
from frontier_assets.specification import KeepRule
from frontier_assets.storage.artifacts import ArtifactStore
from frontier_assets.storage.layout import Location
from frontier_assets.storage.stores import ArtifactStores
from frontier_assets.types import Checkpoint, Digest

# Each time somebody has promoted, pinned or saved a checkpoint between the plan and the deletion.
_ATTEMPTS = 5


@dataclasses.dataclass(frozen=True, slots=True)
class RetentionReport:
    """What retention kept, with every reason, and what it deleted, or would have deleted.

    ``freed_bytes`` are the stored bytes of tensors and files that nothing refers to any more. They
    are deleted by the next collection that finds them so.
    """

    model: str
    kept: tuple[Kept, ...]
    deleted: tuple[Checkpoint, ...]
    freed_bytes: int
    dry_run: bool


def retain(
    registry: Registry,
    stores: ArtifactStores,
    model: str,
    rules: Sequence[KeepRule],
    *,
    dry_run: bool,
    actor: str,
    run_id: str | None = None,
) -> RetentionReport:
    """Delete the checkpoints that neither ``rules`` nor anything else keeps.

    What changes in between is looked at again: nothing is deleted on the ground of an old plan.
    """
    reason = f"retention by {' and '.join(rule.canonical() for rule in rules)}"
    for left in reversed(range(_ATTEMPTS)):
        report = _report(registry, stores, model, rules, dry_run=dry_run)
        try:
            if not dry_run:
                registry.checkpoints.delete(
                    model, report.deleted, actor=actor, reason=reason, run_id=run_id
                )
            break
        except (CheckpointNotFoundError, CheckpointProtectedError):
            if not left:
                raise
    return report


def _report(
    registry: Registry,
    stores: ArtifactStores,
    model: str,
    rules: Sequence[KeepRule],
    *,
    dry_run: bool,
) -> RetentionReport:
    found = plan(
        registry.checkpoints.list(model),
        rules,
        protected=registry.checkpoints.protected(model),
        now=datetime.now(UTC),
    )
    freed = freed_bytes(registry, stores, found.deleted)
    return RetentionReport(model, found.kept, found.deleted, freed, dry_run)


def freed_bytes(registry: Registry, stores: ArtifactStores, doomed: Sequence[Checkpoint]) -> int:
    """Return the bytes in which nothing that is recorded lies once ``doomed`` are gone.

    Places that a kept artifact uses, of whatever model, do not count; neither do manifests.

    Raises:
        IntegrityError, ArtifactNotFoundError: a kept artifact's manifest cannot be read.
    """
    freed = 0
    for name in {checkpoint.store for checkpoint in doomed}:
        store = stores[name]
        kept = registry.collection.reachable(name, without=[checkpoint.id for checkpoint in doomed])
        going = {checkpoint.digest for checkpoint in doomed if checkpoint.store == name} - kept
        places = _readable_places(store, going)
        if places:
            places -= _places(store, kept)
        freed += sum(place.length for place in places)
    return freed


def _places(store: ArtifactStore, digests: Iterable[Digest]) -> set[Location]:
    return {place for digest in digests for place in store.open(digest).locations}


def _readable_places(store: ArtifactStore, digests: Iterable[Digest]) -> set[Location]:
    """Return the places of artifacts that go; one without a whole manifest reaches no bytes."""
    places: set[Location] = set()
    for digest in digests:
        try:
            places |= _places(store, [digest])
        except (ArtifactNotFoundError, IntegrityError):
            continue
    return places
