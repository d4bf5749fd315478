"""What a data set is: rows, columns, ranges and class balance, as plain numbers."""

import dataclasses
import math
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np

from frontier_assets.dataset import Array, ColumnName, Dataset
from frontier_assets.datasets.blocks import row_blocks
from frontier_assets.types import Digest

MAXIMUM_CLASSES = 50  # more of them are a list that nobody reads
Label: TypeAlias = bool | int | str


@dataclasses.dataclass(frozen=True, slots=True)
class Column:
    """One array: ``shape`` is that of a row, ``unit`` is empty when none is known."""

    name: ColumnName
    dtype: str
    shape: tuple[int, ...]
    unit: str


@dataclasses.dataclass(frozen=True, slots=True)
class NumericRange:
    """The finite values of a numeric column; None where there is none.

    ``missing`` counts the values that are NaN or infinite.
    """

    name: ColumnName
    minimum: float | None
    maximum: float | None
    mean: float | None
    missing: int


@dataclasses.dataclass(frozen=True, slots=True)
class ClassCount:
    """How many examples have a label, and which share of all examples that is (0 to 1)."""

    label: Label
    count: int
    share: float


@dataclasses.dataclass(frozen=True, slots=True)
class DatasetProfile:
    """What a data set is. ``size_bytes`` is the memory of all arrays.

    ``classes`` has the commonest `MAXIMUM_CLASSES` in the order of their labels, and ``others`` how
    many classes are left out; both are empty for targets that are no labels.
    """

    rows: int
    digest: Digest
    size_bytes: int
    columns: Sequence[Column]
    ranges: Sequence[NumericRange]
    classes: Sequence[ClassCount]
    others: int


def profile(dataset: Dataset, units: Mapping[str, str] | None = None) -> DatasetProfile:
    """Describe ``dataset``; ``units`` has those of inputs by name and of ``targets``."""
    columns = dataset.columns()
    classes, others = class_balance(dataset.targets)
    return DatasetProfile(
        rows=len(dataset),
        digest=dataset.digest(),
        size_bytes=sum(array.nbytes for array in columns.values()),
        columns=[_column(name, array, units or {}) for name, array in columns.items()],
        ranges=[
            numeric_range(name, array)
            for name, array in columns.items()
            if array.dtype.kind in "iufb" and name.part in ("inputs", "targets", "weights")
        ],
        classes=classes,
        others=others,
    )


def numeric_range(name: ColumnName, array: Array) -> NumericRange:
    """Return what the finite values of a column of numbers come to."""
    low, high, total, count = math.inf, -math.inf, 0.0, 0
    for _, block in row_blocks(array):
        finite = block[np.isfinite(block)]
        if finite.size:
            low, high = min(low, float(finite.min())), max(high, float(finite.max()))
            with np.errstate(over="ignore"):
                total += float(finite.sum(dtype=np.float64))
            count += finite.size
    # The sum of finite numbers can be beyond the largest one.
    mean = total / count if count and math.isfinite(total) else None
    missing = array.size - count
    if not count:
        return NumericRange(name, None, None, None, missing)
    return NumericRange(name, low, high, mean, missing)


def class_balance(targets: Array) -> tuple[list[ClassCount], int]:
    """Return the commonest labels of integer, boolean or text targets, and how many are left out.

    Targets that are not one label per example have none.
    """
    if targets.dtype.kind not in "iubUS" or targets.size != len(targets):
        return [], 0
    labels, counts = np.unique(targets, return_counts=True)
    commonest = np.sort(np.argsort(-counts, kind="stable")[:MAXIMUM_CLASSES])
    shown = [
        ClassCount(_label(label), count, count / len(targets))
        for label, count in zip(labels[commonest].tolist(), counts[commonest].tolist(), strict=True)
    ]
    return shown, len(labels) - len(shown)


def _label(label: Label | bytes) -> Label:
    return label.decode("utf-8", "backslashreplace") if isinstance(label, bytes) else label


def _column(name: ColumnName, array: Array, units: Mapping[str, str]) -> Column:
    unit = units.get(name.name or name.part, "") if name.part in ("inputs", "targets") else ""
    if not unit and array.dtype.kind in "mM":
        unit = str(np.datetime_data(array.dtype)[0])
    return Column(name, str(array.dtype), array.shape[1:], unit)
