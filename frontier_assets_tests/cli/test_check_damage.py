"""What ``frontier check`` finds broken, and that it breaks nothing more."""

import copy
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from frontier_assets_tests.cli.code_package import write_package, write_project
from frontier_assets_tests.cli.conftest import SPECIFICATION
from frontier_assets_tests.cli.findings import files, findings, problems

if TYPE_CHECKING:
    from frontier_assets_tests.cli.conftest import Frontier, Records

PACKAGE = "frontier_broken_sample"


def spoil_registry(folder: Path) -> None:
    (folder / ".frontier" / "registry.db").write_bytes(b"no database" * 100)


def age_registry(folder: Path) -> None:
    with closing(sqlite3.connect(folder / ".frontier" / "registry.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
        connection.commit()


def block_store(folder: Path) -> None:
    (folder / ".frontier" / "store").write_bytes(b"a file")


def break_location(folder: Path) -> None:
    (folder / "workspace.yaml").write_text("load_from: [", encoding="utf-8")


def break_definitions(folder: Path) -> None:
    (folder / "workspace.yaml").write_text("load_from: [python_module: nothing]", encoding="utf-8")


def break_instance(folder: Path) -> None:
    (folder / "dagster.yaml").write_text("storag: {}", encoding="utf-8")


def break_instance_syntax(folder: Path) -> None:
    (folder / "dagster.yaml").write_text("storage: [", encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "subject", "problem"),
    [
        (spoil_registry, "registry", "not a registry: file is not a database"),
        (age_registry, "registry", "has schema 0001, this release needs"),
        (block_store, "store default", "expected a folder, this is a file"),
        (break_location, "code location", "is not valid YAML (line 1"),
        (break_definitions, "definitions", "no module 'nothing' on the Python path"),
        (break_instance, "dagster.yaml", 'Received unexpected config entry "storag"'),
        (break_instance_syntax, "dagster.yaml", "is not valid YAML (line 1"),
    ],
)
def test_what_is_broken_is_named_and_the_rest_is_reported(  # noqa: PLR0917 - a table
    frontier: "Frontier",
    project: "Records",
    tmp_path: Path,
    spoil: Callable[[Path], None],
    subject: str,
    problem: str,
) -> None:
    project.workspace.close()
    spoil(tmp_path)
    before = files(tmp_path)
    found = problems(frontier)
    assert found[subject].startswith("failed: ")
    assert problem in found[subject]
    assert len(findings(frontier)) > 4
    assert files(tmp_path) == before


@pytest.fixture
def broken_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Path:
    """A project of its own whose data set, network or output is wrong."""
    code = tmp_path / "code"
    specification: dict[str, Any] = copy.deepcopy(SPECIFICATION)
    specification["architecture"]["entrypoint"] = f"{PACKAGE}.functions:build"
    specification["datasets"][0]["entrypoint"] = f"{PACKAGE}.functions:holdout"
    package = write_package(code, PACKAGE, specification)
    (package / "functions.py").write_text(request.param, encoding="utf-8")
    write_project(tmp_path, code, PACKAGE)
    monkeypatch.syspath_prepend(code)
    monkeypatch.chdir(tmp_path)
    return tmp_path


GOOD = "from frontier_assets_tests.tiny_model import build, holdout\n"
CASES = [
    (
        "raise KeyError('at import')\ndef build(): ...\ndef holdout(): ...\n",
        "tiny function",
        "KeyError: 'at import' (functions.py line 1)",
    ),
    (
        f"{GOOD}def holdout():\n    return 3\n",
        "tiny data set holdout",
        "returned int; expected frontier_assets.Dataset",
    ),
    (
        (
            "import numpy as np\nfrom frontier_assets import Dataset\n"
            "from frontier_assets_tests.tiny_model import build\n"
            "def holdout():\n"
            "    return Dataset(inputs={'point': np.ones((2, 3))}, targets=np.zeros(2))\n"
        ),
        "tiny data set holdout",
        "Input 'point' of frontier_broken_sample.functions:holdout with shape (2, 3) is not valid",
    ),
    (
        (
            "import numpy as np\nfrom frontier_assets import Dataset\n"
            "from frontier_assets_tests.tiny_model import build\n"
            "def holdout():\n"
            "    points = np.arange(4.0).reshape(2, 2)\n"
            "    return Dataset(inputs={'point': points}, targets=np.array(['east', 'west']))\n"
        ),
        "tiny data set holdout",
        "Targets '<U4(2,)' is not valid: expected one integer class per example: indices from 0",
    ),
    (
        f"{GOOD}def build():\n    raise RuntimeError('no network today')\n",
        "tiny prediction",
        "RuntimeError: no network today (functions.py line 3)",
    ),
]


@pytest.mark.parametrize(
    ("broken_code", "subject", "problem"), CASES, indirect=["broken_code"], ids=range(len(CASES))
)
def test_broken_code_is_found_before_a_run_does(
    frontier: "Frontier",
    broken_code: Path,
    monkeypatch: pytest.MonkeyPatch,
    subject: str,
    problem: str,
) -> None:
    for name in [name for name in sys.modules if name.startswith(PACKAGE)]:
        monkeypatch.delitem(sys.modules, name)
    found = problems(frontier)
    assert found[subject].startswith("failed: ")
    assert problem in found[subject]
    assert not (broken_code / ".frontier").exists()
