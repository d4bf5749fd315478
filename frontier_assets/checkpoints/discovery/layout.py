"""What one layout of a trainer's files says: which belong together, when they are all there."""

import dataclasses
import math
from collections.abc import Collection, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from frontier_assets.codecs.objects import ObjectPolicy

# A float counts exactly to here, and every database has room for it.
MAXIMUM_COUNT = 2**53 - 1


@dataclasses.dataclass(frozen=True, slots=True)
class Content:
    """A checkpoint of another trainer: the weights under ``model``, the rest by its own names.

    What the files do not say is None or empty.
    """

    state: Mapping[str, Any]
    step: int | None = None
    epoch: int | None = None
    metrics: Mapping[str, float] = dataclasses.field(default_factory=dict)
    parameters: Mapping[str, Any] = dataclasses.field(default_factory=dict)


class Layout(Protocol):
    """One line of the table of layouts. Paths are those in the watched place."""

    def location_of(self, path: PurePosixPath) -> PurePosixPath | None:
        """Return the file or folder that stands for the checkpoint of ``path``; None for others."""

    def awaited(self, location: PurePosixPath, paths: Collection[PurePosixPath]) -> str:
        """Return what is still to be written besides ``paths``; empty when that is all."""
        del location, paths
        return ""

    def reads(self, path: PurePosixPath) -> bool:
        """Tell whether `read` opens a file, so that others need not be copied."""
        del path
        return True

    def read(self, folder: Path, location: PurePosixPath, policy: ObjectPolicy) -> Content:
        """Return what lies at ``location`` below ``folder``.

        Raises:
            InvalidValueError: it is not whole, damaged, or holds no weights.
            UntrustedContentError: it would run code, and ``policy`` does not allow it.
        """


def as_count(value: object) -> int | None:
    """Return a step or an epoch, which may be text or a whole float; None for anything else."""
    number = as_metric(value)
    if number is None or number != int(number) or not 0 <= number <= MAXIMUM_COUNT:
        return None
    return int(number)


def as_metric(value: Any) -> float | None:  # noqa: ANN401 - whatever was read
    """Return a metric as a number, also one of numpy or torch; None for anything else."""
    try:
        # A tensor of a network's gradient warns when it is taken for a number itself.
        number = float(value.item() if hasattr(value, "item") else value)
    except (TypeError, ValueError, RuntimeError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def metrics_of(values: Mapping[Any, object]) -> dict[str, float]:
    """Return those of the ``values`` that are finite numbers and no truth values."""
    found = {
        str(name): as_metric(value)
        for name, value in values.items()
        if not isinstance(value, bool | str | bytes)
    }
    return {name: number for name, number in found.items() if number is not None}
