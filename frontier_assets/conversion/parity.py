"""The proof that a converted model predicts what the original predicts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from frontier_assets.conversion.rounding import rounding_problem
from frontier_assets.conversion.rules import FLOAT32, Rules
from frontier_assets.conversion.stealth import rounded_weights
from frontier_assets.dataset import Dataset
from frontier_assets.errors import ConversionError, FrontierAssetsError, InvalidValueError
from frontier_assets.predictors.predictor import Array, Predictor
from frontier_assets.specification import Outputs
from frontier_assets.stats.metrics import METRICS, compute
from frontier_assets.types import Outcome

_SMALLEST = 1e-4  # below it a relative difference says nothing
_WORST = 0.99  # the quantile of the examples' errors: one outlier in a hundred is let pass

_SEQUENCES = 3  # the axes of outputs with classes for each token: (examples, tokens, classes)
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
class Graphs:
    """A graph in lower precision and the ``parent`` that it was made from, as their files."""

    parent: bytes
    made: bytes


@dataclass(frozen=True, slots=True)
class Headline:
    """The metric that a converted model is compared by, and what the model's outputs are."""

    metric: str
    outputs: Outputs

    def of(self, outputs: Array, dataset: Dataset) -> float:
        """Return the metric of ``outputs``, or raise `InvalidValueError` when they give none."""
        return compute(
            [self.metric],
            outputs,
            dataset.targets,
            outputs_kind=self.outputs,
            weights=dataset.weights,
        )[self.metric]

    def drop(self, before: float, after: float) -> float:
        """Return how much worse it is ``after`` than ``before``; below zero it is better."""
        return before - after if METRICS[self.metric].direction == "higher" else after - before


def expected_outputs(
    ref: str, target: str, original: Predictor, dataset: Dataset, headline: Headline | None
) -> Array:
    """Return what a model that is converted to ``target`` will have to predict.

    Raises:
        ConversionError: the original itself returns NaN or infinity.
        InvalidValueError: its inputs, or its outputs beside the targets, are no such model's.
    """
    expected = original.predict(dataset.inputs)
    wrong = ~np.isfinite(expected.reshape(len(expected), -1)).all(axis=1)
    if wrong.any():
        raise ConversionError(
            ref,
            target,
            f"the original itself returns NaN or infinity for {int(wrong.sum())} of "
            f"{len(expected)} examples, e.g. number {int(wrong.argmax())}: mend it, or take them "
            "out of the data",
        )
    if headline is not None:
        headline.of(expected, dataset)
    return expected


def prove(
    original: Predictor,
    converted: Predictor,
    dataset: Dataset,
    *,
    batch_sizes: Sequence[int] = (1, 7, 64),
    rules: Rules = FLOAT32,
    headline: Headline | None = None,
    weights: Mapping[str, Array] | None = None,
    graphs: Graphs | None = None,
    expected: Array | None = None,
) -> Proof:
    """Compare both on the data set's examples, in batches of each size.

    Passes when every output is finite, all ``rules`` hold, none of the converted file's ``weights``
    is secretly of bfloat16, and those of ``graphs`` are the same but for rounding; ``headline`` is
    the metric whose drop the rules limit. A data set smaller than a batch is repeated to fill it.
    What the converted model refuses fails the proof, and so do outputs that give no metric; errors
    of the original are raised. ``expected`` is what the original predicts, where that is known.
    """
    batch_sizes = sorted(batch_sizes)
    expected = original.predict(dataset.inputs) if expected is None else expected
    if not np.isfinite(expected).all():
        return Proof(Outcome.FAILED, f"{original.source} itself returns NaN or infinity")
    if set(converted.inputs) != set(original.inputs):
        names = ", ".join(converted.inputs), ", ".join(original.inputs)
        return Proof(Outcome.FAILED, f"the inputs are {names[0]} and the original's {names[1]}")
    compared = _compared(converted, dataset, expected, batch_sizes)
    if isinstance(compared, str):
        return Proof(Outcome.FAILED, compared)
    wanted, found = compared
    measures = _measured(wanted, found)
    problems = _broken(rules, wanted, found, measures)
    if headline is not None:
        before = headline.of(expected, dataset)
        # The batches of the last size go through the examples in their order.
        last = len(wanted) - max(len(dataset), batch_sizes[-1])
        try:
            after = headline.of(found[last : last + len(dataset)], dataset)
        except InvalidValueError as error:
            return Proof(Outcome.FAILED, f"its outputs cannot be judged: {error}", measures)
        measures[f"{headline.metric}_drop"] = headline.drop(before, after)
        problems += _dropped(rules, headline, measures)
    problems += _wrong_weights(original, weights, graphs)
    sizes = ", ".join(str(size) for size in batch_sizes)
    found_at = f"over {len(wanted)} rows in batches of {sizes}"
    detail = "; ".join([*problems, f"largest difference {measures['max_abs']:.3g} {found_at}"])
    return Proof(Outcome.FAILED if problems else Outcome.PASSED, detail, measures)


def _compared(
    converted: Predictor, dataset: Dataset, expected: Array, batch_sizes: Sequence[int]
) -> tuple[Array, Array] | str:
    """Return the original's and the converted model's outputs in all batches, or what is wrong."""
    pieces: list[tuple[Array, Array]] = []
    for rows in _row_batches(len(dataset), batch_sizes):
        batch = {name: array[rows] for name, array in dataset.inputs.items()}
        try:
            found = converted.predict(batch)
        except FrontierAssetsError as error:
            return f"fails on a batch of {len(rows)}: {error}"
        wanted = expected[rows]
        if problem := _problem(wanted, found):
            return f"on a batch of {len(rows)}, {problem}"
        pieces.append((wanted, found))
    first, second = zip(*pieces, strict=True)
    return np.concatenate(first), np.concatenate(second)


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
        classes = 2 if wanted.ndim == _SEQUENCES else 1
        same = wanted.argmax(axis=classes) == found.argmax(axis=classes)
        measures["top1_agreement"] = float(same.mean())
    return measures


def _row_error(wanted: Array, found: Array) -> float:
    rows = len(wanted)
    # Beyond 1e154 squares overflow, and the error is NaN, which no rule allows.
    with np.errstate(over="ignore", invalid="ignore"):
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
        beyond = ~(np.abs(other - wide) <= limit)
        if beyond.any():
            problems.append(
                f"{int(beyond.sum())} of {beyond.size} outputs differ by more than "
                f"{rules.absolute:g} + {rules.relative:g} of the original's"
            )
    error, agreement = measures["row_error"], measures.get("top1_agreement", 1.0)
    # Asked so that NaN, which compares with nothing, breaks a rule.
    if rules.maximum_error is not None and not error <= rules.maximum_error:
        problems.append(f"the examples' error is {error:.3g}, allowed {rules.maximum_error:g}")
    if rules.minimum_agreement is not None and agreement < rules.minimum_agreement:
        problems.append(
            f"{agreement:.2%} of the decisions agree, wanted {rules.minimum_agreement:.2%}"
        )
    return problems


def _dropped(rules: Rules, headline: Headline, measures: Mapping[str, float]) -> list[str]:
    if rules.maximum_drop is None:
        return []
    drop = measures[f"{headline.metric}_drop"]
    if drop <= rules.maximum_drop:
        return []
    return [f"{headline.metric} is {drop:.3g} worse, allowed {rules.maximum_drop:g}"]


def _wrong_weights(
    original: Predictor, weights: Mapping[str, Array] | None, graphs: Graphs | None
) -> list[str]:
    problems = []
    if rounded := rounded_weights(original, weights or {}):
        problems.append(f"{len(rounded)} of its weights are bfloat16 by stealth, e.g. {rounded[0]}")
    if graphs and (wrong := rounding_problem(graphs.parent, graphs.made)):
        problems.append(wrong)
    return problems
