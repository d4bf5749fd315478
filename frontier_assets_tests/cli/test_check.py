import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from frontier_assets.cli.checks.packages import check_packages
from frontier_assets.predictors import packages
from frontier_assets.specification import ModelSpecification
from frontier_assets_tests.cli.conftest import CHECKOUT, SPECIFICATION

if TYPE_CHECKING:
    from frontier_assets_tests.cli.conftest import Frontier, Records

FINDINGS = {
    "settings",
    "dagster.yaml",
    "registry",
    "store default",
    "code location",
    "definitions",
    "tiny policy",
    "tiny packages",
    "tiny function",
    "tiny data set holdout",
    "tiny prediction",
}


def findings(frontier: "Frontier", *arguments: str) -> list[dict[str, str]]:
    output = frontier("check", *arguments, "--json")
    document = json.loads(output.stdout)
    assert document["ok"] == (output.exit_code == 0)
    found: list[dict[str, str]] = document["findings"]
    return found


def problems(frontier: "Frontier", *arguments: str) -> dict[str, str]:
    """Return what is not in order, by subject."""
    return {
        item["subject"]: f"{item['state']}: {item['detail']}; {item['remedy']}"
        for item in findings(frontier, *arguments)
        if item["state"] != "ok"
    }


def files(folder: Path) -> dict[str, bytes]:
    ignored = (".db-wal", ".db-shm")
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith(ignored)
    }


def write_project(folder: Path, code: Path) -> None:
    """Write a project whose registry and store were never used."""
    (folder / "dagster.yaml").write_bytes((CHECKOUT / "dagster.yaml").read_bytes())
    module = {"module_name": "frontier_cli_sample.definitions", "working_directory": str(code)}
    text = json.dumps({"load_from": [{"python_module": module}]})
    (folder / "workspace.yaml").write_text(text, encoding="utf-8")


def test_a_project_in_order_passes_and_stays_as_it_was(
    frontier: "Frontier", project: "Records", tmp_path: Path
) -> None:
    frontier.text("sync")
    project.checkpoint()
    project.workspace.versions.register("tiny", checkpoint="latest")
    before, heads = files(tmp_path), project.workspace.audit.heads()
    found = findings(frontier)
    assert {item["subject"] for item in found} == FINDINGS
    assert problems(frontier) == {}
    prediction = next(item for item in found if item["subject"] == "tiny prediction")
    assert prediction["detail"] == "tiny@1.0.0 turned 8 examples into float32[8, 3]"
    assert (files(tmp_path), project.workspace.audit.heads()) == (before, heads)


def test_an_unused_project_passes_and_nothing_is_created(
    frontier: "Frontier",
    tmp_path: Path,
    code_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_project(tmp_path, code_folder)
    monkeypatch.chdir(tmp_path)
    text = frontier.text("check")
    assert f"registry: sqlite:///{tmp_path}/.frontier/registry.db will be created at first" in text
    assert f"store default: file:{tmp_path}/.frontier/store will be created at first use" in text
    assert "tiny prediction: the untrained network turned 8 examples into float32[8, 3]" in text
    assert text.splitlines()[-1] == "11 ok, 0 warnings, 0 failed."
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dagster.yaml", "workspace.yaml"]


def test_a_version_whose_yaml_nobody_recorded_fails_with_the_remedy(
    frontier: "Frontier", project: "Records"
) -> None:
    project.checkpoint()
    project.workspace.versions.register("tiny", checkpoint="latest")
    (problem,) = problems(frontier).values()
    assert "`frontier sync` in its project records it" in problem
    frontier.text("sync")
    assert problems(frontier) == {}


def test_every_missing_package_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    conversions = [{"target": "onnx"}]
    specification = ModelSpecification.model_validate({**SPECIFICATION, "conversions": conversions})
    monkeypatch.setattr(packages, "find_spec", lambda name: None)
    assert [(item.state, item.detail, item.remedy) for item in check_packages(specification)] == [
        (
            "failed",
            "Framework pytorch needs 'torch', which is not installed",
            "pip install 'frontier_assets[pytorch]'",
        ),
        (
            "failed",
            "Conversion to onnx needs 'onnx', which is not installed",
            "pip install 'frontier_assets[onnx]'",
        ),
    ]


def test_a_changed_policy_is_a_warning_with_its_remedy(
    frontier: "Frontier", project: "Records"
) -> None:
    project.workspace.record_policy(project.specification(description="older"))
    assert problems(frontier) == {
        "tiny policy": (
            "warning: the YAML differs from the recorded policy in description; frontier sync"
        )
    }
    frontier.text("sync")
    assert problems(frontier) == {}


def test_a_model_of_the_registry_alone_is_a_warning(
    frontier: "Frontier", project: "Records"
) -> None:
    project.workspace.registry.models.ensure("elsewhere", actor="ann")
    (warning,) = problems(frontier).values()
    assert warning.startswith("warning: the registry has it and the definitions that loaded do not")
    assert problems(frontier, "tiny") == {}


def test_an_unknown_model_fails(frontier: "Frontier", project: "Records") -> None:
    assert problems(frontier, "nobody") == {
        "model nobody": (
            "failed: the definitions have no such model; there is tiny; correct the name, or add a defs.yaml for it"
        )
    }


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
    package = code / "frontier_broken_sample"
    (package / "defs" / "tiny").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "functions.py").write_text(request.param, encoding="utf-8")
    (package / "definitions.py").write_text(
        "from pathlib import Path\n"
        "from frontier_assets.orchestration.location import build_location\n"
        "defs = build_location(Path(__file__).parent)\n",
        encoding="utf-8",
    )
    specification: dict[str, Any] = json.loads(json.dumps(SPECIFICATION))
    specification["architecture"]["entrypoint"] = "frontier_broken_sample.functions:build"
    specification["datasets"][0]["entrypoint"] = "frontier_broken_sample.functions:holdout"
    component = {"type": "frontier_assets.ModelLifecycle", "attributes": specification}
    (package / "defs" / "tiny" / "defs.yaml").write_text(json.dumps(component), encoding="utf-8")
    (code / "pyproject.toml").write_text(
        '[tool.dg]\ndirectory_type = "project"\n'
        '[tool.dg.project]\nroot_module = "frontier_broken_sample"\n'
        'registry_modules = ["frontier_assets"]\n',
        encoding="utf-8",
    )
    write_project(tmp_path, code)
    location = tmp_path / "workspace.yaml"
    text = location.read_text(encoding="utf-8")
    location.write_text(text.replace("frontier_cli_sample", "frontier_broken_sample"))
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
    import sys

    for name in [name for name in sys.modules if name.startswith("frontier_broken_sample")]:
        monkeypatch.delitem(sys.modules, name)
    found = problems(frontier)
    assert found[subject].startswith("failed: ")
    assert problem in found[subject]
    assert not (broken_code / ".frontier").exists()


def test_what_a_function_prints_does_not_mix_with_json(
    frontier: "Frontier", project: "Records", monkeypatch: pytest.MonkeyPatch
) -> None:
    from frontier_assets_tests import tiny_model

    original = tiny_model.holdout
    monkeypatch.setattr(tiny_model, "holdout", lambda: [print("loading"), original()][1])  # noqa: T201
    assert problems(frontier) == {}


def test_without_a_project_what_the_registry_has_is_checked(
    frontier: "Frontier", records: "Records"
) -> None:
    records.workspace.record_policy(records.specification())
    assert {item["subject"] for item in findings(frontier)} == FINDINGS - {
        "dagster.yaml",
        "code location",
        "definitions",
    }


def test_settings_that_cannot_be_used_are_the_only_finding(
    frontier: "Frontier", records: "Records", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRONTIER_STORES", "nonsense")
    assert problems(frontier) == {
        "settings": (
            "failed: FRONTIER_STORES: cannot read 'nonsense'; write name=url, separated by commas; "
        )
    }
