"""A project of somebody's own with one small scikit-learn model, as files; cases change them."""

import contextlib
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

from frontier_assets_tests.end_to_end.forked import forked_frontier

DAGSTER = (sys.executable, "-m", "dagster")
CHECKOUT = Path(__file__).parents[3]
YAML = "garden/defs/plants/defs.yaml"
MODEL = "garden/defs/plants/model.py"
FILES = {
    "garden/__init__.py": "",
    "garden/defs/__init__.py": "",
    "garden/defs/plants/__init__.py": "",
    "garden/definitions.py": """\
from pathlib import Path

from frontier_assets.orchestration.location import build_location

defs = build_location(Path(__file__).parent)
""",
    "pyproject.toml": """\
[tool.dg]
directory_type = "project"

[tool.dg.project]
root_module = "garden"
""",
    "workspace.yaml": """\
load_from:
  - python_module:
      module_name: garden.definitions
      location_name: garden
      working_directory: .
""",
    YAML: """\
type: frontier_assets.ModelLifecycle

attributes:
  name: plants
  task: classification
  framework: sklearn
  training:
    entrypoint: "garden.defs.plants.model:train"
    parameters: {strength: 3}
  architecture:
    inputs: {leaf: [batch, 2]}
    outputs: probabilities
  datasets:
    - name: train
      entrypoint: "garden.defs.plants.model:train_set"
    - name: holdout
      entrypoint: "garden.defs.plants.model:holdout"
  evaluation:
    datasets: [holdout]
    metrics: [accuracy, log_loss]
  gates:
    - {name: good_enough, dataset: holdout, metric: accuracy, threshold: 0.9}
  promotion: {staging: automatic, production: manual}
""",
    MODEL: """\
import numpy as np

import frontier_assets as fa


def leaves(seed, rows):
    random = np.random.default_rng(seed)
    kind = random.integers(0, 2, rows)
    size = random.normal(0, 0.3, (rows, 2)) + kind[:, None] * 2
    return size.astype(np.float32), kind


def train_set():
    size, kind = leaves(1, 200)
    return fa.Dataset(inputs={"leaf": size}, targets=kind)


def holdout():
    size, kind = leaves(2, 100)
    return fa.Dataset(inputs={"leaf": size}, targets=kind)


def train(run):
    from sklearn.linear_model import LogisticRegression

    line = LogisticRegression(C=run.parameters["strength"])
    line.fit(run.dataset.inputs["leaf"], run.dataset.targets)
    run.save(step=1, state={"model": line}, metrics={"loss": 0.1})
""",
}


def write_project(root: Path) -> None:
    """Write the project's files, and Dagster's settings as this repository has them."""
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    (root / "dagster.yaml").write_text((CHECKOUT / "dagster.yaml").read_text("utf-8"), "utf-8")


def frontier(root: Path, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run the command in the project as a person would."""
    return subprocess.run(
        [str(Path(sys.executable).with_name("frontier")), *arguments],
        cwd=root,
        env=environment_of(root, **variables),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def prepare(root: Path) -> None:
    """Write the project, train and build two versions, and take one to each stage."""
    write_project(root)
    # What loading it would run leaves a file behind.
    payload = b"cposix\nsystem\n(S'touch ran'\ntR."
    for name in ("evil.pkl", "evil.skops"):
        (root / name).write_bytes(payload)
    trained = subprocess.run(
        [*DAGSTER, "job", "execute", "-m", "garden.definitions", "-j", "plants__train"],
        cwd=root,
        env=environment_of(root, DAGSTER_HOME=str(root)),
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert trained.returncode == 0, trained.stderr[-2000:]
    for command in (
        "build plants@1.0.0",
        "promote plants@1.0.0 --to staging --reason first",
        "promote plants@1.0.0 --to production --reason first",
        "register plants --checkpoint best",
        "build plants@1.0.1",
        "promote plants@1.0.1 --to staging --reason second",
    ):
        done = forked_frontier(root, environment_of(root), *command.split())
        assert done.returncode == 0, done.stderr


def state_of(root: Path) -> dict[str, object]:
    """Return every row of every database and every file of the store."""
    databases: dict[str, object] = {
        str(path.relative_to(root)): _rows(path)
        for folder in (".frontier", ".dagster")
        for path in sorted((root / folder).rglob("*.db"))
    }
    stored = {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted((root / ".frontier" / "store").rglob("*"))
        if path.is_file()
    }
    return databases | stored


def environment_of(root: Path, **variables: str) -> dict[str, str]:
    """Return this process's environment without its own settings."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("FRONTIER_", "DAGSTER_"))
    }
    return {**inherited, "FRONTIER_ACTOR": "ann", "COLUMNS": "200", "HOME": str(root), **variables}


def _rows(path: Path) -> list[str]:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())
