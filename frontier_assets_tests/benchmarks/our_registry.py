"""Our registry as a side of a comparison: moves are promotions under a policy with two gates."""

import itertools
from typing import Any

import sqlalchemy as sa
from typing_extensions import override

from frontier_assets.registry.tables import models, stage_moves, versions
from frontier_assets.registry.versions import NewVersion
from frontier_assets.specification import ModelSpecification
from frontier_assets.types import Stage
from frontier_assets.workspace import Workspace
from frontier_assets_tests.benchmarks.ours import MODEL
from frontier_assets_tests.benchmarks.registry_sides import Facts, Side, copy_rows
from frontier_assets_tests.stored import stored
from frontier_assets_tests.verdicts import verdict_on

_ACTOR = "benchmark"
_POLICY = ModelSpecification.model_validate(
    {
        "name": MODEL,
        "task": "classification",
        "architecture": {
            "entrypoint": "a.b:build",
            "inputs": {"x": ["batch", 4]},
            "outputs": "logits",
        },
        "datasets": [{"name": "holdout", "entrypoint": "a.b:holdout"}],
        "evaluation": {"datasets": ["holdout"], "metrics": ["accuracy"]},
        "gates": [
            {"dataset": "holdout", "metric": "accuracy", "threshold": 0.9},
            {"dataset": "holdout", "metric": "accuracy", "versus": "production"},
        ],
    }
)


class OurRegistry(Side):
    """A registry in which ``registered`` versions were registered and each copied ``times`` times.

    The copies are made by SQL, with all that was recorded of each; the audit trail has none of
    them. SQLite in our durability: every commit is synchronised (`synchronous=FULL`).
    """

    def __init__(self, workspace: Workspace, registered: int, *, times: int = 1) -> None:
        self._stages, self._versions = workspace.stages, workspace.versions
        self._registry = workspace.registry
        workspace.record_policy(_POLICY)
        for number in range(registered):
            self.register(Facts(number))
        with self._registry._database.write() as connection:
            for block in range(1, times):
                _copy(connection, registered, block * registered)
            newest = sa.select(sa.func.max(versions.c.id)).scalar_subquery()
            counted = {"version_sequence": registered * times, "last_version_id": newest}
            connection.execute(sa.update(models).values(counted))
        self._numbers = itertools.cycle(f"1.0.{patch}" for patch in range(registered))
        self._next = ""
        self.prepare_move()
        self.move()

    @override
    def register(self, facts: Facts) -> None:
        new = NewVersion(
            model=MODEL,
            stored=stored(f"{facts.number:064x}"),
            tags=facts.tags,
            metrics=facts.metrics,
        )
        self._registry.versions.register(new, change="auto", actor=_ACTOR)

    @override
    def prepare_move(self) -> None:
        number = next(self._numbers)
        self._build(number)
        self._next = f"{MODEL}@{number}"
        self._stages.promote(self._next, to=Stage.STAGING, reason=_ACTOR)

    @override
    def move(self) -> None:
        self._stages.promote(self._next, to=Stage.PRODUCTION, reason=_ACTOR)

    @override
    def rename(self) -> None:
        self.move()

    @override
    def resolve(self) -> None:
        self._versions.get(f"{MODEL}@production")

    @override
    def search(self) -> int:
        where = "metrics.accuracy >= 0.9 and tags.team = 'vision'"
        found = self._registry.versions.list(
            MODEL, where=where, order_by="-metrics.accuracy", limit=20
        )
        return len(found)

    def _build(self, number: str) -> None:
        self._registry.evaluations.record(
            MODEL,
            number,
            dataset="holdout",
            dataset_digest="d" * 64,
            rows=100,
            metrics={"accuracy": 0.97},
            verdicts=[verdict_on(gate) for gate in _POLICY.gates],
            policy_digest=_POLICY.digest,
            actor=_ACTOR,
        )
        held: dict[str, Any] = {"run_id": "r", "actor": _ACTOR}
        self._registry.builds.acquire(MODEL, number, is_over=lambda _: True, **held)
        self._registry.builds.complete(MODEL, number, **held)


def _copy(connection: sa.Connection, registered: int, more: int) -> None:
    first = versions.c.sequence <= registered
    patch = versions.c.patch + more
    renumbered: dict[str, sa.ColumnElement[Any]] = {
        "number": sa.literal("1.0.") + sa.cast(patch, sa.String),
        "patch": patch,
        "sequence": versions.c.sequence + more,
    }
    copy_rows(connection, versions, renumbered, versions, first)
    new = versions.alias()
    for table in versions.metadata.sorted_tables:
        if "version_id" in table.c and table is not stage_moves:
            own = table.join(versions, versions.c.id == table.c.version_id)
            source = own.join(new, new.c.sequence == versions.c.sequence + more)
            copy_rows(connection, table, {"version_id": new.c.id}, source, first)
