"""Experiments: how fast observations are analysed and in how much memory, and units assigned.

10^7 observations of 10^6 units in four metrics, three variants and ten segments, from Parquet. Each
analysis runs in a process of its own, whose imports count too. The two of a pair compute the same;
``whole`` ones leave the segments out.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from frontier_assets.experiments.assignment import Assignment
from frontier_assets_tests.benchmarks import experiments_probe
from frontier_assets_tests.benchmarks.outcomes import Outcome, Ratio
from frontier_assets_tests.benchmarks.plan import Plan
from frontier_assets_tests.benchmarks.rounds import in_turn, timed

ROWS, UNITS = 10_000_000, 1_000_000
_QUICK_ROWS, _QUICK_UNITS = 30_000, 3_000
# Ours and a peer; how many times faster ours has to be, and how many times smaller.
PAIRS = (
    ("ours-row", "pandas-row", 4.0, 3.5),
    ("ours-row", "tea-row", 3.0, 0.0),
    ("ours-whole", "tea-whole", 1.0, 0.0),
    ("ours-unit", "pandas-unit", 1.1, 2.0),
)
_MOST_ROUNDS = 5  # of ten seconds and more for each contestant


def measure(plan: Plan, folder: Path) -> Iterator[Outcome]:
    """Analyse the same files in every way, and assign a million units."""
    path, plan = folder / "observations.parquet", plan.at_most(_MOST_ROUNDS)
    rows, units = (_QUICK_ROWS, _QUICK_UNITS) if plan.quick else (ROWS, UNITS)
    experiments_probe.write_observations(path, rows=rows, units=units)
    peaks: dict[str, list[float]] = {}
    names = {name for pair in PAIRS for name in pair[:2]}
    contestants = {name: _contestant(name, path, peaks) for name in sorted(names)}
    found = in_turn(contestants, plan)
    for ours, peer, faster, smaller in PAIRS:
        title = f"{rows:.0e} observations, {ours} ÷ {peer}"
        yield Ratio(title, found[ours], found[peer], faster)
        if smaller:
            memory = tuple(peaks[ours]), tuple(peaks[peer])
            yield Ratio(f"{title}, peak memory", *memory, smaller, unit="MiB")
    assigned = [_assigning() for _ in range(plan.rounds)]
    yield Ratio("a million units assigned ÷ one second", tuple(assigned), (1.0,), 1.0)


def _contestant(name: str, path: Path, peaks: dict[str, list[float]]) -> Callable[[], float]:
    def run() -> float:
        found = probed(name, path)
        peaks.setdefault(name, []).append(found["peak_bytes"] / (1 << 20))
        return found["seconds"]

    return run


def probed(name: str, *paths: Path) -> Mapping[str, float]:
    """Return the seconds and the peak memory of one action of the probe."""
    command = [sys.executable, "-m", experiments_probe.__name__, name, *map(str, paths)]
    result = subprocess.run(command, capture_output=True, check=True)
    found: Mapping[str, float] = json.loads(result.stdout)
    return found


def _assigning() -> float:
    plan = Assignment(
        variants=("1.0.0", "1.1.0"),
        weights=(0.5, 0.5),
        coverage=0.5,
        seed="seed",
        namespace="m:default",
        namespace_range=(0.0, 1.0),
        strategy="sticky_hash",
    )
    units = [f"user-{at}" for at in range(1_000_000)]
    return timed(lambda: plan.indices(units))[0]
