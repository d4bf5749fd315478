"""Gates on targets in Dagster: judged in the converting step, asked again by every promotion."""

from typing import Any

import dagster as dg
import pytest

from frontier_assets.orchestration.sensors.new_versions import _rest_of_build
from frontier_assets.registry.audit import AuditAction
from frontier_assets.types import Outcome, Stage
from frontier_assets_tests.promotion.complete import changed, complete, specification
from frontier_assets_tests.tiny_project import MODEL, Project

ACCURATE = {"name": "accurate", "dataset": "holdout", "metric": "accuracy", "threshold": 0.9}
ONNX = dg.AssetKey([MODEL, "onnx"])


def small(threshold: float, severity: str = "critical") -> dict[str, Any]:
    facts = {"name": "small", "target": "onnx", "metric": "size_mb", "severity": severity}
    return {**facts, "threshold": threshold}


def checks(result: dg.ExecuteInProcessResult) -> dict[str, bool]:
    return {check.check_name: check.passed for check in result.get_asset_check_evaluations()}


def test_an_artifact_that_is_too_large_stops_the_build_until_the_gate_changes(
    project: Project,
) -> None:
    project.change(gates=[ACCURATE, small(0.0001)])
    number = project.train()
    ref = f"{MODEL}@{number}"
    first = project.tick("new_versions")
    assert isinstance(first, dg.SensorResult)
    result = project.run("build", partition=number)
    assert not result.success
    assert (checks(result)["parity"], checks(result)["small"]) == (True, False)
    with project.workspace() as workspace:
        (verdict,) = workspace.registry.artifacts.get(MODEL, number, "onnx").verdicts
        assert (verdict.outcome, verdict.severity) == (Outcome.FAILED, "critical")
        unmet = [
            item.name
            for item in workspace.why(ref, to="staging").conditions
            if item.state == "unmet"
        ]
        assert unmet == ["gate onnx/small"]
    # What would fail again is not built again.
    assert isinstance(project.tick("new_versions", first.cursor), dg.SkipReason)
    project.change(gates=[ACCURATE, small(1)])
    again = project.run("build", partition=number, asset_selection=[ONNX])
    assert checks(again)["small"]
    with project.workspace() as workspace:
        entries = workspace.audit.about(MODEL, number)
        stored = [item for item in entries if item.action is AuditAction.ARTIFACT_STORED]
        measured = [item for item in entries if item.action is AuditAction.ARTIFACT_MEASURED]
        assert (len(stored), len(measured)) == (1, 2)
        assert measured[0].after["performance"] == measured[1].after["performance"]


@pytest.mark.feature("EVA-7")
def test_a_step_shows_the_benchmark_and_a_warning_stops_nothing(project: Project) -> None:
    project.change(gates=[ACCURATE, small(0.0001, severity="warning")])
    number = project.train()
    result = project.run("build", partition=number)
    assert result.success
    assert not checks(result)["small"]
    (event,) = (
        item.materialization
        for item in result.get_asset_materialization_events()
        if item.asset_key == ONNX
    )
    metadata = event.metadata
    assert isinstance(metadata["p95_latency_ms"], dg.FloatMetadataValue)
    assert isinstance(metadata["latency"], dg.TableMetadataValue)
    rows = [record.data["examples"] for record in metadata["latency"].records]
    assert rows == [1, 8, 64]
    assert "data:image/png;base64," in str(metadata["picture_latency"].value)
    assert metadata["success_rate"].value == 1
    with project.workspace() as workspace:
        assert workspace.why(f"{MODEL}@{number}", to=Stage.STAGING).allowed
        assert workspace.pick(f"{MODEL}@{number}", runtime="onnxruntime").target == "onnx"
        assert "onnxruntime" in workspace.model_card(f"{MODEL}@{number}")


def test_a_gate_that_was_added_since_makes_its_target_part_of_the_rest() -> None:
    policy = specification(gates=[])
    built = changed(complete(policy), verdicts={})
    assert dg.AssetKey(["m", "onnx"]) not in _rest_of_build(policy, built)
    added = specification(gates=[small(1)])
    assert dg.AssetKey(["m", "onnx"]) in _rest_of_build(added, built)
