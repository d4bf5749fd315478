"""Gates on targets at their boundaries, and a real artifact measured."""

import dataclasses
import math
from pathlib import Path

import pytest

from frontier_assets.conversion.performance import is_current, judge, measure, runtime_for
from frontier_assets.conversion.targets import TARGETS
from frontier_assets.dataset import Dataset
from frontier_assets.predictors.pytorch import PyTorchPredictor
from frontier_assets.specification import Gate
from frontier_assets.types import Outcome
from frontier_assets.workspace import Workspace
from frontier_assets_tests.predictors.performances import performance


def gate(**fields: object) -> Gate:
    facts = {"target": "onnx", "metric": "size_mb", "threshold": 3.0}
    return Gate.model_validate({**facts, **fields})


@pytest.mark.feature("EVA-4")
@pytest.mark.parametrize(
    ("comparison", "passing"),
    [
        (">=", [False, True, True]),
        (">", [False, False, True]),
        ("<=", [True, True, False]),
        ("<", [True, False, False]),
        ("==", [False, True, False]),
        ("!=", [True, False, True]),
    ],
)
def test_thresholds_are_exact_at_the_boundary(comparison: str, passing: list[bool]) -> None:
    judged = gate(comparison=comparison)
    sizes = [2_999_999, 3_000_000, 3_000_001]
    outcomes = [judge([judged], performance(size_bytes=size))[0].outcome for size in sizes]
    assert [item is Outcome.PASSED for item in outcomes] == passing


def test_a_verdict_says_what_was_judged_by_what() -> None:
    (verdict,) = judge([gate(metric="p95_latency_ms", threshold=0.5)], performance(1.0))
    assert (verdict.outcome, verdict.dataset) == (Outcome.FAILED, "onnx")
    assert verdict.observed == pytest.approx(1)
    assert verdict.detail == "p95_latency_ms of onnx: 1 <= 0.5"


def test_a_figure_that_was_not_measured_fails_its_gate() -> None:
    (verdict,) = judge([gate(metric="peak_memory_mb")], performance(peak_memory_bytes=None))
    assert (verdict.outcome, verdict.observed) == (Outcome.FAILED, None)
    assert "peak_memory_mb was not measured" in verdict.detail


@pytest.mark.feature("EVA-7")
def test_a_stored_artifact_is_measured_beside_its_original(
    exported: Path, original: PyTorchPredictor, holdout: Dataset, workspace: Workspace
) -> None:
    stored = workspace.stores["default"].put_files({"model.onnx": exported})
    runtime = runtime_for(TARGETS["onnx"])
    found = measure(stored, original, holdout, runtime=runtime, batch_sizes=[1, 4])
    assert [item.rows for item in found.own] == [item.rows for item in found.original] == [1, 4]
    assert found.problems == ()
    assert found.size_bytes == exported.stat().st_size
    # An interpreter with ONNX Runtime, and no PyTorch.
    assert 20e6 < (found.peak_memory_bytes or math.nan) < 200e6
    assert found.where.startswith("onnxruntime 1.")
    assert is_current(found, runtime, [1, 4])
    assert not is_current(found, runtime, [1])
    elsewhere = dataclasses.replace(found, machine={**found.machine, "cpus": 999})
    assert not is_current(elsewhere, runtime, [1, 4])
    assert not is_current(dataclasses.replace(found, release="0.1"), runtime, [1, 4])
    partly = dataclasses.replace(found, peak_memory_bytes=None, problems=("its process failed",))
    assert not is_current(partly, runtime, [1, 4])
