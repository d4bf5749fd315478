"""Which variant a unit gets: pure arithmetic, so that a service in any language assigns alike.

Specification, version 1. A place is what `hashing.place` returns for a seed and a unit.

1. A unit takes part when its place under ``namespace:NAMESPACE`` lies in the namespace's range,
   low end included, and its place under ``SEED:exposure`` is below the coverage. Raising the
   coverage lets more units in and moves none, since its seed decides nothing else.
2. The variants, control first, divide 0 to 1 in their order by their shares of the split. The
   unit's place under ``SEED:variant`` lies in one of them, low end included.
3. ``random`` and ``thompson`` replace the place of step 2 by a random number: a unit that asks
   twice may get two variants, so that a unit is one request there. Thompson's split is how likely
   each variant is the best, as of the last look.

`VECTORS` of the tests are part of it.
"""

import dataclasses
import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from frontier_assets.errors import InvalidValueError
from frontier_assets.experiments.hashing import PLACES, place, places

SPECIFICATION = 1
NOT_EXPOSED = -1
_STICKY = ("sticky_hash", "weighted")
_LONGEST_UNIT = 200  # characters, as the registry keeps it

Indices = np.ndarray[Any, np.dtype[np.int8]]


@dataclasses.dataclass(frozen=True, slots=True)
class Assignment:
    """How the units of one experiment are divided, until its coverage or its weights change."""

    variants: tuple[str, ...]
    weights: tuple[float, ...]
    coverage: float
    seed: str
    namespace: str
    namespace_range: tuple[float, float]
    strategy: str
    is_open: bool = True

    def variant(self, unit: str) -> str | None:
        """Return the variant of a unit; None of one that does not take part.

        Once the experiment has ended (``is_open`` is false) every unit gets control.

        Raises:
            InvalidValueError: ``unit`` is no text of 1 to 200 characters without a final NUL.
        """
        checked_unit(unit)
        if not self.is_open:
            return self.variants[0]
        low, high = self.namespace_range
        if not low <= place(f"namespace:{self.namespace}", unit) < high:
            return None
        if place(f"{self.seed}:exposure", unit) >= self.coverage:
            return None
        if self.strategy in _STICKY:
            drawn = place(f"{self.seed}:variant", unit)
        else:
            drawn = float(np.random.default_rng().random())
        return self.variants[_interval(self._ends(), drawn)]

    def indices(self, units: Sequence[str]) -> Indices:
        """Return the place of each unit's variant in ``variants``, -1 if it does not take part."""
        if not self.is_open:
            return np.zeros(len(units), np.int8)
        low, high = self.namespace_range
        exposed = np.ones(len(units), np.bool_)
        if (low, high) != (0.0, 1.0):
            where = places(f"namespace:{self.namespace}", units)
            exposed &= (where >= low) & (where < high)
        if self.coverage < 1:
            exposed &= places(f"{self.seed}:exposure", units) < self.coverage
        if self.strategy in _STICKY:
            drawn = places(f"{self.seed}:variant", units)
        else:
            drawn = np.random.default_rng().random(len(units))
        found = np.searchsorted(self._ends()[:-1], drawn, side="right")
        return np.where(exposed, found, NOT_EXPOSED).astype(np.int8)

    def _ends(self) -> list[float]:
        # Places have four decimals: an end that is off by rounding would move some.
        ends = itertools.accumulate(self.weights)
        return [round(end * PLACES, 6) / PLACES for end in ends]


def _interval(ends: Sequence[float], drawn: float) -> int:
    return next((at for at, end in enumerate(ends[:-1]) if drawn < end), len(ends) - 1)


def checked_unit(unit: object) -> str:
    """Return a unit that can be assigned and recorded.

    Raises:
        InvalidValueError: it is no text of 1 to 200 characters without a final NUL.
    """
    if not isinstance(unit, str) or not 0 < len(unit) <= _LONGEST_UNIT or unit.endswith("\0"):
        expected = f"expected a text of 1 to {_LONGEST_UNIT} characters without a final NUL"
        raise InvalidValueError("Unit", unit, expected)
    return unit
