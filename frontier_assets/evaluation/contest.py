"""Several models on the same examples: their metrics and latencies, best first."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from frontier_assets.dataset import Dataset
from frontier_assets.errors import FrontierAssetsError
from frontier_assets.evaluation.evaluate import EvaluationResult, check_metrics, evaluate
from frontier_assets.predictors.benchmark import benchmark
from frontier_assets.predictors.predictor import Predictor
from frontier_assets.specification import Outputs
from frontier_assets.stats.latency import Timing
from frontier_assets.stats.metrics import metric


@dataclass(frozen=True, slots=True)
class Entrant:
    """What one model did; ``problem`` says why it has no metrics or no ``latency``.

    ``latency`` is that of calls with one example, in turn with the others.
    """

    name: str
    metrics: Mapping[str, float] = field(default_factory=dict)
    latency: Timing | None = None
    problem: str = ""


def contest(
    entrants: Mapping[str, Callable[[], Predictor]],
    dataset: Dataset,
    metrics: Sequence[str],
    outputs: Outputs,
) -> list[Entrant]:
    """Return every entrant, ordered by the first of ``metrics``; those that failed come last.

    Raises:
        InvalidValueError: ``metrics`` is empty or cannot be computed from such outputs.
    """
    check_metrics(metrics, outputs)
    measured: dict[str, EvaluationResult] = {}
    problems: dict[str, str] = {}
    opened: dict[str, Predictor] = {}
    for name, make in entrants.items():
        try:
            opened[name] = make()
            measured[name] = evaluate(opened[name], dataset, metrics, outputs)
        except FrontierAssetsError as error:
            if error.retryable:
                raise
            problems[name] = str(error)
    able = {name: opened[name] for name in measured}
    timings = benchmark(able, dataset.inputs, batch_sizes=(1,)) if able else {}
    sign = -1 if metric(metrics[0]).direction == "higher" else 1
    best = sorted(measured, key=lambda name: sign * measured[name].metrics[metrics[0]])
    found = []
    for name in best:
        timed = timings[name][1]
        latency = timed if isinstance(timed, Timing) else None
        problem = timed if isinstance(timed, str) else ""
        found.append(Entrant(name, measured[name].metrics, latency, problem))
    return found + [Entrant(name, problem=problem) for name, problem in problems.items()]
