"""The zoo's network in every runtime: how much faster it is, and whether the ranking repeats.

One run of the harness ranks the contestants. A run contradicts the others when it puts a pair in
the order that most of the runs do not; a tie contradicts nothing.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path

from frontier_assets.conversion.targets import TARGETS, convert
from frontier_assets.errors import MissingExtraError
from frontier_assets.predictors.benchmark import THREADS, benchmark
from frontier_assets.predictors.converted import Folder, open_files
from frontier_assets.predictors.predictor import Predictor
from frontier_assets.stats.latency import Timing, ranked
from frontier_assets_tests.benchmarks.outcomes import Figure, Missing, Outcome, Ratio
from frontier_assets_tests.benchmarks.plan import Plan
from frontier_assets_tests.conversion.zoo import cnn
from frontier_assets_tests.conversion.zoo.specimen import Specimen

RUNS, QUICK_RUNS = 10, 3
AT_LEAST = 1.5
_ROWS = 16
_CONTESTANTS = ("onnx", "onnx_fp16", "onnx_int8", "openvino")
Ranking = Sequence[Sequence[str]]


def measure(plan: Plan, folder: Path) -> Iterator[Outcome]:
    """Compare the runtimes with eager PyTorch, and the runs of the harness with each other."""
    specimen = cnn.specimen()
    contestants = opened(specimen, folder)
    runs = [timings(contestants, specimen) for _ in range(QUICK_RUNS if plan.quick else RUNS)]
    middle = runs[len(runs) // 2]
    for target in ("onnx_int8", "openvino"):
        name = f"CNN, batch of {_ROWS}: PyTorch ÷ {target}"
        if target in middle:
            ours, peer = (tuple(run[side].best_ms for run in runs) for side in (target, "original"))
            yield Ratio(name, ours, peer, AT_LEAST, unit="ms")
        else:
            yield Missing(name, "its package is not installed")
    against = contradictions([ranked(run) for run in runs])
    yield Figure(
        f"{len(runs)} rankings, of which contradict", against, max(1, len(runs) // 10), "runs"
    )


def opened(specimen: Specimen, folder: Path) -> dict[str, Predictor]:
    """Return the original and what it is converted to, as far as packages allow."""
    found: dict[str, Predictor] = {"original": specimen.original}
    for target in _CONTESTANTS:
        inside = folder / target
        inside.mkdir()
        try:
            files = convert(
                target,
                "zoo@1.0.0",
                specimen.original,
                specimen.holdout,
                inside,
                calibration=specimen.training if TARGETS[target].calibrated else None,
            )
        except MissingExtraError:
            continue
        apart = folder / f"{target}_files"
        apart.mkdir()
        for name, path in files.items():
            (apart / name).write_bytes(path.read_bytes())
        found[target] = open_files("zoo@1.0.0", Folder(apart), threads=THREADS)
    return found


def timings(contestants: Mapping[str, Predictor], specimen: Specimen) -> dict[str, Timing]:
    """Return what one run of the harness measures."""
    found = benchmark(contestants, specimen.holdout.inputs, batch_sizes=(_ROWS,))
    figures = {name: sizes[_ROWS] for name, sizes in found.items()}
    return {name: figure for name, figure in figures.items() if isinstance(figure, Timing)}


def orders(ranking: Ranking) -> set[tuple[str, str]]:
    """Return the pairs that a ranking tells apart, the faster one first."""
    return {
        (first, second)
        for before, after in combinations(ranking, 2)
        for first in before
        for second in after
    }


def contradictions(rankings: Sequence[Ranking]) -> int:
    """Return how many rankings have a pair in the order that fewer have."""
    votes = Counter(pair for ranking in rankings for pair in orders(ranking))
    return sum(
        any(votes[second, first] > votes[first, second] for first, second in orders(ranking))
        for ranking in rankings
    )
