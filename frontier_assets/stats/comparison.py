"""How a metric is held against a threshold, or against another version's metric."""

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from math import isfinite
from typing import Literal

from frontier_assets.errors import InvalidValueError

Direction = Literal["higher", "lower"]
COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "==": operator.eq,
    "!=": operator.ne,
}


def compare(observed: float, comparison: str, threshold: float) -> bool:
    """Return whether ``observed`` stands in the ``comparison`` to ``threshold``, exactly."""
    _refuse_infinite(observed=observed, threshold=threshold)
    if comparison not in COMPARISONS:
        raise InvalidValueError("Comparison", comparison, f"expected one of {list(COMPARISONS)}")
    return COMPARISONS[comparison](observed, threshold)


def no_worse(
    observed: float, baseline: float, *, direction: Direction, tolerance: float = 0.0
) -> bool:
    """Return whether ``observed`` is worse than ``baseline`` by at most ``tolerance``.

    ``direction`` says which values are better. A difference of exactly the tolerance passes.
    """
    _refuse_infinite(observed=observed, baseline=baseline, tolerance=tolerance)
    # Decimals as printed: in binary, 0.97 - 0.965 is a little more than 0.005.
    loss = Decimal(repr(float(baseline))) - Decimal(repr(float(observed)))
    return (loss if direction == "higher" else -loss) <= Decimal(repr(float(tolerance)))


def _refuse_infinite(**values: float) -> None:
    for name, value in values.items():
        if not isfinite(value):
            raise InvalidValueError(name.capitalize(), value, "expected a finite number")
