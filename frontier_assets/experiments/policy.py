"""What is decided at a look, and why, in sentences: the one rule, pure."""

import dataclasses
from collections.abc import Mapping, Sequence

from frontier_assets.experiments.cells import Counts
from frontier_assets.experiments.results import MetricResult, RatioResult
from frontier_assets.specification import ExperimentDesign
from frontier_assets.types import ExperimentDecision

# Below this chance to prove the minimum effect it is not worth going on; going on keeps alpha.
FUTILE = 0.1
_FEWEST_TO_HARM = 100  # units per variant before harm is believed: means are nearly normal by then


@dataclasses.dataclass(frozen=True, slots=True)
class Seen:
    """What a look found, as far as the decision rests on it.

    ``chances`` are those of each treatment to still prove the minimum effect, None if unknown.
    ``is_planned`` says that the planned units are there, ``is_last`` that the time is over.
    """

    units: Mapping[str, int]
    counts: Counts
    ratio: RatioResult
    metrics: Sequence[MetricResult]
    chances: Mapping[str, float | None]
    is_planned: bool
    is_last: bool
    weights: Mapping[str, float] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class Verdict:
    """The decision, the treatments that won or did harm, and why; the first sentence says most."""

    decision: ExperimentDecision
    subjects: tuple[str, ...]
    sentences: tuple[str, ...]


def decide(design: ExperimentDesign, seen: Seen) -> Verdict:
    """Return what follows from a look.

    In this order: a broken sample ratio makes the experiment invalid; a harmed guardrail stops it;
    without the minimum of units nobody wins; a treatment whose guardrails all hold and whose
    primary metric is proved better wins; one that is worse or has no chance left loses; at the
    planned size, or at the end of the time, control stays.
    """
    for rule in (_ratio, _harm, _bandit, _win, _loss, _end):
        verdict = rule(design, seen)
        if verdict is not None:
            return verdict
    return Verdict(ExperimentDecision.CONTINUE, (), (_waiting(design, seen), *_told(seen)))


def _ratio(_design: ExperimentDesign, seen: Seen) -> Verdict | None:
    if seen.ratio.passed:
        return None
    sentence = (
        f"The sample ratio is broken, so nothing else here can be believed: {seen.ratio.detail}. "
        "Look for units that are lost or counted twice in one variant"
    )
    return Verdict(ExperimentDecision.INVALID, (), (f"{sentence}.",))


def _harm(design: ExperimentDesign, seen: Seen) -> Verdict | None:
    if min(seen.units.values()) < _FEWEST_TO_HARM:
        return None
    harmed = [item for item in seen.metrics if item.verdict == "harmed"]
    if not harmed:
        return None
    subjects = tuple(dict.fromkeys(item.variant for item in harmed))
    sentences = [f"{item.variant} harms {_guardrail(item)}." for item in harmed]
    kept = f"Every unit gets control, {design.control}, from now on."
    barred = f"{' and '.join(subjects)} cannot be promoted; production has not moved."
    return Verdict(ExperimentDecision.GUARDRAIL_STOP, subjects, (*sentences, kept, barred))


def _bandit(design: ExperimentDesign, seen: Seen) -> Verdict | None:
    if design.strategy != "thompson":
        return None
    shares = ", ".join(f"{name} {share:.1%}" for name, share in seen.weights.items())
    told = f"A bandit proves nothing; each variant is the best with this probability: {shares}."
    if seen.is_last:
        over = f"The {design.maximum_days:g} days are over; control stays."
        return Verdict(ExperimentDecision.CONTROL, (), (over, told))
    return Verdict(ExperimentDecision.CONTINUE, (), (told,))


def _win(design: ExperimentDesign, seen: Seen) -> Verdict | None:
    if min(seen.units.values()) < design.minimum_units:
        return None
    winners = [
        item for item in _primary(seen) if item.verdict == "better" and not _open(item, seen)
    ]
    if not winners:
        return None
    best = max(winners, key=lambda item: abs(item.difference or 0.0))
    sentences = [f"{best.variant} wins: {_effect(best)}."]
    sentences += [f"{_guardrail(item)} holds." for item in _guardrails(seen, best.variant)]
    return Verdict(ExperimentDecision.TREATMENT, (best.variant,), (*sentences, *_told(seen, best)))


def _loss(design: ExperimentDesign, seen: Seen) -> Verdict | None:
    if min(seen.units.values()) < design.minimum_units:
        return None
    lost = [_lost(design, item, seen) for item in _primary(seen)]
    if not all(lost):
        return None
    sentences = [f"Control, {design.control}, stays.", *(said for said in lost if said)]
    return Verdict(ExperimentDecision.CONTROL, (), (*sentences, *_notes(seen)))


def _lost(design: ExperimentDesign, item: MetricResult, seen: Seen) -> str:
    if item.verdict == "worse":
        return f"{item.variant} is worse: {_effect(item)}."
    chance = seen.chances.get(item.variant)
    if item.verdict == "undecided" and chance is not None and chance < FUTILE:
        return (
            f"{item.variant} has a chance of {chance:.1%} left to prove an effect of "
            f"{design.minimum_effect:g}: {_effect(item)}."
        )
    return ""


def _end(design: ExperimentDesign, seen: Seen) -> Verdict | None:
    if seen.is_planned and min(seen.units.values()) >= design.minimum_units:
        over = "The planned units are there"
    elif seen.is_last:
        over = f"The maximum duration of {design.maximum_days:g} days is over"
    else:
        return None
    why = _held_up(seen) or "no treatment is proved better"
    first = f"{over}, and {why}; control, {design.control}, stays."
    return Verdict(ExperimentDecision.CONTROL, (), (first, *_told(seen)))


def _waiting(design: ExperimentDesign, seen: Seen) -> str:
    least = min(seen.units.values())
    if least < design.minimum_units:
        return f"It goes on: {least} units in the smallest variant, {design.minimum_units} wanted."
    return f"It goes on: {_held_up(seen) or 'no difference is proved yet'}."


def _held_up(seen: Seen) -> str:
    for item in _primary(seen):
        if item.verdict == "better":
            open_ = ", ".join(found.metric for found in _open(item, seen))
            return f"{item.variant} is better, but {open_} is not shown to hold"
    return ""


def _told(seen: Seen, best: MetricResult | None = None) -> tuple[str, ...]:
    others = [item for item in _primary(seen) if item is not best]
    said = [f"{item.variant}: {_effect(item)}." for item in others]
    if best is None:
        open_ = [item for item in seen.metrics if item.verdict == "open"]
        said += [f"{_guardrail(item)} is open for {item.variant}." for item in open_]
    return (*said, *_notes(seen))


def _notes(seen: Seen) -> tuple[str, ...]:
    counts, said = seen.counts, []
    left_out = {
        "repeated deliveries": counts.duplicates,
        "rows outside the experiment's time": counts.out_of_window,
        "rows that came after its end": counts.late,
        "units that were seen in several variants": counts.crossed_units,
    }
    said += [f"Left out: {count} {what}." for what, count in left_out.items() if count]
    return tuple(said)


def _primary(seen: Seen) -> list[MetricResult]:
    return [item for item in seen.metrics if item.role == "primary"]


def _guardrails(seen: Seen, variant: str) -> list[MetricResult]:
    return [i for i in seen.metrics if i.role == "guardrail" and i.variant == variant]


def _open(item: MetricResult, seen: Seen) -> list[MetricResult]:
    return [found for found in _guardrails(seen, item.variant) if found.verdict != "held"]


def _effect(item: MetricResult) -> str:
    """Return what is known of a metric, e.g. ``accuracy +0.031 (from 0.012 to 0.05)``."""
    if item.note:
        return f"{item.metric} cannot be judged, {item.note}"
    if item.interval is None:
        return f"{item.metric} has no interval yet"
    said = (
        f"{item.metric} {item.interval.estimate:+.4g} "
        f"(from {item.interval.lower:+.4g} to {item.interval.upper:+.4g})"
    )
    return said if item.adjusted_p is None else f"{said}, adjusted p = {item.adjusted_p:.2g}"


def _guardrail(item: MetricResult) -> str:
    better = "rise" if item.direction == "lower" else "fall"
    margin = f"{item.margin:.0%}" if item.margin_unit == "relative" else f"{item.margin:g}"
    interval = item.relative if item.margin_unit == "relative" else item.interval
    if item.note:
        return f"{item.metric} ({item.note})"
    if interval is None:
        return f"{item.metric} (no interval yet)"
    form = ".1%" if item.margin_unit == "relative" else ".4g"
    bounds = (
        f"{interval.estimate:+{form}}, from {interval.lower:+{form}} to {interval.upper:+{form}}"
    )
    return f"{item.metric} ({bounds}; it may {better} by {margin})"
