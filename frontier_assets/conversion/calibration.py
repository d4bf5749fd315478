"""The examples that INT8 scales are measured on: never one that the result is judged by."""

from collections.abc import Mapping

import numpy as np
from blake3 import blake3

from frontier_assets.dataset import Array, Dataset
from frontier_assets.errors import ConversionError

ROWS = 256  # scales of activations hardly move beyond
_SEED = 0


def calibration_rows(ref: str, target: str, calibration: Dataset, judging: Dataset) -> Dataset:
    """Return at most 256 examples of ``calibration``, the same every time.

    Raises:
        ConversionError: one of them is an example of ``judging`` too.
    """
    order = np.random.default_rng(_SEED).permutation(len(calibration))[:ROWS]
    chosen = {name: array[np.sort(order)] for name, array in calibration.inputs.items()}
    known = set(_row_digests(judging.inputs))
    shared = sum(digest in known for digest in _row_digests(chosen))
    if shared:
        raise ConversionError(
            ref,
            target,
            f"{shared} of {len(order)} calibration examples are in the data set of its parity "
            "check: name another `calibration`, or take them out",
        )
    return Dataset(inputs=chosen, targets=calibration.targets[np.sort(order)])


def _row_digests(inputs: Mapping[str, Array]) -> list[bytes]:
    columns = [inputs[name] for name in sorted(inputs)]
    rows = zip(*columns, strict=True)
    return [blake3(b"".join(np.asarray(cell).tobytes() for cell in row)).digest() for row in rows]
