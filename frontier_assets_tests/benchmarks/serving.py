"""Throughput of converted artifacts beside eager PyTorch: the zoo's CNN on the CPU.

All of them run on as many threads, each call is one batch from NumPy to NumPy through the predictor
that a service would use.
"""

import time
from collections.abc import Iterator
from pathlib import Path

from frontier_assets.dataset import Array
from frontier_assets.predictors.predictor import Predictor
from frontier_assets_tests.benchmarks.outcomes import Missing, Outcome, Ratio
from frontier_assets_tests.benchmarks.plan import Plan
from frontier_assets_tests.benchmarks.rounds import Contestant, in_turn
from frontier_assets_tests.conversion.zoo.grid import animal, cells

AT_LEAST = {"onnx_int8": 1.5, "openvino": 1.5}
BATCH_ROWS = (1, 64)
_THREADS = 2  # the predictors' own default
_CALLS = 30
_EAGER = "eager PyTorch"


def measure(plan: Plan, folder: Path) -> Iterator[Outcome]:
    """Compare the two targets for CPUs, where they passed their proof."""
    import torch

    specimen = animal("CNN")
    row = dict(cells(specimen, folder, threads=_THREADS))
    images, threads = specimen.holdout.inputs["image"], torch.get_num_threads()
    runners = {target: found for target in AT_LEAST if (found := row[target].converted)}
    for target in AT_LEAST.keys() - runners.keys():
        yield Missing(f"serving by {target}", row[target].refusal)
    torch.set_num_threads(_THREADS)
    try:
        for rows in BATCH_ROWS:
            contestants = {
                target: _contestant(predictor, images[:rows], calls=2 if plan.quick else _CALLS)
                for target, predictor in {_EAGER: specimen.original, **runners}.items()
            }
            seconds = in_turn(contestants, plan)
            for target in runners:
                name = f"serving batches of {rows} by {target} ÷ {_EAGER}"
                yield Ratio(name, seconds[target], seconds[_EAGER], AT_LEAST[target])
    finally:
        torch.set_num_threads(threads)


def _contestant(predictor: Predictor, images: Array, *, calls: int) -> Contestant:
    def seconds() -> float:
        predictor.predict({"image": images})
        begin = time.perf_counter()
        for _ in range(calls):
            predictor.predict({"image": images})
        return (time.perf_counter() - begin) / calls

    return seconds
