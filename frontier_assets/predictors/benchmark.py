"""The speed of predictors that take turns, so that a busy machine slows all of them alike."""

import contextlib
import gc
import os
import platform
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from frontier_assets.errors import FrontierAssetsError, InvalidValueError
from frontier_assets.predictors.predictor import Array, Predictor
from frontier_assets.stats.latency import Timing, timing

BATCH_SIZES = (1, 8, 64)
THREADS = 1  # of every predictor: several wait for each other wherever others compute too
ROUNDS = 9
WARM_UPS = 20
# A turn's calls: enough in all for a percentile, and more of a fast model while it costs nothing.
LEAST_CALLS, MOST_CALLS = 12, 100
_TURN_S = 0.02
# Runtimes' threads go on looking for work for a moment after a call: that is another's turn.
_UNCOUNTED = 2
_PROCESSOR = Path("/proc/cpuinfo")


def benchmark(
    contestants: Mapping[str, Predictor],
    inputs: Mapping[str, Array],
    *,
    batch_sizes: Sequence[int] = BATCH_SIZES,
    rounds: int = ROUNDS,
) -> dict[str, dict[int, Timing | str]]:
    """Return by contestant and batch size how long its calls took, or why they failed.

    In every round all contestants take a turn, in a shuffled order that is the same in every run;
    each has had its `WARM_UPS` before and makes at least 100 calls that count. Batches are the
    first examples of ``inputs``, repeated to fill them. Open the predictors with `THREADS` threads;
    what has no such setting computes on so many too.

    Raises:
        InvalidValueError: there is no example.
    """
    if not all(len(array) for array in inputs.values()):
        raise InvalidValueError("Examples to measure with", 0, "expected at least one")
    found: dict[str, dict[int, Timing | str]] = {name: {} for name in contestants}
    with _undisturbed():
        for rows in batch_sizes:
            batch = {
                name: np.resize(array, (rows, *array.shape[1:])) for name, array in inputs.items()
            }
            for name, figure in _measured(contestants, batch, rows, rounds).items():
                found[name][rows] = figure
    return found


def machine() -> dict[str, str | int]:
    """Return what the figures of a benchmark depend on beside the software."""
    text = _PROCESSOR.read_text("utf-8") if _PROCESSOR.exists() else ""
    names = [line.partition(":")[2].strip() for line in text.splitlines() if "model name" in line]
    processor = names[0] if names else platform.processor() or platform.machine()
    return {"processor": processor, "cpus": os.cpu_count() or 1, "threads": THREADS}


def _measured(
    contestants: Mapping[str, Predictor], batch: Mapping[str, Array], rows: int, rounds: int
) -> dict[str, Timing | str]:
    calls: dict[str, int] = {}
    taken: dict[str, list[Array]] = {name: [] for name in contestants}
    problems: dict[str, Timing | str] = {}
    order = random.Random(0)  # noqa: S311 - fairness, no secret
    for turn in range(1 + rounds):
        for name in order.sample(list(contestants), len(contestants)):
            if name in problems:
                continue
            try:
                if turn == 0:
                    calls[name] = _warmed_up(contestants[name], batch)
                else:
                    taken[name].append(_turn(contestants[name], batch, calls[name]))
            except FrontierAssetsError as error:
                problems[name] = str(error)
    whole = {name: np.stack(turns) for name, turns in taken.items() if name not in problems}
    return problems | {name: timing(seconds, rows) for name, seconds in whole.items()}


def _warmed_up(predictor: Predictor, batch: Mapping[str, Array]) -> int:
    """Return how many calls a turn takes."""
    taken = [_turn(predictor, batch, 1, uncounted=0)[0] for _ in range(WARM_UPS)]
    return int(np.clip(_TURN_S / np.median(taken), LEAST_CALLS, MOST_CALLS))


def _turn(
    predictor: Predictor, batch: Mapping[str, Array], calls: int, uncounted: int = _UNCOUNTED
) -> Array:
    for _ in range(uncounted):
        predictor.predict(batch)
    taken = np.empty(calls)
    for place in range(calls):
        begin = time.perf_counter()
        predictor.predict(batch)
        taken[place] = time.perf_counter() - begin
    return taken


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Fix the threads of what computes with OpenMP, and collect no garbage meanwhile."""
    collecting = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        with threadpool_limits(THREADS):
            yield
    finally:
        if collecting:
            gc.enable()
