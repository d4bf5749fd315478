"""The proof that a converted model predicts what the original predicts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from frontier_assets.dataset import Dataset
from frontier_assets.errors import FrontierAssetsError
from frontier_assets.predictors.predictor import Array, Predictor
from frontier_assets.types import Outcome

# Float32 kernels of two runtimes add in different orders; a wrong weight exceeds both by far.
ABSOLUTE_TOLERANCE = 1e-4
RELATIVE_TOLERANCE = 1e-3
MAXIMUM_BATCHES = 64  # of each size but the largest, which covers every example


@dataclass(frozen=True, slots=True)
class Proof:
    """What a parity check came to, with its evidence.

    ``measures``: ``rows`` compared; ``max_abs``, the largest difference; ``max_rel``, the largest
    one relative to the original's value, where that exceeds the absolute tolerance;
    ``top1_agreement``, the fraction of rows with the same largest output, where there are several.
    """

    outcome: Outcome
    detail: str
    measures: Mapping[str, float] = field(default_factory=dict)


def prove(
    original: Predictor,
    converted: Predictor,
    dataset: Dataset,
    *,
    batch_sizes: Sequence[int] = (1, 7, 64),
) -> Proof:
    """Compare both on the data set's examples, in batches of each size.

    Passes when every output is finite and within 1e-4 plus 1e-3 of the original's. A data set
    smaller than a batch is repeated to fill it. What the converted model refuses fails the proof;
    errors of the original are raised.
    """
    expected = original.predict(dataset.inputs)
    if not np.isfinite(expected).all():
        return Proof(Outcome.FAILED, f"{original.source} itself returns NaN or infinity")
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
    return _compare(wanted, found, batch_sizes)


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


def _compare(wanted: Array, found: Array, batch_sizes: Sequence[int]) -> Proof:
    wanted, found = wanted.astype(np.float64), found.astype(np.float64)
    difference, size = np.abs(found - wanted), np.abs(wanted)
    relative = difference[size > ABSOLUTE_TOLERANCE] / size[size > ABSOLUTE_TOLERANCE]
    measures = {
        "rows": float(len(wanted)),
        "max_abs": float(difference.max()),
        "max_rel": float(relative.max(initial=0.0)),
    }
    if wanted.ndim > 1 and wanted.shape[1] > 1:
        same = wanted.argmax(axis=1) == found.argmax(axis=1)
        measures["top1_agreement"] = float(same.mean())
    beyond = difference > ABSOLUTE_TOLERANCE + RELATIVE_TOLERANCE * size
    detail = (
        f"{int(beyond.sum())} of {beyond.size} outputs differ by more than "
        f"{ABSOLUTE_TOLERANCE:g} + {RELATIVE_TOLERANCE:g} of the original's; largest difference "
        f"{measures['max_abs']:.3g} over {len(wanted)} rows in batches of "
        f"{', '.join(str(size) for size in batch_sizes)}"
    )
    return Proof(Outcome.FAILED if beyond.any() else Outcome.PASSED, detail, measures)
