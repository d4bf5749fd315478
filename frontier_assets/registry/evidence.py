"""What a decision on a version rests on, and the shape of the decision itself."""

import dataclasses
from collections.abc import Mapping
from typing import Any, Literal

import sqlalchemy as sa

from frontier_assets.registry import tables
from frontier_assets.registry.approvals import Approval, approvals_of
from frontier_assets.registry.artifacts import ArtifactRecord, newest_artifacts
from frontier_assets.registry.builds import Build, build_of
from frontier_assets.registry.evaluation_records import Evaluation, newest_evaluations
from frontier_assets.registry.experiment_records import Experiment, experiments_of
from frontier_assets.registry.freezes import Freeze, freeze_in
from frontier_assets.registry.lookup import to_version
from frontier_assets.registry.moves import StageMove, moves_of
from frontier_assets.registry.policies import policy_of
from frontier_assets.registry.prepared import Prepared
from frontier_assets.signatures import AllowedSigners
from frontier_assets.specification import ModelSpecification
from frontier_assets.types import Verdict, Version

# Many versions have none of these, so that one question does for three.
_THERE: list[Any] = [
    sa.exists().where(table.c.version_id == sa.bindparam("of_version")).label(table.name)
    for table in (tables.artifacts, tables.approvals, tables.experiment_variants)
]
_HAS = Prepared(sa.select(*_THERE))


@dataclasses.dataclass(frozen=True, slots=True)
class Evidence:
    """Everything the registry knows about a version that bears on moving it.

    ``policy`` is the model's current one. ``verdicts`` has, by (data set or target, gate), those of
    the newest evaluation on each data set, and of the newest artifact of each target, of the
    version's own digest. ``holder`` has production, and
    ``baselines`` are its newest evaluations. ``moves`` are the version's own, oldest first.
    ``frozen`` says who stopped the model's promotions, None while nobody has. ``approvals`` are all
    that were ever added, oldest first, judged as of now. ``experiments`` are those that treat units
    with the version, oldest first.
    """

    version: Version
    policy: ModelSpecification | None
    verdicts: Mapping[tuple[str, str], Verdict]
    evaluations: Mapping[str, Evaluation]
    artifacts: Mapping[str, ArtifactRecord]
    build: Build | None
    holder: Version | None
    barred_reason: str | None
    baselines: Mapping[str, Evaluation] = dataclasses.field(default_factory=dict)
    moves: tuple[StageMove, ...] = ()
    frozen: Freeze | None = None
    approvals: tuple[Approval, ...] = ()
    experiments: tuple[Experiment, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Condition:
    """One thing that has to be so: ``unmet`` was looked at and is not, ``waiting`` is not there."""

    name: str
    state: Literal["met", "unmet", "waiting"]
    detail: str
    remedy: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Decision:
    """Whether a move is allowed: every condition has to be met."""

    conditions: tuple[Condition, ...]

    @property
    def allowed(self) -> bool:
        """True when no condition is unmet or waiting."""
        return not self.reasons

    @property
    def reasons(self) -> tuple[str, ...]:
        """One sentence per condition that is not met."""
        return tuple(item.detail for item in self.conditions if item.state != "met")


def collect_evidence(
    connection: sa.Connection,
    row: sa.Row[Any],
    holder: sa.Row[Any] | None,
    signers: AllowedSigners | None,
    *,
    owner: sa.Row[Any],
) -> Evidence:
    """Read the evidence on a version as the state of the database in which its ``row`` was read.

    ``holder`` is the row of the version that has production there; ``signers`` are those whose
    approvals count. ``owner`` is the model's row.
    """
    newest = newest_evaluations(connection, row, holder)
    evaluations = {item.dataset: item for item in newest if item.version == row.number}
    has = _HAS(connection, {"of_version": row.id}).one()
    made = newest_artifacts(connection, row.id) if has.artifacts else []
    artifacts = {item.name: item for item in made}
    judged = [(dataset, item.verdicts) for dataset, item in evaluations.items()]
    judged += [
        (name, item.verdicts)
        for name, item in artifacts.items()
        if item.details.get("source_digest") == row.digest
    ]
    return Evidence(
        version=to_version(row),
        policy=policy_of(connection, owner),
        verdicts={
            (place, verdict.gate): verdict for place, verdicts in judged for verdict in verdicts
        },
        evaluations=evaluations,
        artifacts=artifacts,
        build=build_of(connection, row.id),
        holder=None if holder is None else to_version(holder),
        barred_reason=row.barred_reason,
        baselines={
            item.dataset: item
            for item in newest
            if holder is not None and item.version == holder.number
        },
        moves=tuple(moves_of(connection, row.id)),
        frozen=freeze_in(owner),
        approvals=approvals_of(connection, row, signers) if has.approvals else (),
        experiments=experiments_of(connection, row.id) if has.experiment_variants else (),
    )
