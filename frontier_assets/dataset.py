"""The examples that user code hands over, to train on or to judge by."""

import dataclasses
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from blake3 import blake3
from typing_extensions import override

from frontier_assets.errors import InvalidValueError
from frontier_assets.types import Digest

Array = np.ndarray[Any, Any]


class ColumnName(NamedTuple):
    """Where an array stands in a `Dataset`: ``inputs``, ``targets``… and its name there."""

    part: str
    name: str | None = None

    @override
    def __str__(self) -> str:
        return self.part if self.name is None else f"{self.part}[{self.name!r}]"


@dataclasses.dataclass(frozen=True, slots=True)
class Dataset:
    """Examples to train on or to judge by; the first axis of every array is the example.

    ``inputs`` maps input names to arrays, ``targets`` has one row per example. ``segments`` maps a
    segment's name to one label per example, ``ids`` names the examples, ``weights`` are
    non-negative.
    """

    inputs: Mapping[str, Array]
    targets: Array
    segments: Mapping[str, Array] = dataclasses.field(default_factory=dict)
    ids: Array | None = None
    weights: Array | None = None

    def __post_init__(self) -> None:
        """Refuse empty sets, what is no array, and arrays that disagree on the examples."""
        if not self.inputs:
            raise InvalidValueError("Dataset inputs", {}, "expected at least one named array")
        columns = self.columns()
        for name, array in columns.items():
            _check_array(name, array)
        rows = len(self.targets)
        if rows == 0:
            raise InvalidValueError("Dataset targets", [], "expected at least one example")
        for name, array in columns.items():
            if len(array) != rows:
                raise InvalidValueError(
                    f"Dataset {name} with rows", len(array), f"expected {rows}, as targets have"
                )

    def __len__(self) -> int:
        return len(self.targets)

    def take(self, places: Array) -> "Dataset":
        """Return the examples at these places, in their order."""
        return Dataset(
            inputs={name: array[places] for name, array in self.inputs.items()},
            targets=self.targets[places],
            segments={name: array[places] for name, array in self.segments.items()},
            ids=None if self.ids is None else self.ids[places],
            weights=None if self.weights is None else self.weights[places],
        )

    def columns(self) -> dict[ColumnName, Array]:
        """Return every array that there is, by where it stands."""
        columns = {ColumnName("inputs", name): array for name, array in self.inputs.items()}
        columns |= {ColumnName("segments", name): array for name, array in self.segments.items()}
        columns |= {ColumnName("targets"): self.targets}
        columns |= {ColumnName("ids"): self.ids} if self.ids is not None else {}
        columns |= {ColumnName("weights"): self.weights} if self.weights is not None else {}
        return columns

    def digest(self) -> Digest:
        """Return the blake3 over every array's name, dtype, shape and bytes, in sorted order."""
        columns = {
            part if name is None else f"{part}/{name}": array
            for (part, name), array in self.columns().items()
        }
        total = blake3()
        for name, array in sorted(columns.items()):
            total.update(f"{name}\0{array.dtype.str}\0{array.shape}\0".encode())
            if array.nbytes:
                total.update(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)
        return Digest(total.hexdigest())


def _check_array(name: ColumnName, array: object) -> None:
    if not isinstance(array, np.ndarray):
        raise InvalidValueError(
            f"Dataset {name} of type",
            type(array).__name__,
            "expected a NumPy array; `np.asarray(…)` makes one",
        )
    if isinstance(array, np.ma.MaskedArray):
        raise InvalidValueError(
            f"Dataset {name} of type", "MaskedArray", "fill its masked values, e.g. with nan"
        )
    if array.ndim == 0:
        raise InvalidValueError(f"Dataset {name} with shape", (), "expected a row per example")
    if array.dtype.hasobject:
        raise InvalidValueError(
            f"Dataset {name} dtype", str(array.dtype), "expected numbers or fixed strings"
        )
