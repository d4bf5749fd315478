"""Our registry beside MLflow's, at a thousand versions each: register, move, resolve, search."""

import gc
import time
from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec
from itertools import count
from pathlib import Path

from frontier_assets_tests.benchmarks.mlflow_registry import MlflowRegistry
from frontier_assets_tests.benchmarks.our_registry import OurRegistry
from frontier_assets_tests.benchmarks.ours import opened
from frontier_assets_tests.benchmarks.outcomes import Missing, Outcome, Ratio
from frontier_assets_tests.benchmarks.plan import Plan
from frontier_assets_tests.benchmarks.registry_sides import Facts, Side
from frontier_assets_tests.benchmarks.rounds import in_turn

AT_LEAST = 5.0
ALIAS_AT_LEAST = 1.0
VERSIONS = 1_000
_QUICK_VERSIONS = 20
_REPEATED = 50  # rates: what a first call fills caches for is shared by as many
_PEER = "MLflow's store"


def measure(plan: Plan, folder: Path) -> Iterator[Outcome]:
    """Compare the two, where MLflow is installed."""
    name = f"registry beside {_PEER}"
    if find_spec("mlflow") is None:
        yield Missing(name, "mlflow is not installed; the extra `mlflow` brings it")
        return
    versions = _QUICK_VERSIONS if plan.quick else VERSIONS
    with opened(folder / "ours") as workspace:
        sides: dict[str, Side] = {
            "ours": OurRegistry(workspace, versions),
            "mlflow": MlflowRegistry(folder / "mlflow", versions),
        }
        for operation, (seconds_of, at_least) in OPERATIONS.items():
            contestants = {side: partial(seconds_of, sides[side]) for side in sides}
            found = in_turn(contestants, plan)
            title = f"{operation} at {versions:,} versions ÷ {_PEER}"
            yield Ratio(title, found["ours"], found["mlflow"], at_least)


def register_seconds(side: Side) -> float:
    """Return the seconds of one registration."""
    return _mean(lambda: side.register(Facts(next(_NUMBERS))))


def move_seconds(side: Side) -> float:
    """Return the seconds of giving production to another version."""
    return _mean(side.move, before=side.prepare_move)


def rename_seconds(side: Side) -> float:
    """Return the seconds of the least that calls another version production."""
    return _mean(side.rename, before=side.prepare_move)


def resolve_seconds(side: Side) -> float:
    """Return the seconds of finding the version in production."""
    return _mean(side.resolve)


def search_seconds(side: Side) -> float:
    """Return the seconds of finding the versions of a team."""
    return _mean(side.search)


OPERATIONS: dict[str, tuple[Callable[[Side], float], float]] = {
    "register": (register_seconds, AT_LEAST),
    "set production, archiving its holder,": (move_seconds, AT_LEAST),
    # An alias there is a row that is written unasked: no evidence, no history, no audit trail.
    "set production beside an alias": (rename_seconds, ALIAS_AT_LEAST),
    "resolve production": (resolve_seconds, AT_LEAST),
    "search": (search_seconds, AT_LEAST),
}
_NUMBERS = count(VERSIONS)


def _mean(work: Callable[[], object], *, before: Callable[[], object] = lambda: None) -> float:
    """Return the mean of several times, without what has to be done ``before`` each."""
    gc.collect()
    total = 0.0
    for _ in range(_REPEATED):
        before()
        begin = time.perf_counter()
        work()
        total += time.perf_counter() - begin
    return total / _REPEATED
