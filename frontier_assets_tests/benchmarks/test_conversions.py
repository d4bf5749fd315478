"""The harness's ranking of the zoo's network, and what counts as a contradiction."""

from pathlib import Path

import pytest

from frontier_assets.stats.latency import ranked
from frontier_assets_tests.benchmarks.conversions import (
    RUNS,
    contradictions,
    opened,
    orders,
    timings,
)
from frontier_assets_tests.conversion.zoo import cnn


def test_a_tie_contradicts_nothing_and_the_rarer_order_does() -> None:
    usual, tied, odd = [["a"], ["b"], ["c"]], [["a", "b"], ["c"]], [["b"], ["a"], ["c"]]
    assert contradictions([usual, usual, tied]) == 0
    assert contradictions([usual, usual, tied, odd]) == 1
    assert orders(tied) == {("a", "c"), ("b", "c")}


@pytest.mark.slow
def test_the_ranking_repeats_in_nine_of_ten_runs(tmp_path: Path) -> None:
    specimen = cnn.specimen()
    contestants = opened(specimen, tmp_path)
    found = [ranked(timings(contestants, specimen)) for _ in range(RUNS)]
    assert contradictions(found) <= RUNS // 10
    # And it ranks: nobody takes INT8 for as slow as the original.
    told = [("onnx_int8", "original") in orders(ranking) for ranking in found]
    assert sum(told) >= RUNS - RUNS // 10
