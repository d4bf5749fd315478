"""What is kept of a benchmark, and the figures that gates judge."""

import json

import pytest

from frontier_assets.predictors.performance import Performance
from frontier_assets.specification import PERFORMANCE_METRICS
from frontier_assets_tests.predictors.performances import performance


def test_a_performance_comes_back_from_json() -> None:
    found = performance(problems=("no memory",))
    assert Performance.of(json.loads(json.dumps(found.as_json()))) == found


def test_there_is_a_figure_for_every_metric_that_a_gate_may_name() -> None:
    found = performance(1.0, 2.0).metrics
    assert set(found) == set(PERFORMANCE_METRICS)
    assert found["p50_latency_ms"] == pytest.approx(1)
    assert found["speedup"] == pytest.approx(2)
    assert found["throughput"] == pytest.approx(2000)
    assert (found["size_mb"], found["peak_memory_mb"]) == (3, 80)


def test_what_could_not_be_measured_has_no_figure() -> None:
    found = performance(own=(), original=(), peak_memory_bytes=None)
    assert set(found.metrics) == {"size_mb"}
