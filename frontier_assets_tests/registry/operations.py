"""Every operation of the registry that changes it, each ready to be done once in one `World`."""

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from frontier_assets.registry import Registry
from frontier_assets.registry.approval_payload import NAMESPACE
from frontier_assets.registry.evidence import Decision
from frontier_assets.registry.experiment_records import Experiment
from frontier_assets.registry.experiments import End
from frontier_assets.registry.pins import PinSubject
from frontier_assets.signatures import AllowedSigners
from frontier_assets.specification import ExperimentDesign, ModelDescription
from frontier_assets.types import (
    MAIN,
    AttachmentKind,
    ExperimentDecision,
    Outcome,
    Ref,
    Stage,
)
from frontier_assets_tests.registry.conftest import Samples
from frontier_assets_tests.ssh import allow, new_key
from frontier_assets_tests.stored import stored

ACTOR = "bea"
RUN = "run-1"
REASON = "so that it is done"


@dataclasses.dataclass(frozen=True)
class World:
    """A registry in which each operation has something to do, and a folder for keys."""

    registry: Registry
    samples: Samples
    folder: Path

    @classmethod
    def prepared(cls, registry: Registry, samples: Samples, folder: Path) -> "World":
        """Record a policy, a run, a pinned checkpoint and three versions; 1.0.1 is live."""
        registry.policies.record(samples.specification(), actor="ann")
        registry.training_runs.start("m", "r", actor="ann", run_id=RUN)
        for step in (1, 2, 3):
            cls(registry, samples, folder).save(step)
        checkpoint = PinSubject.CHECKPOINT
        registry.pins.add("m", checkpoint, "r-step-1", actor="ann", reason="the paper's")
        samples.release(registry, 2)
        number = samples.register(registry).number
        samples.move(registry, number, Stage.STAGING)
        registry.builds.acquire("m", number, run_id=RUN, is_over=lambda _: True, actor="ann")
        cls(registry, samples, folder).convert()
        return cls(registry, samples, folder)

    def save(self, step: int, actor: str = "ann") -> object:
        return self.registry.checkpoints.add(
            "m",
            run="r",
            step=step,
            epoch=None,
            stored=stored(f"{step}" * 64),
            metrics={"loss": 0.5},
            parameters={},
            data_digests={},
            actor=actor,
        )

    def experiment(self) -> Experiment:
        design = ExperimentDesign(control="1.0.1", treatments=["1.0.2"], seed="s", coverage=0.1)
        return self.registry.experiments.create(
            "m", "test_a", design, name="a", description="", actor=ACTOR
        )

    def running(self) -> Experiment:
        return self.registry.experiments.start(self.experiment().id, actor=ACTOR)

    def convert(self, actor: str = "ann") -> object:
        return self.registry.artifacts.add(
            "m",
            "1.0.2",
            name="onnx",
            stored=stored("e" * 64),
            members=["model.onnx"],
            details={"source_digest": "a" * 64},
            actor=actor,
        )

    def register(self, *, model: str = "m", branch: str = MAIN) -> object:
        new = self.samples.new_version(model=model)
        return self.registry.versions.register(new, branch=branch, actor=ACTOR)

    def branch(self) -> object:
        source = Ref.parse("m@1.0.0")
        return self.registry.branches.create("m", "wider", source=source, actor=ACTOR)

    def describe_a_new_model(self) -> None:
        self.registry.models.ensure("new", actor=ACTOR)
        self.registry.models.describe("new", ModelDescription(title="New"), actor=ACTOR)

    def sign(self) -> object:
        trusting, _, key = self.trusting()
        return trusting.audit.sign("m", key=key)

    def approve(self) -> object:
        trusting, signers, key = self.trusting()
        entry = {"production": {"approvals": 1}}
        trusting.policies.record(self.samples.specification(promotion=entry), actor=ACTOR)
        payload = trusting.approvals.issue("m", "1.0.2", Stage.PRODUCTION)
        signer, signature = signers.sign(payload.encode(), key=key, namespace=NAMESPACE)
        return trusting.approvals.add(
            "m",
            "1.0.2",
            Stage.PRODUCTION,
            payload=payload,
            signature=signature,
            signer=signer,
            actor=ACTOR,
        )

    def trusting(self) -> tuple[Registry, AllowedSigners, Path]:
        """Return the registry as it is where the actor's signature counts."""
        key = new_key(self.folder, ACTOR)
        signers = AllowedSigners(allow(self.folder / "signers", **{ACTOR: key}))
        return Registry(self.registry._database, signers), signers, key


@dataclasses.dataclass(frozen=True)
class Operation:
    """What to do, and how many entries of which model's trail tell of it."""

    do: Callable[[World], object]
    entries: int = 1
    model: str = "m"


OPERATIONS = {
    "annotations.describe": Operation(
        lambda w: w.registry.annotations.describe("m", "1.0.0", "wider", actor=ACTOR)
    ),
    "annotations.log_metrics": Operation(
        lambda w: w.registry.annotations.log_metrics("m", "1.0.0", {"f1": 0.5}, actor=ACTOR)
    ),
    "annotations.tag": Operation(
        lambda w: w.registry.annotations.tag("m", "1.0.0", {"team": "a"}, actor=ACTOR)
    ),
    "annotations.tag_several": Operation(
        lambda w: w.registry.annotations.tag_several(
            "m", ["1.0.0", "1.0.1"], {"team": "a"}, actor=ACTOR
        ),
        entries=2,
    ),
    "approvals.add": Operation(lambda w: w.approve(), entries=2),
    "artifacts.add": Operation(lambda w: w.convert(ACTOR)),
    "artifacts.measure": Operation(
        lambda w: w.registry.artifacts.measure(
            1, performance={"size_bytes": 1}, verdicts=[], actor=ACTOR
        )
    ),
    "artifacts.prove": Operation(
        lambda w: w.registry.artifacts.prove(
            1, outcome=Outcome.PASSED, detail="alike", measures={}, actor=ACTOR
        )
    ),
    "attachments.add": Operation(
        lambda w: w.registry.attachments.add(
            "m",
            "1.0.0",
            kind=AttachmentKind.LOG,
            stored={"a.txt": stored("b" * 64), "b.txt": stored("c" * 64)},
            actor=ACTOR,
        ),
        entries=2,
    ),
    "audit.sign": Operation(lambda w: w.sign()),
    "branches.create": Operation(lambda w: w.branch()),
    "branches.delete": Operation(
        lambda w: (
            w.branch(),
            w.registry.branches.delete("m", "wider", reason=REASON, actor=ACTOR),
        ),
        entries=2,
    ),
    "branches.merge": Operation(
        lambda w: (
            w.branch(),
            w.register(branch="wider"),
            w.registry.branches.merge("m", "wider", actor=ACTOR),
        ),
        entries=4,
    ),
    "builds.acquire": Operation(
        lambda w: w.registry.builds.acquire(
            "m", "1.0.0", run_id=RUN, is_over=lambda _: True, actor=ACTOR
        )
    ),
    "builds.complete": Operation(
        lambda w: w.registry.builds.complete("m", "1.0.2", run_id=RUN, actor=ACTOR)
    ),
    "checkpoints.add": Operation(lambda w: w.save(4, ACTOR)),
    "checkpoints.delete": Operation(
        lambda w: w.registry.checkpoints.delete(
            "m", [w.registry.checkpoints.get("m", "r-step-2")], actor=ACTOR, reason=REASON
        )
    ),
    "copies.add_version": Operation(
        lambda w: w.registry.copies.add_version("m", "1.0.0", [stored(store="other")], actor=ACTOR)
    ),
    "evaluations.record": Operation(lambda w: w.samples.evaluate(w.registry, "1.0.0", actor=ACTOR)),
    "failures.record": Operation(
        lambda w: w.registry.failures.record(
            "m", "1.0.0", kind="conversion", subject="onnx", message="no operator", actor=ACTOR
        )
    ),
    "experiments.create": Operation(lambda w: w.experiment()),
    "experiments.start": Operation(lambda w: w.running(), entries=2),
    "experiments.ramp": Operation(
        lambda w: w.registry.experiments.ramp(w.running().id, 0.5, actor=ACTOR), entries=3
    ),
    "experiments.stop": Operation(
        lambda w: w.registry.experiments.stop(w.running().id, reason=REASON, actor=ACTOR), entries=3
    ),
    "experiments.look": Operation(
        lambda w: w.registry.experiments.look(
            w.running().id,
            number=1,
            decision=ExperimentDecision.CONTROL,
            result={},
            end=End(REASON),
            actor=ACTOR,
        ),
        entries=4,
    ),
    "observations.add_file": Operation(
        lambda w: w.registry.observations.add_file(
            w.running(), stored("e" * 64), rows=1, received_at=datetime.now(UTC), actor=ACTOR
        ),
        entries=3,
    ),
    "freezes.freeze": Operation(
        lambda w: w.registry.freezes.freeze("m", actor=ACTOR, reason=REASON)
    ),
    "freezes.unfreeze": Operation(
        lambda w: (
            w.registry.freezes.freeze("m", actor=ACTOR, reason=REASON),
            w.registry.freezes.unfreeze("m", actor=ACTOR, reason=REASON),
        ),
        entries=2,
    ),
    "models.describe": Operation(
        World.describe_a_new_model,
        entries=2,
        model="new",
    ),
    "models.ensure": Operation(lambda w: w.registry.models.ensure("new", actor=ACTOR), model="new"),
    "pins.add": Operation(
        lambda w: w.registry.pins.add("m", PinSubject.VERSION, "1.0.0", actor=ACTOR, reason=REASON)
    ),
    "pins.remove": Operation(
        lambda w: w.registry.pins.remove("m", PinSubject.CHECKPOINT, "r-step-1", actor=ACTOR)
    ),
    "policies.record": Operation(
        lambda w: w.registry.policies.record(w.samples.specification(description="x"), actor=ACTOR)
    ),
    "stages.move": Operation(
        lambda w: w.samples.move(w.registry, "1.0.2", Stage.PRODUCTION, actor=ACTOR), entries=2
    ),
    "stages.move_several": Operation(
        lambda w: w.registry.stages.move_several(
            "m",
            ["1.0.2"],
            Stage.DEVELOPMENT,
            actor=ACTOR,
            reason=REASON,
            decide=lambda _: Decision(()),
        )
    ),
    "stages.rollback": Operation(
        lambda w: w.registry.stages.rollback("m", actor=ACTOR, reason=REASON), entries=2
    ),
    "tombstones.delete": Operation(
        lambda w: (
            w.register(),
            w.register(),
            w.registry.tombstones.delete("m", "1.0.3", actor=ACTOR, reason=REASON),
        ),
        entries=3,
    ),
    "tombstones.delete_several": Operation(
        lambda w: (
            *(w.register() for _ in range(3)),
            w.registry.tombstones.delete_several(
                "m", ["1.0.3", "1.0.4"], actor=ACTOR, reason=REASON
            ),
        ),
        entries=5,
    ),
    "tombstones.delete_all": Operation(
        lambda w: (
            w.registry.models.ensure("new", actor=ACTOR),
            w.register(model="new"),
            w.registry.tombstones.delete_all("new", actor=ACTOR, reason=REASON),
        ),
        entries=3,
        model="new",
    ),
    "training_runs.fail": Operation(
        lambda w: w.registry.training_runs.fail("m", "r", "no memory", actor=ACTOR, run_id=RUN)
    ),
    "training_runs.finish": Operation(
        lambda w: w.registry.training_runs.finish("m", "r", version="1.0.0", actor=ACTOR)
    ),
    "training_runs.start": Operation(
        lambda w: w.registry.training_runs.start("m", "s", actor=ACTOR)
    ),
    "versions.register": Operation(lambda w: w.register()),
}
# What changes nothing that anybody reads of a model or decides on: the store's bookkeeping, and
# looks at the places of other trainers.
UNAUDITED = {
    "collection.advanced",
    "collection.exclusive",
    "collection.finish",
    "collection.replace_manifest",
    "copies.add",
    "copies.hold",
    "discoveries.look",
    "discoveries.settle",
    "observations.add",
}
