"""Measuring a converted artifact beside its original, and what the gates on its target say."""

import functools
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from frontier_assets.conversion.targets import Target
from frontier_assets.dataset import Dataset
from frontier_assets.errors import InvalidValueError
from frontier_assets.predictors.benchmark import THREADS, benchmark, machine
from frontier_assets.predictors.converted import Folder, open_files
from frontier_assets.predictors.engines.probe import probe
from frontier_assets.predictors.formats import Runtime, runtime_of
from frontier_assets.predictors.memory import peak_memory
from frontier_assets.predictors.packages import release_of
from frontier_assets.predictors.performance import Performance
from frontier_assets.predictors.predictor import Array, Predictor
from frontier_assets.specification import Gate
from frontier_assets.stats.comparison import compare
from frontier_assets.stats.latency import Timing
from frontier_assets.storage.artifacts import StoredArtifact
from frontier_assets.types import Outcome, Verdict


def runtime_for(target: Target) -> Runtime:
    """Return what runs the artifacts of a target here; an engine's device is its GPU."""
    if target.flavour:
        return Runtime(target.flavour, probe(target.flavour).gpu or "GPU", target.flavour)
    return runtime_of(target.format)


def measure(
    stored: StoredArtifact,
    original: Predictor,
    dataset: Dataset,
    *,
    runtime: Runtime,
    batch_sizes: Sequence[int],
) -> Performance:
    """Return how fast, large and hungry a stored artifact is; both predict the same examples."""
    contestants = {
        "original": original,
        "own": open_files(stored.digest, stored, threads=THREADS),
    }
    found = benchmark(contestants, dataset.inputs, batch_sizes=batch_sizes)
    timings: dict[str, list[Timing]] = {"own": [], "original": []}
    problems = []
    for rows in batch_sizes:
        pair = {name: found[name][rows] for name in timings}
        wrong = [
            f"{name} on a batch of {rows}: {x}" for name, x in pair.items() if isinstance(x, str)
        ]
        problems += wrong
        for name, figure in pair.items():
            if isinstance(figure, Timing) and not wrong:
                timings[name].append(figure)
    memory: int | None = None
    try:
        memory = _memory(stored, dataset.inputs, rows=max(batch_sizes))
    except InvalidValueError as error:
        problems.append(str(error))
    return Performance(
        runtime=runtime.name,
        release=release_of(runtime.package),
        device=runtime.device,
        machine=machine(),
        size_bytes=stored.size_bytes,
        peak_memory_bytes=memory,
        own=tuple(timings["own"]),
        original=tuple(timings["original"]),
        problems=tuple(problems),
    )


def is_current(performance: Performance, runtime: Runtime, batch_sizes: Sequence[int]) -> bool:
    """Tell whether the artifact was measured so, and wholly, on a machine like this one."""
    return (
        not performance.problems
        and performance.machine == machine()
        and (performance.runtime, performance.device) == (runtime.name, runtime.device)
        and performance.release == release_of(runtime.package)
        and [item.rows for item in performance.own] == list(batch_sizes)
    )


def judge(gates: Sequence[Gate], performance: Performance) -> list[Verdict]:
    """Return one verdict per gate on the target; a metric that was not measured fails its gate.

    Latencies are medians of rounds, see `stats.latency`: noise in some of the rounds turns no gate.
    """
    return [_verdict(gate, performance.metrics.get(gate.metric)) for gate in gates]


def _verdict(gate: Gate, observed: float | None) -> Verdict:
    passed, detail = False, f"{gate.metric} was not measured"
    if observed is not None and gate.threshold is not None:
        passed = compare(observed, gate.comparison, gate.threshold)
        detail = f"{observed:.6g} {gate.comparison} {gate.threshold:g}"
    return Verdict(
        gate=gate.name,
        gate_digest=gate.digest,
        severity=gate.severity,
        outcome=Outcome.PASSED if passed else Outcome.FAILED,
        dataset=gate.target,
        metric=gate.metric,
        comparison=gate.comparison,
        threshold=gate.threshold,
        observed=observed,
        detail=f"{gate.subject}: {detail}",
    )


def _memory(stored: StoredArtifact, inputs: Mapping[str, Array], *, rows: int) -> int:
    batch = {name: np.resize(array, (rows, *array.shape[1:])) for name, array in inputs.items()}
    with tempfile.TemporaryDirectory(prefix="frontier-memory-") as folder:
        stored.write_to(Path(folder))
        make = functools.partial(open_files, stored.digest, Folder(Path(folder)), threads=THREADS)
        return peak_memory(make, batch)
