"""The examples that user code hands over, to train on or to judge by."""

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from blake3 import blake3

from frontier_assets.errors import InvalidValueError
from frontier_assets.types import Digest

if TYPE_CHECKING:
    import numpy as np


@dataclasses.dataclass(frozen=True, slots=True)
class Dataset:
    """Examples to train on or to judge by; the first axis of every array is the example.

    ``inputs`` maps input names to arrays, ``targets`` has one row per example. ``segments`` maps a
    segment's name to one label per example, ``ids`` names the examples, ``weights`` are
    non-negative.
    """

    inputs: "Mapping[str, np.ndarray[Any, Any]]"
    targets: "np.ndarray[Any, Any]"
    segments: "Mapping[str, np.ndarray[Any, Any]]" = dataclasses.field(default_factory=dict)
    ids: "np.ndarray[Any, Any] | None" = None
    weights: "np.ndarray[Any, Any] | None" = None

    def __post_init__(self) -> None:
        """Refuse empty sets and arrays that disagree on the number of examples."""
        if not self.inputs:
            raise InvalidValueError("Dataset inputs", {}, "expected at least one named array")
        rows = len(self.targets)
        if rows == 0:
            raise InvalidValueError("Dataset targets", [], "expected at least one example")
        columns = {f"inputs[{name!r}]": array for name, array in self.inputs.items()}
        columns |= {f"segments[{name!r}]": array for name, array in self.segments.items()}
        columns |= {"ids": self.ids} if self.ids is not None else {}
        columns |= {"weights": self.weights} if self.weights is not None else {}
        for name, array in columns.items():
            if len(array) != rows:
                raise InvalidValueError(
                    f"Dataset {name} with rows", len(array), f"expected {rows}, as targets have"
                )

    def __len__(self) -> int:
        return len(self.targets)

    def digest(self) -> Digest:
        """Return the blake3 over every array's name, dtype, shape and bytes, in sorted order."""
        columns = {f"inputs/{name}": array for name, array in self.inputs.items()}
        columns |= {f"segments/{name}": array for name, array in self.segments.items()}
        columns |= {"targets": self.targets}
        columns |= {"ids": self.ids} if self.ids is not None else {}
        columns |= {"weights": self.weights} if self.weights is not None else {}
        total = blake3()
        for name, array in sorted(columns.items()):
            if array.dtype.hasobject:
                raise InvalidValueError(
                    f"Dataset {name} dtype", str(array.dtype), "expected numbers or fixed strings"
                )
            total.update(f"{name}\0{array.dtype.str}\0{array.shape}\0".encode())
            total.update(array.tobytes(order="C"))
        return Digest(total.hexdigest())
