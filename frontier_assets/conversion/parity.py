"""The proof that a converted model predicts what the original predicts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from frontier_assets.conversion.rules import FLOAT32, Rules
from frontier_assets.dataset import Dataset
from frontier_assets.errors import FrontierAssetsError
from frontier_assets.predictors.predictor import Array, Predictor
from frontier_assets.specification import Outputs
from frontier_assets.stats.metrics import METRICS, compute
from frontier_assets.types import Outcome

_SMALLEST = 1e-4  # below it a relative difference says nothing
_WORST = 0.99  # the quantile of the examples' errors: one outlier in a hundred is let pass

MAXIMUM_BATCHES = 64  # of each size but the largest, which covers every example


@dataclass(frozen=True, slots=True)
class Proof:
    """What a parity check came to, with its evidence.

    ``measures``: ``rows`` compared; ``max_abs``, the largest difference; ``max_rel``, the largest
    one relative to the original's value, where that exceeds 1e-4; ``row_error``, the 99th
    percentile of the rows' differences relative to the size of their outputs; ``top1_agreement``,
    the fraction of rows with the same decision: the largest output of several, or the label;
    ``<metric>_drop``, how much worse the metric is, where one is compared.
    """

    outcome: Outcome
    detail: str
    measures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Headline:
    """The metric that a converted model is compared by, and what the model's outputs are."""

    metric: str
    outputs: Outputs

    def drop(self, wanted: Array, found: Array, dataset: Dataset) -> float:
        """Return how much worse ``found`` is than ``wanted``; below zero it is better."""
        before, after = (
            compute(
                [self.metric],
                outputs,
                dataset.targets,
                outputs_kind=self.outputs,
                weights=dataset.weights,
            )[self.metric]
            for outputs in (wanted, found)
        )
        return before - after if METRICS[self.metric].direction == "higher" else after - before


def prove(
    original: Predictor,
    converted: Predictor,
    dataset: Dataset,
    *,
    batch_sizes: Sequence[int] = (1, 7, 64),
    rules: Rules = FLOAT32,
    headline: Headline | None = None,
) -> Proof:
    """Compare both on the data set's examples, in batches of each size.

    Passes when every output is finite and all ``rules`` hold; ``headline`` is the metric whose drop
    they limit. A data set smaller than a batch is repeated to fill it. What the converted model
    refuses fails the proof; errors of the original are raised.
    """
    expected = original.predict(dataset.inputs)
    if not np.isfinite(expected).all():
        return Proof(Outcome.FAILED, f"{original.source} itself returns NaN or infinity")
    if set(converted.inputs) != set(original.inputs):
        names = ", ".join(converted.inputs), ", ".join(original.inputs)
        return Proof(Outcome.FAILED, f"the inputs are {names[0]} and the original's {names[1]}")
    pieces: list[tuple[Array, Array]] = []
    for rows in _row_batches(len(dataset), batch_sizes):
        batch = {name: array[rows] for name, array in dataset.inputs.items()}
        try:
            found = converted.predict(batch)
        except FrontierAssetsError as error:
            return Proof(Outcome.FAILED, f"fails on a batch of {len(rows)}: {error}")
        wanted = expected[rows]
        problem = _problem(wanted, found)
        if problem:
            return Proof(Outcome.FAILED, f"on a batch of {len(rows)}, {problem}")
        pieces.append((wanted, found))
    wanted, found = (np.concatenate(side) for side in zip(*pieces, strict=True))
    measures = _measured(wanted, found)
    if headline is not None:
        # The batches of the last size go through the examples in their order.
        last = len(wanted) - max(len(dataset), batch_sizes[-1])
        again = found[last : last + len(dataset)]
        measures[f"{headline.metric}_drop"] = headline.drop(expected, again, dataset)
    problems = _broken(rules, wanted, found, measures)
    problems += _dropped(rules, headline, measures)
    sizes = ", ".join(str(size) for size in batch_sizes)
    found_at = f"over {len(wanted)} rows in batches of {sizes}"
    detail = "; ".join([*problems, f"largest difference {measures['max_abs']:.3g} {found_at}"])
    return Proof(Outcome.FAILED if problems else Outcome.PASSED, detail, measures)


def _row_batches(rows: int, batch_sizes: Sequence[int]) -> Iterator[Array]:
    largest = max(batch_sizes)
    for size in batch_sizes:
        total = max(rows, size) if size == largest else min(max(rows, size), size * MAXIMUM_BATCHES)
        for start in range(0, total, size):
            yield np.arange(start, min(start + size, total)) % rows


def _problem(wanted: Array, found: Array) -> str:
    if wanted.shape != found.shape:
        return f"the output's shape is {found.shape} and the original's {wanted.shape}"
    if wanted.dtype != found.dtype:
        return f"the output's dtype is {found.dtype} and the original's {wanted.dtype}"
    if not np.isfinite(found).all():
        return "the output has NaN or infinity"
    return ""


def _measured(wanted: Array, found: Array) -> dict[str, float]:
    wide, other = wanted.astype(np.float64), found.astype(np.float64)
    difference, size = np.abs(other - wide), np.abs(wide)
    relative = difference[size > _SMALLEST] / size[size > _SMALLEST]
    measures = {
        "rows": float(len(wanted)),
        "max_abs": float(difference.max()),
        "max_rel": float(relative.max(initial=0.0)),
        "row_error": _row_error(wide, other),
    }
    if wanted.dtype.kind in "iub":
        measures["top1_agreement"] = float((wanted == found).mean())
    elif wanted.ndim > 1 and wanted.shape[1] > 1:
        same = wanted.argmax(axis=1) == found.argmax(axis=1)
        measures["top1_agreement"] = float(same.mean())
    return measures


def _row_error(wanted: Array, found: Array) -> float:
    rows = len(wanted)
    differences = np.linalg.norm((found - wanted).reshape(rows, -1), axis=1)
    sizes = np.linalg.norm(wanted.reshape(rows, -1), axis=1)
    # A row of zeros has no size to relate to but that of the others.
    sizes = np.maximum(sizes, max(float(sizes.mean()), np.finfo(np.float64).tiny))
    return float(np.quantile(differences / sizes, _WORST))


def _broken(rules: Rules, wanted: Array, found: Array, measures: Mapping[str, float]) -> list[str]:
    """Return what the outputs themselves break, as sentences."""
    problems = []
    if rules.absolute is not None:
        wide, other = wanted.astype(np.float64), found.astype(np.float64)
        limit = rules.absolute + rules.relative * np.abs(wide)
        beyond = np.abs(other - wide) > limit
        if beyond.any():
            problems.append(
                f"{int(beyond.sum())} of {beyond.size} outputs differ by more than "
                f"{rules.absolute:g} + {rules.relative:g} of the original's"
            )
    error, agreement = measures["row_error"], measures.get("top1_agreement", 1.0)
    if rules.maximum_error is not None and error > rules.maximum_error:
        problems.append(f"the examples' error is {error:.3g}, allowed {rules.maximum_error:g}")
    if rules.minimum_agreement is not None and agreement < rules.minimum_agreement:
        problems.append(
            f"{agreement:.2%} of the decisions agree, wanted {rules.minimum_agreement:.2%}"
        )
    return problems


def _dropped(rules: Rules, headline: Headline | None, measures: Mapping[str, float]) -> list[str]:
    if headline is None or rules.maximum_drop is None:
        return []
    drop = measures[f"{headline.metric}_drop"]
    if drop <= rules.maximum_drop:
        return []
    return [f"{headline.metric} is {drop:.3g} worse, allowed {rules.maximum_drop:g}"]
