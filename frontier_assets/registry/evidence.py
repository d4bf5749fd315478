"""What a decision on a version rests on, and the shape of the decision itself."""

import dataclasses
from collections.abc import Mapping
from typing import Literal

import sqlalchemy as sa

from frontier_assets.registry.artifacts import ArtifactRecord, newest_artifacts
from frontier_assets.registry.builds import Build, build_of
from frontier_assets.registry.evaluations import Evaluation, newest_evaluations
from frontier_assets.registry.lookup import holder_row, to_version, version_row
from frontier_assets.registry.models import model_id
from frontier_assets.registry.moves import StageMove, history_of
from frontier_assets.registry.policies import current_policy
from frontier_assets.specification import ModelSpecification
from frontier_assets.types import Stage, Verdict, Version


@dataclasses.dataclass(frozen=True, slots=True)
class Evidence:
    """Everything the registry knows about a version that bears on moving it.

    ``policy`` is the model's current one. ``verdicts`` has, by (data set, gate), those of the
    newest evaluation on each data set of the version's own digest. ``holder`` has production, and
    ``baselines`` are its newest evaluations. ``moves`` are the version's own, oldest first.
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


def collect_evidence(connection: sa.Connection, model: str, number: str) -> Evidence:
    """Read the evidence on a version as one state of the database."""
    row = version_row(connection, model, number)
    owner = model_id(connection, model)
    holder = holder_row(connection, owner, Stage.PRODUCTION)
    evaluations = _by_dataset(connection, row.id)
    return Evidence(
        version=to_version(row),
        policy=current_policy(connection, owner),
        verdicts={
            (dataset, verdict.gate): verdict
            for dataset, item in evaluations.items()
            for verdict in item.verdicts
        },
        evaluations=evaluations,
        artifacts={item.name: item for item in newest_artifacts(connection, row.id)},
        build=build_of(connection, row.id),
        holder=None if holder is None else to_version(holder),
        barred_reason=row.barred_reason,
        baselines={} if holder is None else _by_dataset(connection, holder.id),
        moves=tuple(move for move in history_of(connection, owner) if move.version == number),
    )


def _by_dataset(connection: sa.Connection, version: int) -> dict[str, Evaluation]:
    return {item.dataset: item for item in newest_evaluations(connection, version)}
