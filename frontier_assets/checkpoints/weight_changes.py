"""How far each tensor of one version moved from the same tensor of another."""

import dataclasses
from typing import TYPE_CHECKING, Any

from frontier_assets.storage.manifest import FILES, EntryRecord
from frontier_assets.storage.stored import StoredArtifact

if TYPE_CHECKING:
    import numpy as np

_AT_ONCE = 1 << 20  # elements: what is held as float64 of each of the two tensors


@dataclasses.dataclass(frozen=True, slots=True)
class WeightChange:
    """One tensor in both versions.

    ``relative`` is the Euclidean norm of the difference over that of the first, ``largest`` the
    largest absolute difference of an element. Both are None where they mean nothing; ``remark``
    says why.
    """

    name: str
    relative: float | None
    largest: float | None
    remark: str = ""


def weight_changes(first: StoredArtifact, second: StoredArtifact) -> tuple[WeightChange, ...]:
    """Return the change of every tensor that either has; equal ones are known without reading."""
    a, b = ({entry.name: entry for entry in item.entries} for item in (first, second))
    return tuple(
        _change(name, first, a.get(name), second, b.get(name)) for name in dict.fromkeys([*a, *b])
    )


def _change(
    name: str,
    first: StoredArtifact,
    a: EntryRecord | None,
    second: StoredArtifact,
    b: EntryRecord | None,
) -> WeightChange:
    if a is None or b is None:
        return WeightChange(name, None, None, f"only in the {'second' if a is None else 'first'}")
    if (a.blake3, a.dtype, a.shape) == (b.blake3, b.dtype, b.shape):
        return WeightChange(name, 0.0, 0.0, "the same bytes")
    if a.shape != b.shape or FILES in (first.kind, second.kind):
        remark = f"{list(a.shape)} became {list(b.shape)}" if a.shape != b.shape else "other bytes"
        return WeightChange(name, None, None, remark)
    x, y = _numbers(first, a), _numbers(second, b)
    if x is None or y is None:
        return WeightChange(name, None, None, f"{a.dtype} and {b.dtype} are not subtracted")
    return _measured(name, x, y)


def _numbers(stored: StoredArtifact, entry: EntryRecord) -> "np.ndarray[Any, Any] | None":
    import numpy as np  # noqa: PLC0415 - reading versions alone needs none

    array = stored.tensors([entry.name])[entry.name].reshape(-1)
    if entry.dtype == "bfloat16":
        # The upper half of a float32.
        return (array.view("<u2").astype("<u4") << 16).view(np.float32)
    is_number = array.dtype.name == entry.dtype and array.dtype.kind in "iufb"
    return array if is_number else None


def _measured(
    name: str, first: "np.ndarray[Any, Any]", second: "np.ndarray[Any, Any]"
) -> WeightChange:
    import numpy as np  # noqa: PLC0415 - see above

    moved = norm = largest = 0.0
    for start in range(0, first.size, _AT_ONCE):
        a = first[start : start + _AT_ONCE].astype(np.float64)
        difference = second[start : start + _AT_ONCE].astype(np.float64) - a
        moved += float(difference @ difference)
        norm += float(a @ a)
        largest = max(largest, float(np.abs(difference).max()))
    if not np.isfinite(moved + norm):
        return WeightChange(name, None, None, "it has values that are not finite")
    if norm == 0:
        return WeightChange(name, None, largest, "the first is zero throughout")
    return WeightChange(name, float(np.sqrt(moved / norm)), largest)
