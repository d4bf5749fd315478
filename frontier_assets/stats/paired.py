"""The difference of two models on the same examples: kept compactly, tested pair by pair.

The contributions of the examples to a metric (see `stats.influence`) are kept as base64 of zlib of
little-endian float32; of more than `MAXIMUM_BLOCKS` examples as means of that many blocks of
neighbours, so that their size does not depend on the number of examples.
"""

import base64
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from frontier_assets.stats.comparison import Direction, no_worse
from frontier_assets.stats.intervals import Interval, mean_interval

Array = np.ndarray[Any, Any]
MAXIMUM_BLOCKS = 2048
_FLOAT = np.dtype("<f4")


def packed(rows: Array) -> str:
    """Return the contributions ``rows`` as text of at most 11 kB."""
    if len(rows) > MAXIMUM_BLOCKS:
        edges = np.linspace(0, len(rows), MAXIMUM_BLOCKS + 1).astype(np.int64)
        rows = np.add.reduceat(rows, edges[:-1]) / np.diff(edges)
    return base64.b64encode(zlib.compress(rows.astype(_FLOAT).tobytes())).decode("ascii")


def unpacked(text: str) -> Array:
    """Return what `packed` made a text of, as float64."""
    return np.frombuffer(zlib.decompress(base64.b64decode(text)), _FLOAT).astype(np.float64)


def paired_difference(
    details: Mapping[str, Any] | None, held: Mapping[str, Any] | None, metric: str
) -> Interval | None:
    """Return how far one evaluation's metric lies above that of the one ``held`` against it.

    Both are details of evaluations on one data set; None when they do not keep the contributions
    of the same examples. The interval is that of the paired t test: assumes that examples are
    independent of each other, not that the two models are.

    Source: Student (1908), Biometrika 6:1-25; for right and wrong answers it is the large-sample
    McNemar test.
    """
    if not details or not held or details.get("sample") != held.get("sample"):
        return None
    texts = [side.get("row_values", {}).get(metric) for side in (details, held)]
    if None in texts:
        return None
    first, second = (unpacked(text) for text in texts)
    return mean_interval(first - second) if len(first) == len(second) else None


def proved_no_worse(difference: Interval, *, direction: Direction, tolerance: float) -> bool:
    """Return whether the whole interval lies above a loss of ``tolerance``: non-inferiority.

    A test with an error of 2.5 %: so many versions that are worse by ``tolerance`` pass.

    Source: Piaggio et al. (2012), JAMA 308:2594-2604, figure 1.
    """
    bound = difference.lower if direction == "higher" else difference.upper
    return no_worse(bound, 0.0, direction=direction, tolerance=tolerance)
