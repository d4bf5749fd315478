"""The assets of engines: built, proved or left out, and never served unproved."""

import json
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from frontier_assets.errors import UnverifiedArtifactError
from frontier_assets.types import Outcome
from frontier_assets_tests.engines import plant_package, require_rtx
from frontier_assets_tests.orchestration.assets.test_conversion import events_of
from frontier_assets_tests.tiny_project import MODEL, Project

RTX: dict[str, Any] = {"target": "tensorrt_rtx_fp16"}
TENSORRT: dict[str, Any] = {"target": "tensorrt_fp32"}
OPTIONAL = {"required": False}


@pytest.fixture(autouse=True)
def without_a_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", "")


def parity_of(result: dg.ExecuteInProcessResult, target: str) -> dg.AssetCheckEvaluation:
    (check,) = (
        item
        for item in result.get_asset_check_evaluations()
        if (item.asset_key.path[-1], item.check_name) == (target, "parity")
    )
    return check


@pytest.mark.feature("CNV-2", "CNV-12")
def test_an_engine_is_an_asset_in_the_pool_of_gpus_with_the_limit_of_kubernetes(
    project: Project,
) -> None:
    project.change(conversions=[{"target": "onnx"}, TENSORRT, RTX])
    graph = project.defs.resolve_asset_graph()
    onnx = dg.AssetKey([MODEL, "onnx"])
    assert onnx in graph.get(dg.AssetKey([MODEL, "tensorrt_fp32"])).parent_keys
    for name in ("tensorrt_fp32", "tensorrt_rtx_fp16"):
        node = graph.get(dg.AssetKey([MODEL, name]))
        assert node.pools == {"gpu"}
        assert "tensorrt" in node.kinds
        assert dg.AssetKey([MODEL, "version"]) in node.parent_keys
    job = project.defs.resolve_job_def(f"{MODEL}__build")
    assert job.run_tags["frontier/gpu"] == "1"
    tags = {node.name: node.tags.get("dagster-k8s/config", "{}") for node in job.nodes}
    limits = {"container_config": {"resources": {"limits": {"nvidia.com/gpu": "1"}}}}
    assert json.loads(tags[f"{MODEL}__tensorrt_fp32"]) == limits
    assert json.loads(tags[f"{MODEL}__onnx"]) == {}


def test_a_model_without_engines_asks_for_no_gpu(project: Project) -> None:
    assert "frontier/gpu" not in project.defs.resolve_job_def(f"{MODEL}__build").run_tags


@pytest.mark.feature("CNV-2", "CNV-9")
def test_an_engine_built_without_a_gpu_is_kept_and_neither_proved_nor_served(
    project: Project,
) -> None:
    require_rtx()
    project.change(conversions=[{**RTX, **OPTIONAL}])
    number = project.train()
    result = project.run("build", partition=number)
    assert result.success
    check = parity_of(result, "tensorrt_rtx_fp16")
    assert (check.passed, check.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert check.metadata["outcome"].value == "not_run"
    assert check.description
    assert check.description.startswith("no_driver: ")
    (event,) = events_of(project, result.run_id, "tensorrt_rtx_fp16")
    shown: Any = event.metadata["engine"].value
    assert shown["flavour"] == "tensorrt_rtx"
    with project.workspace() as workspace:
        record = workspace.registry.artifacts.get(MODEL, number, "tensorrt_rtx_fp16")
        assert record.members == ("engine.json", "model.engine")
        assert (record.outcome, record.verified_at) == (Outcome.NOT_RUN, None)
        version = workspace.versions.get(f"{MODEL}@{number}")
        engine = record.details["engine"]
        assert engine["source_digest"] == record.details["source_digest"] == version.digest
        assert engine["profiles"] == {"batch": [1, 32, 256]}
        with pytest.raises(UnverifiedArtifactError, match="is not verified"):
            workspace.load_converted(version.ref, "tensorrt_rtx_fp16")
        with pytest.raises(UnverifiedArtifactError, match="is not verified"):
            workspace.fetch(version.ref, project.root / "served", target="tensorrt_rtx_fp16")
        assert not (project.root / "served").exists()
        assert workspace.why(version.ref, to="staging").allowed
        # Nothing has changed, so nothing is built again.
        assert workspace.convert(version.ref, "tensorrt_rtx_fp16").record.id == record.id


@pytest.mark.feature("CNV-2")
def test_promotion_waits_for_the_proof_of_a_required_engine(project: Project) -> None:
    require_rtx()
    project.change(conversions=[RTX])
    number = project.train()
    assert not project.run("build", partition=number).success
    with project.workspace() as workspace:
        decision = workspace.why(f"{MODEL}@{number}", to="staging")
    assert not decision.allowed
    assert any(
        "conversion tensorrt_rtx_fp16 is not proved (not_run): no_driver" in reason
        for reason in decision.reasons
    )


@pytest.mark.feature("CNV-2", "CNV-6")
def test_a_required_engine_fails_with_the_reason_and_an_optional_one_is_left_out_with_it(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant_package(tmp_path, monkeypatch, "tensorrt", code="__version__ = '99.0'")
    project.change(conversions=[TENSORRT])
    number = project.train()
    failed = project.run("build", partition=number)
    assert not failed.success
    (failure,) = (event for event in failed.all_events if event.is_step_failure)
    assert failure.step_key == f"{MODEL}__tensorrt_fp32"
    said = str(failure.event_specific_data)
    assert "no_driver: NVIDIA's driver cannot be loaded" in said
    assert "run it where NVIDIA's driver and a GPU are" in said
    project.change(conversions=[{**TENSORRT, **OPTIONAL}])
    result = project.run("build", partition=number)
    assert result.success
    (event,) = events_of(project, result.run_id, "tensorrt_fp32")
    assert "**Skipped**: tensorrt cannot be used here: no_driver" in str(
        event.metadata["state"].value
    )
    check = parity_of(result, "tensorrt_fp32")
    assert (check.passed, check.metadata["outcome"].value) == (False, "not_run")
    with project.workspace() as workspace:
        assert workspace.registry.artifacts.list(MODEL, number) == []


def test_a_flavour_that_cannot_be_had_is_left_out_with_how_to_get_it(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    absent = "raise ModuleNotFoundError('absent', name='tensorrt_rtx')"
    plant_package(tmp_path, monkeypatch, "tensorrt_rtx", code=absent)
    project.change(conversions=[{**RTX, **OPTIONAL}])
    number = project.train()
    result = project.run("build", partition=number)
    assert result.success
    (event,) = events_of(project, result.run_id, "tensorrt_rtx_fp16")
    said = str(event.metadata["state"].value)
    assert "no_package: 'tensorrt_rtx' is not installed" in said
    assert "pip install 'frontier_assets[tensorrt-rtx]'" in said
