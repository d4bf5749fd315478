"""Gates on the speed, size and memory of conversion targets, as the YAML writes them."""

from typing import Any

import pytest
from pydantic import ValidationError

from frontier_assets.specification import PERFORMANCE_METRICS, Gate, ModelSpecification
from frontier_assets.stats.directions import direction_of
from frontier_assets_tests.promotion.complete import specification

FAST = {"target": "onnx", "metric": "p95_latency_ms", "threshold": 5}


@pytest.mark.parametrize("metric", PERFORMANCE_METRICS)
def test_less_is_wanted_of_what_costs_and_more_of_what_is_gained(metric: str) -> None:
    gate = Gate.model_validate({"target": "onnx", "metric": metric, "threshold": 1})
    lower = PERFORMANCE_METRICS[metric] == "lower"
    assert gate.comparison == ("<=" if lower else ">=")
    assert gate.name == f"{metric}_{'at_most' if lower else 'at_least'}"
    assert (gate.place, gate.subject) == ("onnx", f"{metric} of onnx")
    assert direction_of(metric) == PERFORMANCE_METRICS[metric]


def test_a_comparison_that_is_written_stands() -> None:
    assert Gate.model_validate({**FAST, "comparison": "<"}).comparison == "<"


def test_a_gate_on_a_target_survives_the_registry() -> None:
    policy = specification(gates=[{**FAST, "severity": "warning"}])
    again = ModelSpecification.from_canonical(policy.canonical_values())
    assert again.gates == policy.gates
    assert again.digest == policy.digest
    assert policy.gates_on("onnx") == policy.gates
    assert policy.gates_on("holdout") == []


def test_gates_on_data_sets_keep_the_digests_that_they_had_before_there_were_targets() -> None:
    gate = Gate.model_validate({"dataset": "holdout", "metric": "accuracy", "threshold": 0.95})
    assert "target" not in gate.canonical_values()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"dataset": "holdout"}, "needs either `dataset` or `target`, not both"),
        ({"target": ""}, "needs either `dataset` or `target`, not both"),
        ({"metric": "accuracy"}, "with `target` it is one of p50_latency_ms, p95_latency_ms"),
        ({"threshold": None}, "needs either `threshold` or `versus: production`"),
        ({"threshold": None, "versus": "production"}, "`target` takes a `threshold` alone|no mean"),
        ({"slice": "class=1"}, "`target` takes a `threshold` alone"),
        ({"name": "parity"}, "'parity' has the name of a check that every target has"),
        ({"name": "latency"}, "'latency' has the name of a check that every target has"),
        ({"target": "openvino"}, "names target 'openvino'; `conversions` has onnx, onnx_int8"),
    ],
)
def test_a_gate_that_cannot_be_judged_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        specification(gates=[{**FAST, **changes}])


@pytest.mark.parametrize("sizes", [[], [0], [-1], ["many"]])
def test_batch_sizes_are_counts(sizes: list[object]) -> None:
    with pytest.raises(ValidationError, match="batch_sizes"):
        specification(conversions=[{"target": "onnx", "batch_sizes": sizes}])
