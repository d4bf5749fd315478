"""What is wrong with a data set: missing values, values out of range, repeated and shared rows."""

import dataclasses
from collections.abc import Callable, Mapping

import numpy as np

from frontier_assets.dataset import Array, ColumnName, Dataset
from frontier_assets.datasets.blocks import row_blocks
from frontier_assets.datasets.identity import row_identities
from frontier_assets.errors import InvalidValueError

_Wrong = Callable[[Array], Array]


def _not_finite(block: Array) -> Array:
    return ~np.isfinite(block)


# By kind of dtype; integers and texts cannot say that they are missing.
_MISSING: Mapping[str, _Wrong] = {"f": _not_finite, "c": _not_finite, "m": np.isnat, "M": np.isnat}


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong in one column.

    ``row`` is the first one concerned, counted from 0, ``value`` what stands there, ``count`` the
    number of rows concerned; ``sentence`` says all of it.
    """

    column: str
    row: int
    value: str
    count: int
    sentence: str


def missing_values(dataset: Dataset) -> list[Finding]:
    """Return a finding per column of inputs, targets and weights with NaN, infinity or NaT."""
    found = []
    for name, array in dataset.columns().items():
        wrong = _MISSING.get(array.dtype.kind)
        if wrong is not None and name.part in ("inputs", "targets", "weights"):
            found += _search(name, array, wrong, "{count} of {rows} rows have missing values")
    return found


def out_of_range(dataset: Dataset, ranges: Mapping[str, tuple[float, float]]) -> list[Finding]:
    """Return a finding per column with values below or above its range; NaN is not out of it.

    ``ranges`` has lowest and highest values of inputs by name, of ``targets`` and ``weights``.

    Raises:
        InvalidValueError: a range is given for a column that is not there or has no numbers.
    """
    found = []
    for wanted, (low, high) in ranges.items():
        name, array = _numeric_column(dataset, wanted)

        def outside(block: Array, low: float = low, high: float = high) -> Array:
            with np.errstate(over="ignore"):  # a bound can be beyond what float16 holds
                return np.asarray((block < low) | (block > high))

        found += _search(
            name, array, outside, f"{{count}} of {{rows}} rows are not in {low:g} to {high:g}"
        )
    return found


def duplicate_rows(dataset: Dataset) -> list[Finding]:
    """Return one finding when rows equal an earlier row in every input, byte for byte."""
    rows = row_identities(dataset)
    _, firsts, groups = np.unique(rows, return_index=True, return_inverse=True)
    earlier = firsts[groups]
    repeats = np.flatnonzero(earlier != np.arange(len(rows)))
    if not len(repeats):
        return []
    row, original = int(repeats[0]), int(earlier[repeats[0]])
    sentence = (
        f"row {row} repeats row {original} in every input; "
        f"{len(repeats)} of {len(rows)} rows repeat an earlier one"
    )
    return [Finding("inputs", row, f"as row {original}", len(repeats), sentence)]


def shared_rows(dataset: Dataset, training: Dataset, training_name: str) -> list[Finding]:
    """Return findings for rows of ``dataset`` that ``training`` has too, and for shared ids.

    Rows are equal when they are in every input, byte for byte; targets do not count. Sets that
    differ in the names, dtypes or shapes of their inputs share no rows, so ids are the only way to
    recognise an example there.
    """
    found = _shared(
        "inputs", row_identities(dataset), row_identities(training), training_name, show=False
    )
    ids, known = dataset.ids, training.ids
    if ids is not None and known is not None and _comparable(ids, known):
        found += _shared("ids", ids, known, training_name, show=True)
    return found


def _search(name: ColumnName, array: Array, wrong: _Wrong, summary: str) -> list[Finding]:
    first: tuple[int, str, str] | None = None
    count = 0
    for start, block in row_blocks(array):
        mask = wrong(block).reshape(len(block), -1)
        rows = np.flatnonzero(mask.any(axis=1))
        count += len(rows)
        if first is None and len(rows):
            row = int(rows[0])
            place = np.unravel_index(mask[row].argmax(), block.shape[1:])
            inside = f" at [{', '.join(map(str, place))}]" if place else ""
            first = (start + row, str(block[(row, *place)]), inside)
    if first is None:
        return []
    row, value, inside = first
    said = summary.format(count=count, rows=len(array))
    return [Finding(str(name), row, value, count, f"{name} row {row}{inside} is {value}; {said}")]


def _numeric_column(dataset: Dataset, wanted: str) -> tuple[ColumnName, Array]:
    columns = {
        name.name or name.part: (name, array)
        for name, array in reversed(dataset.columns().items())  # an input called `targets` wins
        if name.part in ("inputs", "targets", "weights")
    }
    if wanted not in columns:
        raise InvalidValueError(
            "`ranges` column", wanted, f"the data set has {', '.join(sorted(columns))}"
        )
    name, array = columns[wanted]
    if array.dtype.kind not in "iufb":
        raise InvalidValueError(
            f"`ranges` column '{wanted}' dtype", str(array.dtype), "expected real numbers"
        )
    return name, array


def _shared(
    column: str, rows: Array, known: Array, training_name: str, *, show: bool
) -> list[Finding]:
    both = np.flatnonzero(np.isin(rows, known))
    if not len(both):
        return []
    row = int(both[0])
    other = int(np.flatnonzero(known == rows[row])[0])
    value = str(rows[row]) if show else f"as row {other}"
    what = f"row {row} has the id {value}, as row {other}" if show else f"row {row} is row {other}"
    sentence = (
        f"{what} of data set '{training_name}', which training reads; "
        f"{len(both)} of {len(rows)} {'ids' if show else 'rows'} are in both"
    )
    return [Finding(column, row, value, len(both), sentence)]


def _comparable(ids: Array, known: Array) -> bool:
    """Tell whether ids can be equal at all; NumPy would turn numbers into text to compare them."""
    kinds = {"i" if array.dtype.kind in "iu" else array.dtype.kind for array in (ids, known)}
    return len(kinds) == 1 and ids.ndim == known.ndim == 1
