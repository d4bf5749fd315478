"""Examples that are sequences: every token is judged, and an example is what its tokens come to."""

from typing import Any, NamedTuple

import numpy as np

from frontier_assets.errors import InvalidValueError
from frontier_assets.stats.predictions import OutputsKind

Array = np.ndarray[Any, Any]
# The axes of outputs that have a class, or scores of classes, for each token of each example.
_AXES = {"logits": 3, "probabilities": 3, "labels": 2}


class Judged(NamedTuple):
    """What is judged, one row each; ``examples`` has the example of each token, if they are."""

    outputs: Array
    targets: Array
    weights: Array | None
    examples: Array | None


def flattened(
    outputs: Array, targets: Array, weights: Array | None, *, outputs_kind: OutputsKind
) -> Judged:
    """Return the tokens of sequences whose target is not negative; other outputs as they are.

    A negative target marks padding, as -100 does in PyTorch.

    Raises:
        InvalidValueError: the targets are no class for each token.
    """
    if outputs.ndim != _AXES.get(outputs_kind):
        return Judged(outputs, targets, weights, None)
    if targets.shape != outputs.shape[:2] or targets.dtype.kind not in "iub":
        raise InvalidValueError(
            "Targets",
            f"{targets.dtype}{targets.shape}",
            f"expected integers {outputs.shape[:2]}: a class for each token, negative for padding",
        )
    wanted = targets >= 0
    examples = np.nonzero(wanted)[0]
    spread = None if weights is None else weights[examples]
    return Judged(outputs[wanted], targets[wanted], spread, examples)


def by_example(rows: Array, examples: Array | None) -> Array:
    """Return the contributions of examples from the ``rows`` of their tokens, with the same mean.

    Tokens of one example are not independent of each other, examples are.
    """
    if examples is None:
        return rows
    _, places, counts = np.unique(examples, return_inverse=True, return_counts=True)
    mean = rows.mean()
    apart = np.bincount(places, rows - mean)
    return np.asarray(mean + apart * (len(counts) / len(rows)))
