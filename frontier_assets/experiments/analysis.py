"""One look: from sufficient statistics, and the looks before, to results. Pure."""

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from frontier_assets.experiments.cells import Aggregate
from frontier_assets.experiments.effects import effect_of
from frontier_assets.experiments.results import (
    MetricResult,
    RatioResult,
    finite,
)
from frontier_assets.specification import ExperimentDesign, ExperimentMetric, Guardrail
from frontier_assets.stats.comparison import Direction
from frontier_assets.stats.experiments.effect import Effect
from frontier_assets.stats.experiments.futility import conditional_power
from frontier_assets.stats.experiments.judgement import Judgement, guardrail, judge
from frontier_assets.stats.experiments.multiplicity import CORRECTIONS
from frontier_assets.stats.experiments.plan import Looks, Plan, even_units
from frontier_assets.stats.experiments.sample_ratio import sample_ratio

# The check holds at every look together, so its threshold is an error probability as it stands.
SAMPLE_RATIO_ALPHA = 0.01


@dataclasses.dataclass(frozen=True, slots=True)
class Moment:
    """When a look is taken: ``earlier`` are the units of each variant at the looks before it.

    ``is_last``: it ends by its maximum duration.
    """

    at: datetime
    earlier: Sequence[dict[str, int]]
    is_last: bool


def units_of(design: ExperimentDesign, aggregate: Aggregate) -> dict[str, int]:
    """Return the units of each variant (rows, where rows are analysed)."""
    return {name: aggregate.cell(name).units for name in design.variants}


def ratio_of(design: ExperimentDesign, units: dict[str, int]) -> RatioResult:
    """Return whether the variants got their shares; a bandit's change, so there it is not asked."""
    total = sum(units.values())
    observed = {name: count / total if total else 0.0 for name, count in units.items()}
    expected = {name: design.split[name] for name in design.variants}
    if design.strategy == "thompson":
        return RatioResult(True, None, expected, observed, "a bandit's shares change")
    shares = [expected[name] for name in design.variants]
    p = sample_ratio([units[name] for name in design.variants], shares).p
    said = ", ".join(f"{n} {observed[n]:.2%} of {expected[n]:.2%}" for n in design.variants)
    passed = p >= SAMPLE_RATIO_ALPHA
    return RatioResult(passed, p, expected, observed, f"{said} (p = {p:.2g} over all looks)")


def metric_results(
    design: ExperimentDesign, aggregate: Aggregate, moment: Moment, *, planned: int
) -> tuple[MetricResult, ...]:
    """Return every metric of every treatment, with p-values that are adjusted as a family.

    The primary metric's family are the treatments; that of the secondary ones is every secondary
    metric of every treatment. Guardrails all have to hold, which needs no correction.
    """
    correct = CORRECTIONS[design.correction]
    families = (
        [("primary", design.metric)],
        [("secondary", item) for item in design.secondary],
        [("guardrail", item) for item in design.guardrails],
    )
    found: list[MetricResult] = []
    for family in families:
        judged = [
            _judged(design, aggregate, moment, Asked(role, item, variant, planned))
            for role, item in family
            for variant in design.treatments
        ]
        adjusted = correct([one.judgement.p for one in judged])
        found += [_result(design, one, p) for one, p in zip(judged, adjusted, strict=True)]
    return tuple(found)


def hopeless(
    design: ExperimentDesign, aggregate: Aggregate, moment: Moment, variant: str, *, planned: int
) -> float | None:
    """Return the chance that a treatment still proves the minimum effect; None if nobody knows."""
    if design.method != "group_sequential":
        return None  # the one has no planned end, the other looks at nothing before it
    sign = 1 if design.metric.direction == "higher" else -1
    return conditional_power(
        effect_of(design, design.metric, aggregate, variant),
        _plan(design, planned),
        _looks(design, aggregate, moment, variant),
        method=design.method,
        minimum_effect=sign * design.minimum_effect,
    )


class Asked(NamedTuple):
    """One metric of one treatment, of which so many units are planned for each variant."""

    role: str
    item: ExperimentMetric
    variant: str
    planned: int


class Judged(NamedTuple):
    """What came of it: by the design's method, and by one that may stop at any look."""

    asked: Asked
    effect: Effect
    judgement: Judgement
    anytime: Judgement


def _judged(design: ExperimentDesign, aggregate: Aggregate, moment: Moment, asked: Asked) -> Judged:
    effect = effect_of(design, asked.item, aggregate, asked.variant)
    plan = _plan(design, asked.planned)
    looks = _looks(design, aggregate, moment, asked.variant)
    anytime = judge(effect, plan, looks, method="always_valid")
    guarding = asked.role == "guardrail" and design.method == "fixed" and not moment.is_last
    # There is something to say of a guardrail before the one look of a fixed horizon.
    judgement = anytime if guarding else judge(effect, plan, looks, method=design.method)
    unusable = [
        f"{aggregate.counts.unusable[name]} values of {name} are no finite numbers"
        for name in asked.item.columns
        if name in aggregate.counts.unusable
    ]
    if unusable:
        nothing = replace(judgement, critical=math.inf, p=1.0, interval=None, relative=None)
        judgement = anytime = replace(nothing, flaw="; ".join(unusable))
    return Judged(asked, effect, judgement, anytime)


def _plan(design: ExperimentDesign, planned: int) -> Plan:
    return Plan(planned=2 * planned, alpha=design.alpha, spending=design.spending)


def _looks(design: ExperimentDesign, aggregate: Aggregate, moment: Moment, variant: str) -> Looks:
    now = units_of(design, aggregate)
    units = [even_units(look[design.control], look[variant]) for look in (*moment.earlier, now)]
    return Looks(units, final=moment.is_last)


def _result(design: ExperimentDesign, judged: Judged, adjusted: float) -> MetricResult:
    (role, item, variant, _), effect, judgement, anytime = judged
    direction: Direction = item.direction or "higher"
    bandit = design.strategy == "thompson"
    result = MetricResult(
        metric=item.metric,
        role=role,
        direction=direction,
        variant=variant,
        control_value=finite(effect.control.value),
        value=finite(effect.treatment.value),
        difference=finite(effect.difference),
        interval=judgement.interval,
        relative=judgement.relative,
        z=judgement.z,
        critical=finite(judgement.critical),
        p=None if bandit else judgement.p,
        adjusted_p=None if bandit else adjusted,
        verdict=_verdict(design, judgement, direction, adjusted),
        note=judgement.flaw or "",
    )
    if isinstance(item, Guardrail):
        return _guarded(result, item, judgement, anytime, direction)
    return replace(result, interval=None, relative=None, verdict="shown") if bandit else result


def _verdict(
    design: ExperimentDesign, judgement: Judgement, direction: Direction, adjusted: float
) -> str:
    if judgement.better(design.alpha, direction, p=adjusted):
        return "better"
    opposite: Direction = "lower" if direction == "higher" else "higher"
    return "worse" if judgement.better(design.alpha, opposite, p=adjusted) else "undecided"


def _guarded(
    result: MetricResult,
    item: Guardrail,
    judgement: Judgement,
    anytime: Judgement,
    direction: Direction,
) -> MetricResult:
    """Judge a guardrail: harm by a method that finds it early, keeping by the design's own.

    O'Brien-Fleming bounds spend next to nothing at first, and harm must not wait for them.
    """
    relative = item.margin_unit == "relative"
    interval, early = (
        found.relative if relative else found.interval for found in (judgement, anytime)
    )
    harmed = guardrail(early, margin=item.margin, direction=direction) == "harmed"
    note = result.note
    if relative and judgement.interval is not None and interval is None:
        note = "a relative margin needs values above 0; give an absolute one"
    return replace(
        result,
        verdict="harmed"
        if harmed
        else guardrail(interval, margin=item.margin, direction=direction),
        margin=item.margin,
        margin_unit=item.margin_unit,
        note=note,
    )
