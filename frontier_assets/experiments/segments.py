"""The primary metric in parts of the units, and whether the parts contradict the whole. Pure."""

from frontier_assets.experiments.cells import Aggregate
from frontier_assets.experiments.effects import effect_of, sample_of
from frontier_assets.experiments.results import SegmentCheck, SegmentResult, finite
from frontier_assets.specification import ExperimentDesign
from frontier_assets.stats.experiments.effect import Effect
from frontier_assets.stats.experiments.segments import heterogeneity, simpsons_paradox

_Z = 1.959963984540054  # a segment's interval is that of one look, at 95 %


def segment_results(
    design: ExperimentDesign, aggregate: Aggregate
) -> tuple[tuple[SegmentResult, ...], tuple[SegmentCheck, ...]]:
    """Return the primary metric in each value of each segment, and what they say together."""
    results: list[SegmentResult] = []
    checks: list[SegmentCheck] = []
    for segment in design.segments:
        values = aggregate.values(segment)
        for variant in design.treatments:
            effects = {
                value: effect_of(
                    design, design.metric, aggregate, variant, segment=(segment, value)
                )
                for value in values
            }
            results += [
                SegmentResult(
                    segment,
                    value,
                    variant,
                    effect.units,
                    finite(effect.difference),
                    effect.interval(_Z),
                    effect.flaw or "",
                )
                for value, effect in effects.items()
            ]
            checks.append(_segment_check(design, aggregate, segment, variant, effects))
    return tuple(results), tuple(checks)


def _segment_check(
    design: ExperimentDesign,
    aggregate: Aggregate,
    segment: str,
    variant: str,
    effects: dict[str, Effect],
) -> SegmentCheck:
    alike = heterogeneity([*effects.values()])
    if design.metric.kind == "quantile":
        return SegmentCheck(segment, variant, None, None, None, False, "a quantile has no parts")
    paradox = simpsons_paradox(
        [
            (
                sample_of(
                    design, design.metric, aggregate, design.control, segment=(segment, value)
                ),
                sample_of(design, design.metric, aggregate, variant, segment=(segment, value)),
            )
            for value in effects
        ]
    )
    return SegmentCheck(
        segment,
        variant,
        None if alike.flaw else alike.p,
        finite(paradox.crude),
        finite(paradox.standardised),
        paradox.reversed_,
        paradox.flaw or alike.flaw or "",
    )
