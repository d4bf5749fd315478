"""The `ab_test` section: how versions are compared on the units that they serve."""

import re
from collections import Counter
from typing import Any, Literal, Self

from pydantic import Field, FiniteFloat, field_validator, model_validator

from frontier_assets.specification.section import Section
from frontier_assets.specification.training import Direction

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ROUNDING = 1e-9
# What every row of observations has beside its metrics and segments.
RESERVED_COLUMNS = frozenset({"unit", "variant", "delivery", "at", "received_at"})


def _checked_column(name: str) -> str:
    if not _NAME.fullmatch(name) or name in RESERVED_COLUMNS:
        raise ValueError(
            f"'{name}' is no name of a column: expected letters, digits and '_', and none of "
            f"{', '.join(sorted(RESERVED_COLUMNS))}"
        )
    return name


Method = Literal["group_sequential", "always_valid", "fixed"]


class ExperimentMetric(Section):
    """A metric of an experiment: what it is made of, and which way is better."""

    metric: str = Field(description="Column of the observations, and name of the metric.")
    kind: Literal["mean", "proportion", "ratio", "quantile"] = Field(
        "mean",
        description="`mean` of each unit's mean; `proportion` of units with a 1; `ratio` of two "
        "sums; `quantile` of all rows.",
    )
    direction: Direction | None = Field(
        None, description="Which way is better; it is known for metrics of evaluations."
    )
    denominator: str | None = Field(None, description="The column below the line of a `ratio`.")
    quantile: FiniteFloat | None = Field(
        None, gt=0, lt=1, description="Which one of a `quantile`, e.g. 0.95."
    )

    @model_validator(mode="after")
    def _check_kind(self) -> Self:
        _checked_column(self.metric)
        if (self.kind == "ratio") != (self.denominator is not None):
            raise ValueError(f"metric '{self.metric}': `denominator` belongs to `kind: ratio`")
        if (self.kind == "quantile") != (self.quantile is not None):
            raise ValueError(f"metric '{self.metric}': `quantile` belongs to `kind: quantile`")
        if self.denominator is not None:
            _checked_column(self.denominator)
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it is computed from."""
        return (self.metric, self.denominator) if self.denominator else (self.metric,)


class Guardrail(ExperimentMetric):
    """A metric that a treatment may not harm by more than its margin."""

    margin: FiniteFloat = Field(
        0.05, gt=0, description="How much worse than control is still fine."
    )
    margin_unit: Literal["relative", "absolute"] = Field(
        "relative", description="`margin` is a part of control's value, or in its unit."
    )


class ABTest(Section):
    """How experiments of the model are designed, where one does not say otherwise."""

    metric: ExperimentMetric = Field(
        ExperimentMetric(metric="accuracy"), description="What decides: a name, or a section."
    )
    secondary: list[ExperimentMetric] = Field(
        default_factory=list, description="Metrics that are shown and decide nothing."
    )
    guardrails: list[Guardrail] = Field(
        default_factory=list, description="Metrics that a treatment may not harm."
    )
    minimum_effect: FiniteFloat = Field(
        0.01, gt=0, description="Smallest difference worth finding, in the metric's own unit."
    )
    alpha: FiniteFloat = Field(
        0.05, gt=0, lt=1, description="How often a difference may be claimed where there is none."
    )
    power: FiniteFloat = Field(
        0.8, gt=0, lt=1, description="How often the minimum effect is found where it is."
    )
    method: Method = Field(
        "group_sequential",
        description="`group_sequential` spends alpha over the looks, `always_valid` needs no "
        "planned size, `fixed` looks once, at the planned size.",
    )
    spending: Literal["obrien_fleming", "pocock"] = Field(
        "obrien_fleming", description="How `group_sequential` spends alpha."
    )
    correction: Literal["holm", "benjamini_hochberg"] = Field(
        "holm", description="Over treatments; secondary metrics are adjusted apart."
    )
    baseline: FiniteFloat | None = Field(
        None, description="The primary metric of control, as far as it is known."
    )
    deviation: FiniteFloat | None = Field(
        None, gt=0, description="Standard deviation of the primary metric between units."
    )
    planned_units: int | None = Field(
        None, strict=True, ge=2, description="Units per variant to plan for; computed if left out."
    )
    daily_units: FiniteFloat | None = Field(
        None, gt=0, description="New units a day, over all variants, for the forecast."
    )
    minimum_units: int = Field(
        1000, strict=True, ge=2, description="Units per variant before anybody wins."
    )
    maximum_days: FiniteFloat = Field(
        7, gt=0, le=3650, description="After so many days control is kept."
    )
    strategy: Literal["sticky_hash", "weighted", "random", "thompson"] = Field(
        "sticky_hash",
        description="How units are assigned; `weighted` is sticky with shares of its own, "
        "`random` draws at each call, `thompson` is a bandit and reports no p-values.",
    )
    coverage: FiniteFloat = Field(
        1.0, gt=0, le=1, description="Share of the units that take part at first."
    )
    segments: list[str] = Field(
        default_factory=list, description="Columns whose values are looked at apart."
    )
    covariate: str | None = Field(
        None, description="Column measured before the experiment that reduces variance (CUPED)."
    )
    analysis: Literal["unit", "row"] = Field(
        "unit", description="`row` takes rows for independent, which those of one unit are not."
    )
    source: str | None = Field(
        None,
        description="Parquet files with further observations, read at each look: a path, a glob "
        "or the URI of an object or a folder.",
    )
    schedule: str = Field("0 * * * *", description="When running experiments are looked at, UTC.")

    @field_validator("metric", mode="before", json_schema_input_type=str | ExperimentMetric)
    @classmethod
    def _read_name(cls, value: Any) -> Any:  # noqa: ANN401 - raw YAML
        return {"metric": value} if isinstance(value, str) else value

    @field_validator("secondary", "guardrails", mode="before")
    @classmethod
    def _read_names(cls, values: Any) -> Any:  # noqa: ANN401 - raw YAML
        if not isinstance(values, list):
            return values
        return [{"metric": value} if isinstance(value, str) else value for value in values]

    @model_validator(mode="after")
    def _check_names(self) -> Self:
        for column in [*self.segments, *([self.covariate] if self.covariate else [])]:
            _checked_column(column)
        named = [item.metric for item in self.metrics]
        columns = [*named, *self.segments]
        repeated = [name for name, count in Counter(columns).items() if count > 1]
        if repeated:
            raise ValueError(f"`ab_test` names '{repeated[0]}' twice; names have to differ")
        if self.covariate in columns:
            raise ValueError(f"`covariate` is '{self.covariate}', which is measured as well")
        return self

    @model_validator(mode="after")
    def _check_power(self) -> Self:
        if self.power <= self.alpha:
            raise ValueError(
                f"`power` is {self.power:g}; expected more than `alpha`, {self.alpha:g}, which is "
                "how often a difference is claimed where there is none"
            )
        return self

    @model_validator(mode="after")
    def _check_bandit(self) -> Self:
        if self.strategy == "thompson" and self.metric.kind not in ("mean", "proportion"):
            raise ValueError("`strategy: thompson` takes a `mean` or a `proportion`")
        if self.strategy == "random" and self.analysis == "unit" and self.covariate:
            raise ValueError("`covariate` belongs to units, which `strategy: random` does not keep")
        return self

    @property
    def metrics(self) -> tuple[ExperimentMetric, ...]:
        """Every metric, the primary one first."""
        return (self.metric, *self.secondary, *self.guardrails)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column of numbers that the observations have, in a fixed order."""
        found = [name for item in self.metrics for name in item.columns]
        return tuple(dict.fromkeys([*found, *([self.covariate] if self.covariate else [])]))


class ExperimentDesign(ABTest):
    """The design of one experiment: the model's defaults, completed for its versions.

    ``split`` has each variant's share of the units that take part; ``seed`` salts the assignment.
    ``planned_by`` tells where `planned_units` comes from, which are fixed before the first look.
    """

    control: str
    treatments: list[str] = Field(min_length=1)
    split: dict[str, FiniteFloat] = Field(default_factory=dict)
    seed: str = Field(min_length=1)
    planned_by: str = "given as `planned_units`"
    namespace: str = "default"
    namespace_range: tuple[FiniteFloat, FiniteFloat] = (0.0, 1.0)

    @model_validator(mode="before")
    @classmethod
    def _split_equally(cls, values: Any) -> Any:  # noqa: ANN401 - a caller's values
        if not isinstance(values, dict) or values.get("split"):
            return values
        variants = [values.get("control"), *values.get("treatments", [])]
        return {**values, "split": {name: 1 / len(variants) for name in variants}}

    @model_validator(mode="after")
    def _check_variants(self) -> Self:
        repeated = [name for name, count in Counter(self.variants).items() if count > 1]
        if repeated:
            raise ValueError(f"version {repeated[0]} is given twice; variants have to differ")
        if {*self.split} != {*self.variants}:
            raise ValueError(f"`split` has to give a share to each of {', '.join(self.variants)}")
        shares = [*self.split.values()]
        if min(shares) <= 0 or abs(sum(shares) - 1) > _ROUNDING:
            raise ValueError(f"the shares of `split` have to be above 0 and add to 1, not {shares}")
        if self.strategy == "thompson" and len(set(shares)) > 1:
            raise ValueError("`split` has no meaning with `strategy: thompson`, which finds it")
        low, high = self.namespace_range
        if not 0 <= low < high <= 1:
            raise ValueError("`namespace_range` has to lie within 0 and 1, the lower bound first")
        return self

    @property
    def variants(self) -> tuple[str, ...]:
        """Control, then the treatments."""
        return (self.control, *self.treatments)
