"""What is killed: projects with something to lose, the operations on them, and wrong operations.

States are numpy arrays, so that neither side imports a framework.
"""

import contextlib
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from frontier_assets.codecs.state import encode
from frontier_assets.errors import VersionExistsError
from frontier_assets.registry.evidence import Decision
from frontier_assets.specification import Gate, ModelSpecification
from frontier_assets.storage.artifacts import ArtifactStore, Entry, Tree
from frontier_assets.storage.local import LocalBlobStore
from frontier_assets.types import Digest, Outcome, Stage, Verdict, Version
from frontier_assets.upkeep.saving import Marks
from frontier_assets.workspace import Workspace

MODEL, RUN, ACTOR = "m", "run", "ann"
STORE = Path(".frontier", "store")
SOURCE_FILE = "model.onnx"
SOURCE_BYTES = b"a model from elsewhere " * 100
# The phase of the last boundary: what was promised has to be kept from here on.
RETURN = "operation return"


@dataclass(frozen=True)
class Scenario:
    """``perform`` is one operation, done once on a project of this kind and safe to repeat.

    It ``mends`` the checkpoint of this key, which is damaged until it returns.
    """

    prepare: Callable[[Path], None]
    perform: Callable[[Workspace], object]
    mends: str | None = None


def open_workspace(folder: Path) -> Workspace:
    return Workspace.open(
        root=folder,
        registry_url=f"sqlite:///{folder}/.frontier/registry.db",
        stores={"default": f"file:{STORE}"},
        actor=ACTOR,
    )


def state(step: int) -> dict[str, Any]:
    """One array changes with every step, one never, and one is large enough for its own write."""
    generator = np.random.default_rng(step)
    return {
        "model": {
            "weight": generator.normal(size=(5, 7)).astype(np.float32),
            "frozen": np.arange(300, dtype=np.float32),
        },
        "optimizer": {"moment": generator.normal(size=9_000), "step": step},
        "frozen_too": np.arange(50, dtype=np.int64),
    }


def specification() -> ModelSpecification:
    entrypoint = "frontier_assets_tests.networks:linear"
    return ModelSpecification.model_validate(
        {
            "name": MODEL,
            "task": "regression",
            "architecture": {"entrypoint": entrypoint, "inputs": {"x": ["batch", 3]}},
            "datasets": [{"name": "holdout", "entrypoint": entrypoint}],
            "evaluation": {"datasets": ["holdout"], "metrics": ["rmse"]},
            "gates": [
                {"dataset": "holdout", "metric": "rmse", "comparison": "<", "threshold": 1.0},
                {"dataset": "holdout", "metric": "rmse", "versus": "production"},
            ],
            "conversions": [{"target": "onnx"}],
            "promotion": {"production": "automatic"},
        }
    )


def prepare_empty(folder: Path) -> None:
    """A registry without models, and no store yet."""
    open_workspace(folder).close()


def prepare_released(folder: Path) -> None:
    """Three checkpoints; of the first 1.0.0 in production, of the second 1.0.1 in staging."""
    (folder / SOURCE_FILE).write_bytes(SOURCE_BYTES)
    with open_workspace(folder) as workspace:
        workspace.record_policy(specification())
        for step in (1, 2, 3):
            save(workspace, step)
        for step in (1, 2):
            version = workspace.versions.register(MODEL, checkpoint=f"{RUN}-step-{step}")
            give_evidence(workspace, version)
            workspace.stages.promote(version.ref, to="staging", reason="because")
        workspace.stages.promote(f"{MODEL}@1.0.0", to="production", reason="because")


def give_evidence(workspace: Workspace, version: Version) -> None:
    """Record everything that a promotion of ``version`` asks for."""
    registry, about, policy = workspace.registry, (version.model, version.number), specification()
    registry.builds.acquire(*about, run_id="build", is_over=lambda _run: True, actor=ACTOR)
    registry.evaluations.record(
        *about,
        dataset="holdout",
        dataset_digest=Digest("d" * 64),
        rows=100,
        metrics={"rmse": 0.5},
        verdicts=[verdict(gate) for gate in policy.gates],
        policy_digest=policy.digest,
        actor=ACTOR,
    )
    stored = workspace.stores["default"].put_files({SOURCE_FILE: source_file(workspace)})
    record = registry.artifacts.add(
        *about,
        name="onnx",
        stored=Marks(registry.collection.marks()).stored(stored),
        members=[SOURCE_FILE],
        details={"source_digest": version.digest},
        actor=ACTOR,
    )
    registry.artifacts.prove(
        record.id, outcome=Outcome.PASSED, detail="same", measures={}, actor=ACTOR
    )
    workspace.complete_build(version, run_id="build")


def verdict(gate: Gate) -> Verdict:
    return Verdict(
        gate=gate.name,
        gate_digest=gate.digest,
        severity=gate.severity,
        outcome=Outcome.PASSED,
        dataset=gate.dataset,
        metric=gate.metric,
        comparison=gate.comparison,
        threshold=gate.threshold,
        observed=0.5,
        detail="fine",
    )


def save(workspace: Workspace, step: int) -> object:
    return workspace.checkpoints.save(
        MODEL, run=RUN, step=step, state=state(step), metrics={"loss": 1.0 / step}
    )


def save_first(workspace: Workspace) -> object:
    return save(workspace, 1)


def save_next(workspace: Workspace) -> object:
    return save(workspace, 4)


def register_checkpoint(workspace: Workspace) -> None:
    # Whoever repeats a registration under an explicit number is told that it had succeeded.
    with contextlib.suppress(VersionExistsError):
        workspace.versions.register(MODEL, checkpoint=f"{RUN}-step-3", number="2.0.0")


def register_files(workspace: Workspace) -> None:
    files = {"renamed.onnx": source_file(workspace)}
    with contextlib.suppress(VersionExistsError):
        workspace.versions.register(MODEL, files=files, number="2.0.0")


def source_file(workspace: Workspace) -> Path:
    assert workspace.settings.root
    return workspace.settings.root / SOURCE_FILE


def promote(workspace: Workspace) -> object:
    return workspace.stages.promote(
        f"{MODEL}@1.0.1", to="production", reason="better", automatic=True
    )


SCENARIOS: Mapping[str, Scenario] = {
    "first save": Scenario(prepare_empty, save_first),
    "save": Scenario(prepare_released, save_next),
    "register a checkpoint": Scenario(prepare_released, register_checkpoint),
    "register files": Scenario(prepare_released, register_files),
    "promote": Scenario(prepare_released, promote),
}


def save_row_first(workspace: Workspace) -> None:
    """The wrong order: the registry names a checkpoint that is not stored yet."""
    encoded = encode(state(4))
    entries = [Entry(t.name, t.dtype, t.shape, t.data) for t in encoded.tensors]
    tree = Tree("state", encoded.structure, entries)
    with tempfile.TemporaryDirectory() as elsewhere:
        stored = ArtifactStore("elsewhere", LocalBlobStore(Path(elsewhere))).put(tree)
    workspace.registry.checkpoints.add(
        MODEL,
        run=RUN,
        step=4,
        epoch=None,
        stored=replace(Marks({}).stored(stored), store="default"),
        metrics={"loss": 0.25},
        parameters={},
        data_digests={},
        actor=ACTOR,
    )
    workspace.stores["default"].put(tree)


def promote_in_two_steps(workspace: Workspace) -> None:
    """The wrong order: for a moment nobody has production."""
    workspace.registry.stages.move(
        MODEL,
        "1.0.0",
        Stage.ARCHIVED,
        actor=ACTOR,
        reason="better",
        decide=lambda _evidence: Decision(()),
    )
    promote(workspace)
