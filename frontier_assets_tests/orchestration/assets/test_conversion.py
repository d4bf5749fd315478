"""The assets of converted versions: made once, and left out where a package is missing."""

import sys
from typing import Any

import dagster as dg
import pytest
from dagster._core.definitions.data_version import (
    DATA_VERSION_TAG,
    CachingStaleStatusResolver,
    StaleStatus,
)
from dagster._core.loader import LoadingContextForTest

from frontier_assets.errors import (
    ConversionError,
    IntegrityError,
    InvalidValueError,
    MissingExtraError,
)
from frontier_assets.orchestration.checks.latency import LATENCY
from frontier_assets.orchestration.checks.parity import PARITY
from frontier_assets.specification import ModelSpecification
from frontier_assets.types import Outcome
from frontier_assets_tests.storage.trees import damage, packs
from frontier_assets_tests.tiny_project import MODEL, Project, tiny_attributes

INT8 = {"target": "onnx_int8", "minimum_agreement": 0.9}
OPENVINO = {"target": "openvino", "required": False}


def events_of(project: Project, run_id: str, target: str) -> list[dg.AssetMaterialization]:
    records = project.instance.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION)
    found = [item.dagster_event.step_materialization_data.materialization for item in records]  # type: ignore[union-attr] # filtered above
    return [item for item in found if item.asset_key == dg.AssetKey([MODEL, target])]


def test_an_optional_target_without_its_package_is_skipped_with_the_remedy(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)  # as if it were not installed
    project.change(conversions=[OPENVINO])
    number = project.train()
    result = project.run("build", partition=number)
    assert result.success
    (event,) = events_of(project, result.run_id, "openvino")
    assert "**Skipped**" in str(event.metadata["state"].value)
    assert "pip install 'frontier_assets[openvino]'" in str(event.metadata["state"].value)
    assert "digest" not in event.metadata
    checks = {
        item.check_name: item
        for item in result.get_asset_check_evaluations()
        if item.asset_key.path[-1] == "openvino"
    }
    assert {*checks} == {PARITY, LATENCY}
    for check in checks.values():
        assert not check.passed
        assert check.metadata["outcome"].value == "not_run"
    with project.workspace() as workspace:
        assert workspace.registry.artifacts.list(MODEL, number) == []
        with pytest.raises(MissingExtraError, match=r"frontier_assets\[openvino\]"):
            workspace.convert(f"{MODEL}@{number}", "openvino")
    project.change(conversions=[{"target": "openvino"}])
    assert not project.run("build", partition=number).success


def converting(conversion: dict[str, Any]) -> ModelSpecification:
    return ModelSpecification.model_validate(tiny_attributes(conversions=[conversion]))


def test_a_target_is_made_again_when_something_changes_and_a_killed_one_stores_nothing(
    project: Project,
) -> None:
    project.change(conversions=[INT8])
    number = project.train()
    assert project.run("build", partition=number).success
    with project.workspace() as workspace:
        ref = f"{MODEL}@{number}"
        first = workspace.registry.artifacts.get(MODEL, number, "onnx_int8")
        again = workspace.convert(ref, "onnx_int8")
        assert again.record.id == first.id
        assert again.proof.outcome is Outcome.PASSED
        workspace.record_policy(converting({**INT8, "minimum_agreement": 0.8}))
        second = workspace.convert(ref, "onnx_int8").record
        assert second.id > first.id
        tight = {**INT8, "minimum_agreement": 0.7, "memory_limit_gib": 0.01}
        workspace.record_policy(converting(tight))
        with pytest.raises(ConversionError, match=r"raise `conversions.*memory_limit_gib`"):
            workspace.convert(ref, "onnx_int8")
        assert workspace.registry.artifacts.get(MODEL, number, "onnx_int8").id == second.id


@pytest.mark.feature("CNV-4", "CNV-6")
def test_a_conversion_says_what_it_came_to_and_puts_its_file_where_it_is_wanted(
    project: Project,
) -> None:
    number = project.train()
    assert project.run("build", partition=number).success
    ref, wanted = f"{MODEL}@{number}", project.root / "not" / "there" / "yet"
    with project.workspace() as workspace:
        converted = workspace.convert(ref, "onnx")
        assert (converted.proof.outcome, converted.record.members) == (
            Outcome.PASSED,
            ("model.onnx",),
        )
        (path,) = workspace.fetch(ref, wanted, target="onnx")
        assert path == wanted / "model.onnx"
        assert path.stat().st_size == converted.record.size_bytes
        taken = project.root / "a_file"
        taken.write_text("mine")
        with pytest.raises(InvalidValueError, match="expected a folder, this is a file"):
            workspace.fetch(ref, taken, target="onnx")
        assert taken.read_text() == "mine"


def test_a_proved_target_whose_bytes_were_damaged_is_made_again(project: Project) -> None:
    number = project.train()
    assert project.run("build", partition=number).success
    with project.workspace() as workspace:
        ref = f"{MODEL}@{number}"
        first = workspace.registry.artifacts.get(MODEL, number, "onnx")
        content = workspace.artifact(workspace.versions.get(ref), "onnx").content.read("model.onnx")
        (pack,) = (
            path
            for path in packs(project.root / ".frontier" / "store")
            if content[:256] in path.read_bytes()
        )
        damage(pack, 64)
        with pytest.raises(IntegrityError):
            workspace.load_converted(ref, "onnx")
        again = workspace.convert(ref, "onnx")
        assert again.record.id > first.id
        assert again.record.digest == first.digest
        assert again.proof.outcome is Outcome.PASSED
        assert workspace.load_converted(ref, "onnx").version.number == number


def test_a_target_depends_on_the_one_that_it_is_made_from(project: Project) -> None:
    project.change(conversions=[{"target": "onnx"}, INT8])
    graph = project.defs.resolve_asset_graph()
    assert dg.AssetKey([MODEL, "onnx"]) in graph.get(dg.AssetKey([MODEL, "onnx_int8"])).parent_keys


@pytest.mark.feature("CNV-12")
def test_a_conversion_is_stale_once_its_version_was_materialised_with_other_content(
    project: Project,
) -> None:
    number = project.train()
    assert project.run("build", partition=number).success
    assert stale_status(project, number) is StaleStatus.FRESH
    other = dg.AssetMaterialization(
        dg.AssetKey([MODEL, "version"]), partition=number, tags={DATA_VERSION_TAG: "another"}
    )
    project.instance.report_runless_asset_event(other)
    assert stale_status(project, number) is StaleStatus.STALE


def stale_status(project: Project, number: str) -> StaleStatus:
    """Return what the web page shows of the converted version."""
    graph = project.defs.resolve_asset_graph()
    resolver = CachingStaleStatusResolver(
        project.instance, graph, LoadingContextForTest(project.instance)
    )
    return resolver.get_status(dg.AssetKey([MODEL, "onnx"]), number)
