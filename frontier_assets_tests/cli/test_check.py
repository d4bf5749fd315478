import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from frontier_assets.cli.checks.packages import check_packages
from frontier_assets.predictors import packages
from frontier_assets.specification import ModelSpecification
from frontier_assets.workspace import Workspace
from frontier_assets_tests.cli.code_package import write_project
from frontier_assets_tests.cli.conftest import PACKAGE, SPECIFICATION
from frontier_assets_tests.cli.findings import files, findings, problems
from frontier_assets_tests.engines import plant_package
from frontier_assets_tests.stub_driver import plant_driver

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
    write_project(tmp_path, code_folder, PACKAGE)
    monkeypatch.chdir(tmp_path)
    text = frontier.text("check")
    assert f"registry: sqlite:///{tmp_path}/.frontier/registry.db will be created at first" in text
    assert f"store default: file:{tmp_path}/.frontier/store will be created at first use" in text
    assert "tiny prediction: the untrained network turned 8 examples into float32[8, 3]" in text
    assert text.splitlines()[-1] == "11 ok, 0 warnings, 0 failed."
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dagster.yaml", "workspace.yaml"]


def test_another_registry_in_the_same_store_is_a_warning(
    frontier: "Frontier", project: "Records", tmp_path: Path, empty_registry: Path
) -> None:
    frontier.text("sync")
    project.checkpoint()
    assert problems(frontier) == {}
    url = f"sqlite:///{shutil.copy(empty_registry, tmp_path / 'theirs.db')}"
    stores = project.workspace.settings.stores
    with Workspace.open(registry_url=url, stores=stores, actor="bea") as theirs:
        theirs.checkpoints.save("tiny", run="r", step=1, state={"model": {"w": 1.5}})
    found = [item for item in findings(frontier) if item["state"] != "ok"]
    assert [(item["subject"], item["state"]) for item in found] == [("store default", "warning")]
    assert f"holds artifacts of another registry, {url} on " in found[0]["detail"]
    assert "or a store for each" in found[0]["remedy"]


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


def test_an_engine_that_cannot_run_here_is_named_with_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", "")
    for name in ("tensorrt", "tensorrt_rtx"):
        plant_package(tmp_path, monkeypatch, name, code="__version__ = '99.0'")
    conversions = [
        {"target": "tensorrt_fp16"},
        {"target": "tensorrt_rtx_fp16", "required": False},
    ]
    specification = ModelSpecification.model_validate({**SPECIFICATION, "conversions": conversions})
    missing = [item for item in check_packages(specification) if item.state != "ok"]
    assert [(item.state, item.detail.partition(": ")[2][:9]) for item in missing] == [
        ("failed", "no_driver"),
        ("warning", "no_driver"),
    ]
    assert "a GPU are" in missing[0].remedy
    plant_driver(tmp_path, monkeypatch)
    ready = [item.detail for item in check_packages(specification)][-1]
    assert ready == "tensorrt_rtx_fp16 with tensorrt_rtx 99.0 on Stub GPU, compute capability 8.9"


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
            "failed: the definitions have no such model; there is tiny; "
            "correct the name, or add a defs.yaml for it"
        )
    }


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
