"""Our registry at a hundred thousand versions: beside itself at a thousand, and beside MLflow's."""

import statistics
import time
from collections.abc import Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from frontier_assets_tests.benchmarks.mlflow_registry import MlflowRegistry
from frontier_assets_tests.benchmarks.our_registry import OurRegistry
from frontier_assets_tests.benchmarks.ours import opened
from frontier_assets_tests.benchmarks.outcomes import Missing, Outcome, Ratio
from frontier_assets_tests.benchmarks.plan import Plan
from frontier_assets_tests.benchmarks.registry_rates import (
    VERSIONS,
    move_seconds,
    resolve_seconds,
)
from frontier_assets_tests.benchmarks.registry_sides import Side
from frontier_assets_tests.benchmarks.rounds import in_turn

# Flat within a factor of two, and at the 95th percentile no slower than the peer.
GROWTH_AT_LEAST = 0.5
SEARCH_AT_LEAST = 1.0
_TIMES = 100
_QUICK_VERSIONS, _QUICK_TIMES = 20, 3
_SEARCHES = 20
_PEER = "MLflow's tag search"


def measure(plan: Plan, folder: Path) -> Iterator[Outcome]:
    """Compare the sizes, and the search with MLflow's where that is installed."""
    few, times = (_QUICK_VERSIONS, _QUICK_TIMES) if plan.quick else (VERSIONS, _TIMES)
    with opened(folder / "few") as small, opened(folder / "many") as large:
        sides = {"few": OurRegistry(small, few), "many": OurRegistry(large, few, times=times)}
        operations = {"set production": move_seconds, "resolve production": resolve_seconds}
        for operation, seconds_of in operations.items():
            contestants = {size: partial(seconds_of, side) for size, side in sides.items()}
            found = in_turn(contestants, plan)
            name = f"{operation} at {few * times:,} ÷ at {few:,} versions"
            yield Ratio(name, found["many"], found["few"], GROWTH_AT_LEAST)
        yield _searched(sides["many"], few, times, plan, folder / "mlflow")


def _searched(ours: Side, few: int, times: int, plan: Plan, folder: Path) -> Outcome:
    name = f"p95 of a search of {few * times:,} versions by metric and tag ÷ {_PEER}"
    if find_spec("mlflow") is None:
        return Missing(name, "mlflow is not installed; the extra `mlflow` brings it")
    sides: dict[str, Side] = {"ours": ours, "mlflow": MlflowRegistry(folder, few, times=times)}
    contestants = {side: partial(_slow_search_seconds, sides[side]) for side in sides}
    found = in_turn(contestants, plan)
    return Ratio(name, found["ours"], found["mlflow"], SEARCH_AT_LEAST)


def _slow_search_seconds(side: Side) -> float:
    """Return the 95th percentile of the seconds of some searches."""
    seconds = []
    for _ in range(_SEARCHES):
        begin = time.perf_counter()
        side.search()
        seconds.append(time.perf_counter() - begin)
    return statistics.quantiles(seconds, n=20)[-1]
