"""The harness: turns, warm-ups, threads, and what it says of a model that fails."""

import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from typing_extensions import override

from frontier_assets.errors import InvalidValueError
from frontier_assets.predictors.batched import BatchedPredictor
from frontier_assets.predictors.benchmark import ROUNDS, THREADS, WARM_UPS, benchmark, machine
from frontier_assets.predictors.predictor import Array
from frontier_assets.stats.latency import Timing

X = {"x": np.arange(12, dtype=np.float32).reshape(3, 4)}


class Stub(BatchedPredictor):
    """Calls a function with every batch."""

    def __init__(self, act: Callable[[Array], object]) -> None:
        super().__init__("stub", {"x": ["batch", 4]})
        self._act = act

    @override
    def _run(self, batch: dict[str, Array]) -> Array:
        self._act(batch["x"])
        return batch["x"]


def timed(found: Mapping[str, Mapping[int, Timing | str]], name: str, rows: int) -> Timing:
    figure = found[name][rows]
    assert isinstance(figure, Timing)
    return figure


@pytest.mark.feature("EVA-7")
def test_a_model_that_sleeps_20_ms_is_measured_at_20_ms_or_more() -> None:
    found = timed(
        benchmark({"slow": Stub(lambda _: time.sleep(0.02))}, X, batch_sizes=[1]), "slow", 1
    )
    assert min(found.rounds) >= 20
    assert found.p99_ms >= found.p95_ms >= found.p50_ms >= 20
    assert found.throughput <= 50


def test_each_takes_its_turn_after_twenty_warm_ups_and_makes_a_hundred_calls_that_count() -> None:
    seen: list[str] = []
    stubs = {name: Stub(lambda _, name=name: seen.append(name)) for name in "abc"}  # type: ignore[misc] # mypy sees no default
    found = benchmark(stubs, X, batch_sizes=[2])
    for name in stubs:
        assert timed(found, name, 2).calls >= 100
        assert seen.count(name) >= WARM_UPS + timed(found, name, 2).calls
    turns = [name for before, name in zip(["", *seen], seen, strict=False) if name != before]
    # One can begin a round that the one before it has ended.
    assert len(turns) > 2 * ROUNDS
    again: list[str] = []
    more = {name: Stub(lambda _, name=name: again.append(name)) for name in "abc"}  # type: ignore[misc] # mypy sees no default
    benchmark(more, X, batch_sizes=[2])
    repeated = [name for before, name in zip(["", *again], again, strict=False) if name != before]
    assert repeated == turns


def test_a_batch_has_the_first_examples_repeated_to_fill_it() -> None:
    shapes = set()
    stub = Stub(lambda x: shapes.add((len(x), float(x[-1, 0]))))
    benchmark({"a": stub}, X, batch_sizes=[1, 2, 5], rounds=1)
    assert shapes == {(1, 0.0), (2, 4.0), (5, 4.0)}


@pytest.mark.feature("EVA-7")
def test_a_model_that_fails_is_told_and_the_others_are_measured() -> None:
    def fail(x: Array) -> None:
        if len(x) > 1:
            raise InvalidValueError("Batch", len(x), "expected one example")

    found = benchmark({"bad": Stub(fail), "good": Stub(len)}, X, batch_sizes=[1, 3])
    assert timed(found, "bad", 1).calls >= 100
    assert found["bad"][3] == "Batch 3 is not valid: expected one example"
    assert timed(found, "good", 3).calls >= 100


def test_a_model_that_begins_to_fail_half_way_is_told_too() -> None:
    calls: list[int] = []

    def tire(_: Array) -> None:
        calls.append(1)
        if len(calls) > WARM_UPS + 40:
            raise InvalidValueError("Model", "tired", "expected a fresh one")

    found = benchmark({"tiring": Stub(tire)}, X, batch_sizes=[1])
    assert "tired" in str(found["tiring"][1])


def test_all_compute_on_the_same_number_of_threads_and_get_theirs_back() -> None:
    from threadpoolctl import threadpool_info

    def threads(_: Any = None) -> set[int]:
        return {pool["num_threads"] for pool in threadpool_info()}

    seen: set[int] = set()
    before = threads()
    benchmark({"a": Stub(lambda _: seen.update(threads()))}, X, batch_sizes=[1], rounds=1)
    assert seen == {THREADS}
    assert threads() == before
    assert machine()["threads"] == THREADS


def test_nothing_to_predict_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="Examples to measure with"):
        benchmark({"a": Stub(len)}, {"x": np.empty((0, 4))})
