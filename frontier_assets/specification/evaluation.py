"""The `evaluation` and `gates` sections: what a version is measured by and has to meet."""

import re
from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from frontier_assets.specification.section import Section
from frontier_assets.types import Severity

Comparison = Literal[">=", ">", "<=", "<", "==", "!="]
_COMPARISON_WORDS = {
    ">=": "at_least",
    ">": "above",
    "<=": "at_most",
    "<": "below",
    "==": "equals",
    "!=": "differs_from",
}


# What gates may judge a converted artifact by, and which values of it are better.
PERFORMANCE_METRICS: Mapping[str, Literal["higher", "lower"]] = {
    **dict.fromkeys(("p50_latency_ms", "p95_latency_ms", "p99_latency_ms"), "lower"),
    **dict.fromkeys(("throughput", "speedup"), "higher"),
    **dict.fromkeys(("size_mb", "peak_memory_mb"), "lower"),
}
# The checks of a converted artifact that are no gates.
TARGET_CHECKS = ("parity", "latency")
# What a model is judged by when its YAML names no metrics; a task's own line comes first.
_TASK_METRICS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("clustering", "labels"): ("adjusted_rand",),
    ("regression", "values"): ("rmse", "mae", "r2"),
}
_OUTPUT_METRICS: Mapping[str, tuple[str, ...]] = {
    "logits": ("accuracy", "f1_macro", "log_loss"),
    "probabilities": ("accuracy", "f1_macro", "log_loss"),
    "labels": ("accuracy", "f1_macro"),
    # Not r2, which is undefined on targets that do not vary.
    "values": ("rmse", "mae"),
    "texts": ("word_error_rate", "character_error_rate"),
}


def default_metrics(task: str, outputs: str) -> list[str]:
    """Return the metrics of a ``task`` whose model returns ``outputs``; none for unknown kinds."""
    return [*_TASK_METRICS.get((task, outputs), _OUTPUT_METRICS.get(outputs, ()))]


class Evaluation(Section):
    """What every version is measured on and by."""

    first_keys = frozenset({"datasets", "metrics"})

    datasets: list[str] = Field(min_length=1, description="Data sets to evaluate on.")
    metrics: list[str] = Field(
        default_factory=list,
        min_length=1,
        description="Metrics computed on each of them; those of the task and of "
        "`architecture.outputs` when left out.",
    )
    sample: int | None = Field(
        None, ge=1, description="Evaluate on so many examples at most, drawn by `seed`."
    )
    sample_fraction: float | None = Field(
        None,
        gt=0,
        le=1,
        description="Evaluate on this share of the examples instead, 0 to 1, drawn by `seed`.",
    )
    seed: int = Field(0, ge=0, description="Of the draw; the same seed draws the same examples.")

    @model_validator(mode="after")
    def _check_sample(self) -> Self:
        if self.sample is not None and self.sample_fraction is not None:
            raise ValueError("`evaluation` has both `sample` and `sample_fraction`; give one")
        return self


class Gate(Section):
    """One condition that a version's metric has to meet."""

    first_keys = frozenset(
        {
            "comparison",
            "dataset",
            "description",
            "metric",
            "name",
            "severity",
            "threshold",
            "tolerance",
            "versus",
        }
    )

    name: str = Field("", description="Name; derived when left out.")
    description: str = Field("", description="Why the gate exists.")
    dataset: str = Field("", description="Data set that the metric is taken on; or `target`.")
    target: str = Field(
        "",
        description="Conversion target whose speed, size or memory is judged instead: "
        f"{', '.join(f'`{name}`' for name in PERFORMANCE_METRICS)}.",
    )
    metric: str = Field(description="Metric to judge.")
    comparison: Comparison = Field(
        ">=", description="How metric and threshold compare; `<=` for latency, size and memory."
    )
    threshold: float | None = Field(
        None, allow_inf_nan=False, description="Absolute bound on the metric."
    )
    versus: Literal["production"] | None = Field(
        None, description="Judge against the version in production instead of a threshold."
    )
    tolerance: float = Field(
        0.0,
        ge=0,
        allow_inf_nan=False,
        description="How much worse than production is still fine; the whole interval of the "
        "difference has to be inside.",
    )
    slice: str | None = Field(
        None,
        description="Judge on this part of the data set alone: `class=NAME`, or `SEGMENT=LABEL` of "
        "its segments.",
    )
    severity: Severity = Field(Severity.CRITICAL, description="critical stops, warning only warns.")

    @model_validator(mode="before")
    @classmethod
    def _derive_name(cls, values: Any) -> Any:  # noqa: ANN401 - raw YAML
        if not isinstance(values, dict):
            return values
        if values.get("target") and PERFORMANCE_METRICS.get(values.get("metric", "")) == "lower":
            values = {"comparison": "<=", **values}
        if not values.get("name") and "metric" in values:
            ending = (
                "versus_production"
                if values.get("versus")
                else _COMPARISON_WORDS.get(str(values.get("comparison", ">=")), "")
            )
            part = re.sub(r"\W+", "_", f"_{values['slice']}") if values.get("slice") else ""
            return {**values, "name": f"{values['metric']}_{ending}{part}"}
        return values

    @field_validator("name")
    @classmethod
    def _check_name(cls, name: str) -> str:
        if not re.fullmatch(r"\w*", name):
            raise ValueError(
                f"gate name '{name}' is not valid: expected letters, digits and '_', since it "
                "becomes the name of a check"
            )
        return name

    @model_validator(mode="after")
    def _check_kind(self) -> Self:
        if (self.threshold is None) == (self.versus is None):
            raise ValueError(
                f"gate '{self.name}' needs either `threshold` or `versus: production`, not both"
            )
        if self.versus and "comparison" in self.model_fields_set:
            raise ValueError(
                f"gate '{self.name}': `comparison` has no meaning with `versus`; the metric's own "
                "direction decides, leave it out"
            )
        return self

    @model_validator(mode="after")
    def _check_place(self) -> Self:
        if bool(self.dataset) == bool(self.target):
            raise ValueError(f"gate '{self.name}' needs either `dataset` or `target`, not both")
        if self.target and (self.slice or self.versus):
            raise ValueError(
                f"gate '{self.name}': `target` takes a `threshold` alone; `slice` and `versus` "
                "are for data sets"
            )
        if self.target and self.name in TARGET_CHECKS:
            raise ValueError(
                f"gate '{self.name}' has the name of a check that every target has; choose another"
            )
        if self.target and self.metric not in PERFORMANCE_METRICS:
            raise ValueError(
                f"gate '{self.name}' names metric '{self.metric}'; with `target` it is one of "
                f"{', '.join(PERFORMANCE_METRICS)}"
            )
        return self

    @model_validator(mode="after")
    def _check_slice(self) -> Self:
        if self.slice is not None and not re.fullmatch(r"[^=]+=.+", self.slice):
            raise ValueError(
                f"gate '{self.name}': slice '{self.slice}' is not valid: expected `class=NAME` or "
                "`SEGMENT=LABEL`"
            )
        if self.slice is not None and self.versus:
            raise ValueError(
                f"gate '{self.name}': `slice` takes a `threshold`; `versus` judges the whole set"
            )
        return self

    @property
    def place(self) -> str:
        """The data set or the target that is judged."""
        return self.dataset or self.target

    @property
    def subject(self) -> str:
        """What is judged, for people: the metric, the data set or target, and the part of it."""
        part = f", {self.slice}" if self.slice else ""
        return f"{self.metric} {'of' if self.target else 'on'} {self.place}{part}"
