"""One observation on its way into the registry: checked, then kept.

It goes into a table: a transaction is the cheapest thing that is durable at once.
"""

import math
import numbers
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from frontier_assets.errors import InvalidValueError
from frontier_assets.experiments.assignment import checked_unit
from frontier_assets.registry.database import Registry
from frontier_assets.registry.experiment_records import Experiment

_LONGEST = 200  # characters of a delivery, as the registry keeps it


def record_one(
    registry: Registry,
    experiment: Experiment,
    *,
    unit: str,
    variant: str,
    metrics: Mapping[str, float],
    segment: Mapping[str, str],
    at: datetime | None,
    delivery: str | None,
) -> bool:
    """Keep one observation; was it a new one?

    Raises:
        InvalidValueError: something in it is not of the experiment, or no finite number.
    """
    design = experiment.design
    checked_unit(unit)
    check_known("Variant", variant, design.variants)
    for name, value in metrics.items():
        check_known("Metric", name, design.columns)
        _check_number(name, value)
    for name in segment:
        check_known("Segment", name, design.segments)
    if not metrics:
        raise InvalidValueError("Metrics", {}, "expected at least one")
    if at is not None and at.tzinfo is None:
        raise InvalidValueError("Time", at.isoformat(), "expected a time zone, e.g. '+00:00'")
    if delivery is not None and not 0 < len(delivery) <= _LONGEST:
        raise InvalidValueError("Delivery", delivery, f"expected 1 to {_LONGEST} characters")
    return registry.observations.add(
        experiment,
        unit=unit,
        variant=variant,
        delivery=delivery or uuid.uuid4().hex,
        at=at,
        metrics={name: float(value) for name, value in metrics.items()},
        segment={name: str(value) for name, value in segment.items()},
    )


def check_known(thing: str, name: str, known: Sequence[str]) -> None:
    """Refuse a name that the experiment does not have."""
    if name not in known:
        expected = f"the experiment has {', '.join(known) or 'none'}"
        raise InvalidValueError(thing, name, expected)


def _check_number(name: str, value: object) -> None:
    if not isinstance(value, numbers.Real) or not math.isfinite(value):
        raise InvalidValueError(f"Metric '{name}'", value, "expected a finite number")
