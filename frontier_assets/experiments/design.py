"""From a model's defaults and what a caller says to the design of one experiment."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import ValidationError

from frontier_assets.errors import InvalidValueError
from frontier_assets.specification import ABTest, ExperimentDesign, ExperimentMetric
from frontier_assets.stats.metrics import METRICS

Metric = TypeVar("Metric", bound=ExperimentMetric)


def build_design(
    defaults: ABTest | None,
    *,
    control: str,
    treatments: Sequence[str],
    split: Mapping[str, float] | float | None,
    changes: Mapping[str, Any],
) -> ExperimentDesign:
    """Return the design: the YAML's section, with what is said otherwise here.

    A ``split`` that is one number is the share of the only treatment.

    Raises:
        InvalidValueError: a value cannot be meant, or a metric's better direction is not known.
    """
    values = (defaults or ABTest()).canonical_values()
    values |= {name: value for name, value in changes.items() if value is not None}
    values |= {"control": control, "treatments": [*treatments]}
    values.setdefault("seed", secrets.token_hex(8))
    if split is not None:
        values["split"] = _shares(control, treatments, split)
    try:
        design = ExperimentDesign.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the whole"
        problem = f"{place}: {first['msg'].removeprefix('Value error, ')}"
        raise InvalidValueError("Experiment design", first.get("input"), problem) from error
    metrics = {
        "metric": directed(design.metric),
        "secondary": [directed(item) for item in design.secondary],
        "guardrails": [directed(item) for item in design.guardrails],
    }
    return design.model_copy(update=metrics)


def _shares(
    control: str, treatments: Sequence[str], split: Mapping[str, float] | float
) -> dict[str, float]:
    if isinstance(split, Mapping):
        return dict(split)
    if len(treatments) != 1 or not 0 <= split <= 1:
        expected = "one share from 0 to 1 belongs to one treatment; else give each variant its own"
        raise InvalidValueError("Split", split, expected)
    return {control: 1 - split, treatments[0]: split}


def directed(item: Metric) -> Metric:
    """Return a metric with its better direction, which is known for those of evaluations.

    Raises:
        InvalidValueError: it is not, and the design does not say.
    """
    if item.direction is not None:
        return item
    known = METRICS.get(item.metric)
    if known is None:
        raise InvalidValueError(
            f"Direction of metric '{item.metric}'", None, "write `lower` or `higher`: nobody knows"
        )
    return item.model_copy(update={"direction": known.direction})
