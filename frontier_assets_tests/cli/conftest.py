"""The command run in this process, on a registry alone or inside a whole project."""

import dataclasses
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from frontier_assets.cli.app import app
from frontier_assets.settings import find_project_root
from frontier_assets.specification import ModelSpecification
from frontier_assets.types import Digest, Outcome, Stage, Version
from frontier_assets.upkeep.saving import Marks
from frontier_assets.workspace import Workspace
from frontier_assets_tests.cli.code_package import write_package, write_project
from frontier_assets_tests.verdicts import verdict_on

MODEL = "tiny"
PACKAGE = "frontier_cli_sample"
SPECIFICATION: dict[str, Any] = {
    "name": MODEL,
    "task": "classification",
    "architecture": {
        "entrypoint": "frontier_assets_tests.tiny_model:build",
        "inputs": {"point": ["batch", 2]},
        "outputs": "logits",
    },
    "datasets": [
        {"name": "holdout", "entrypoint": "frontier_assets_tests.tiny_model:holdout"},
    ],
    "evaluation": {"datasets": ["holdout"], "metrics": ["accuracy"]},
    "gates": [
        {"name": "accurate", "dataset": "holdout", "metric": "accuracy", "threshold": 0.9},
        {"name": "no_worse", "dataset": "holdout", "metric": "accuracy", "versus": "production"},
    ],
}


@dataclasses.dataclass(frozen=True)
class Output:
    exit_code: int
    stdout: str
    stderr: str


@dataclasses.dataclass(frozen=True)
class Frontier:
    """Runs the command and says what came of it."""

    runner: CliRunner

    def __call__(self, *arguments: str) -> Output:
        result = self.runner.invoke(app, [*arguments])
        assert result.exception is None or isinstance(result.exception, SystemExit), (
            result.exception
        )
        return Output(result.exit_code, result.stdout, result.stderr)

    def text(self, *arguments: str) -> str:
        output = self(*arguments)
        assert (output.exit_code, output.stderr) == (0, "")
        return output.stdout

    def json(self, *arguments: str) -> Any:
        return json.loads(self.text(*arguments, "--json"))

    def refused(self, *arguments: str) -> str:
        """Return the one line on stderr of a command that exits with 1."""
        output = self(*arguments)
        assert output.exit_code == 1
        (line,) = output.stderr.splitlines()
        assert line.startswith("frontier: ")
        return line.removeprefix("frontier: ")

    def misused(self, *arguments: str) -> str:
        """Return the last line on stderr of a command that exits with 2."""
        output = self(*arguments)
        assert (output.exit_code, output.stdout) == (2, "")
        return output.stderr.splitlines()[-1]


@dataclasses.dataclass(frozen=True)
class Records:
    """Puts versions and evidence into a workspace."""

    workspace: Workspace
    folder: Path

    def specification(self, **changes: Any) -> ModelSpecification:
        return ModelSpecification.model_validate({**SPECIFICATION, **changes})

    def state(self, sign: float = 1.0) -> dict[str, Any]:
        """Weights that score each class by the point's product with the class's centre."""
        import torch

        centres = torch.tensor([[0.0, 2.0], [2.0, -1.0], [-2.0, -1.0]])
        return {"model": {"layer.weight": sign * centres, "layer.bias": torch.zeros(3)}}

    def checkpoint(self, step: int = 1, **values: Any) -> str:
        facts: dict[str, Any] = {
            "run": "r",
            "step": step,
            "state": self.state(),
            "metrics": {"loss": 0.5},
        }
        return self.workspace.checkpoints.save(MODEL, **(facts | values)).key

    def version(self, content: str = "weights", **values: Any) -> Version:
        path = self.folder / "weights.bin"
        path.write_text(content, encoding="utf-8")
        return self.workspace.versions.register(MODEL, files={"weights.bin": path}, **values)

    def evaluate(self, version: Version, accuracy: float = 0.98) -> None:
        specification = self.specification()
        self.workspace.record_policy(specification)
        passed = Outcome.PASSED if accuracy >= 0.9 else Outcome.FAILED
        verdicts = [
            verdict_on(gate, outcome=passed, observed=accuracy, detail="as measured")
            for gate in specification.gates
        ]
        self.workspace.registry.evaluations.record(
            MODEL,
            version.number,
            dataset="holdout",
            dataset_digest=Digest("d" * 64),
            rows=200,
            metrics={"accuracy": accuracy},
            verdicts=verdicts,
            policy_digest=specification.digest,
            actor="ann",
        )

    def built(self, content: str = "weights") -> Version:
        """Register a version for which everything that promotion asks for is on record."""
        version = self.version(content)
        self.evaluate(version)
        builds = self.workspace.registry.builds
        run: dict[str, Any] = {"run_id": f"run-{version.number}", "actor": "ann"}
        builds.acquire(MODEL, version.number, is_over=lambda _run: True, **run)
        builds.complete(MODEL, version.number, **run)
        return version

    def released(self, content: str = "weights") -> Version:
        """Register a version and take it to production."""
        version = self.built(content)
        for stage in (Stage.STAGING, Stage.PRODUCTION):
            self.workspace.stages.promote(version.ref, to=stage, reason="good enough")
        return version

    def converted(self, version: Version, *, proved: bool) -> Path:
        """Add an ``onnx`` artifact to a version and return the file it was made from."""
        path = self.folder / "model.onnx"
        path.write_bytes(b"converted")
        stored = self.workspace.stores["default"].put_files({"model.onnx": path})
        artifacts = self.workspace.registry.artifacts
        record = artifacts.add(
            MODEL,
            version.number,
            name="onnx",
            stored=Marks(self.workspace.registry.collection.marks()).stored(stored),
            members=["model.onnx"],
            details={"source_digest": version.digest},
            actor="ann",
        )
        outcome = Outcome.PASSED if proved else Outcome.FAILED
        artifacts.prove(record.id, outcome=outcome, detail="compared", measures={}, actor="ann")
        return path


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DAGSTER_HOME", "FRONTIER_REGISTRY_URL", "FRONTIER_STORES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("FRONTIER_ACTOR", "ann")


@pytest.fixture
def frontier() -> Frontier:
    return Frontier(CliRunner())


@pytest.fixture
def records(
    tmp_path: Path, empty_registry: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Records]:
    """A registry and a store that settings alone name; there is no project."""
    shutil.copy(empty_registry, tmp_path / "registry.db")
    monkeypatch.setenv("FRONTIER_REGISTRY_URL", f"sqlite:///{tmp_path}/registry.db")
    monkeypatch.setenv("FRONTIER_STORES", f"default=file:{tmp_path}/store")
    monkeypatch.chdir(tmp_path)
    assert find_project_root(tmp_path) is None
    with Workspace.open() as workspace:
        yield Records(workspace, tmp_path)


@pytest.fixture(scope="session")
def code_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Somebody's own package with the definitions of one model."""
    folder = tmp_path_factory.mktemp("code")
    write_package(folder, PACKAGE, SPECIFICATION)
    return folder


@pytest.fixture
def project(
    tmp_path: Path, empty_registry: Path, code_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Records]:
    """A project whose Dagster defines the model; its code lies in another folder."""
    write_project(tmp_path, code_folder, PACKAGE)
    (tmp_path / ".frontier").mkdir()
    shutil.copy(empty_registry, tmp_path / ".frontier" / "registry.db")
    monkeypatch.syspath_prepend(code_folder)
    monkeypatch.chdir(tmp_path)
    with Workspace.open() as workspace:
        yield Records(workspace, tmp_path)
