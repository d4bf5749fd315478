"""Where a version came from and what came of it, gathered from the registry."""

import dataclasses
from collections.abc import Mapping, Sequence

from frontier_assets.errors import CheckpointNotFoundError, TrainingRunNotFoundError
from frontier_assets.registry.artifacts import ArtifactRecord
from frontier_assets.registry.builds import Build
from frontier_assets.registry.database import Registry
from frontier_assets.registry.evaluation_records import Evaluation
from frontier_assets.registry.moves import StageMove
from frontier_assets.registry.training_runs import TrainingRunRecord
from frontier_assets.types import Checkpoint, Digest, Version


@dataclasses.dataclass(frozen=True, slots=True)
class Lineage:
    """The life of one version.

    ``ancestors`` are its parents, theirs and so on, the newest first; ``children`` have it for a
    parent, and ``descendants`` are they, theirs and so on, the oldest first. The parents of each
    are its ``parent`` and ``merged_from``. ``checkpoint`` is None when the version was registered
    from elsewhere, or when the checkpoint is gone; ``training_run`` when nobody recorded one.
    ``current_policy_digest`` is the model's, which the version's own need not be. ``evaluations``
    and ``conversions`` are the newest of each name.
    """

    version: Version
    ancestors: tuple[Version, ...]
    checkpoint: Checkpoint | None
    training_run: TrainingRunRecord | None
    current_policy_digest: Digest | None
    build: Build | None
    evaluations: tuple[Evaluation, ...]
    conversions: tuple[ArtifactRecord, ...]
    moves: tuple[StageMove, ...]
    barred_reason: str | None
    children: tuple[Version, ...]
    descendants: tuple[Version, ...]


def parents_of(version: Version) -> tuple[str, ...]:
    """Return the numbers of the version's parents: none, one, or two after a merge."""
    return tuple(number for number in (version.parent, version.merged_from) if number)


def trace(registry: Registry, version: Version) -> Lineage:
    """Return the lineage of a registered version."""
    evidence = registry.stages.evidence(version.model, version.number)
    family = registry.versions.recorded(version.model)
    moves = registry.stages.history(version.model)
    return Lineage(
        version=evidence.version,
        ancestors=_ancestors(version, {item.number: item for item in family}),
        checkpoint=_checkpoint(registry, version),
        training_run=_training_run(registry, version),
        current_policy_digest=evidence.policy.digest if evidence.policy else None,
        build=evidence.build,
        evaluations=tuple(evidence.evaluations[name] for name in sorted(evidence.evaluations)),
        conversions=tuple(evidence.artifacts[name] for name in sorted(evidence.artifacts)),
        moves=tuple(m for m in moves if version.number in (m.version, m.replaced)),
        barred_reason=evidence.barred_reason,
        children=tuple(item for item in family if version.number in parents_of(item)),
        descendants=_descendants(version, family),
    )


def _ancestors(version: Version, family: Mapping[str, Version]) -> tuple[Version, ...]:
    found: dict[str, Version] = {}
    waiting = [version]
    while waiting:
        for number in parents_of(waiting.pop()):
            if number in family and number not in found:
                found[number] = family[number]
                waiting.append(family[number])
    return tuple(sorted(found.values(), key=lambda item: -item.sequence))


def _descendants(version: Version, family: Sequence[Version]) -> tuple[Version, ...]:
    # A number given by hand may be below its parent's, but a parent is always older.
    found: dict[str, Version] = {}
    for item in sorted(family, key=lambda item: item.sequence):
        if any(number == version.number or number in found for number in parents_of(item)):
            found[item.number] = item
    return tuple(found.values())


def _checkpoint(registry: Registry, version: Version) -> Checkpoint | None:
    if version.checkpoint is None:
        return None
    try:
        return registry.checkpoints.get(version.model, version.checkpoint)
    except CheckpointNotFoundError:
        return None


def _training_run(registry: Registry, version: Version) -> TrainingRunRecord | None:
    # A checkpoint's key is `<run>-step-<n>`.
    run = (version.checkpoint or "").rpartition("-step-")[0]
    try:
        return registry.training_runs.get(version.model, run) if run else None
    except TrainingRunNotFoundError:
        return None
