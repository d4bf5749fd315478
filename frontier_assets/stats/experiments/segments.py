"""Do segments of the units agree, and does putting them together turn the result around."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from frontier_assets.stats.experiments.effect import Effect
from frontier_assets.stats.experiments.sample import Sample

_UNLIKE = 0.001  # p below which the variants' shares of the segments differ by more than chance


@dataclass(frozen=True, slots=True)
class Heterogeneity:
    """Cochran's ``q`` with its ``p``, and the part of the scatter that chance does not explain."""

    q: float
    p: float
    i_squared: float
    flaw: str | None = None


def heterogeneity(effects: Sequence[Effect]) -> Heterogeneity:
    """Return how much the effects of segments differ by more than their errors.

    Segments that cannot be judged are left out; with fewer than two others p is 1. Assumes nearly
    normal effects; for one look, as the p-value does not know of others.

    Source: Cochran (1954), Biometrics 10:101-129; Higgins and Thompson (2002), Statistics in
    Medicine 21:1539-1558.
    """
    known = [effect for effect in effects if effect.flaw is None]
    if len(known) < 2:  # noqa: PLR2004 - what differs are two
        return Heterogeneity(0.0, 1.0, 0.0, "fewer than two segments can be judged")
    from scipy.special import chdtrc

    weights = [1 / effect.error**2 for effect in known]
    pairs = list(zip(weights, known, strict=True))
    centre = sum(weight * effect.difference for weight, effect in pairs) / sum(weights)
    q = sum(weight * (effect.difference - centre) ** 2 for weight, effect in pairs)
    freedom = len(known) - 1
    return Heterogeneity(q, float(chdtrc(freedom, q)), max(0.0, 1 - freedom / q) if q else 0.0)


@dataclass(frozen=True, slots=True)
class Paradox:
    """The ``crude`` difference of all units, and that ``standardised`` to one mix of segments.

    ``unlike_p`` is the chance of shares of segments that differ so much between the variants;
    ``reversed_`` that they do and that the two differences point in opposite directions. ``flaw``
    says why it was not assessed.
    """

    crude: float = math.nan
    standardised: float = math.nan
    unlike_p: float = 1.0
    reversed_: bool = False
    flaw: str | None = None


def simpsons_paradox(segments: Sequence[tuple[Sample, Sample]]) -> Paradox:
    """Return whether the difference turns around when segments are weighed alike.

    Each segment is its control and its treatment; it weighs as much as it has units in both. A
    segment that one variant lacks is left out. Two directions alone are no paradox, since chance
    alone turns a small difference around: the segments must also be spread unlike over variants.

    Source: Simpson (1951), JRSS B 13:238-241; direct standardisation, and Pearson's chi-square of
    segments by variants.
    """
    known = [pair for pair in segments if all(_known(side) for side in pair)]
    if len(known) < 2:  # noqa: PLR2004 - what differs are two
        return Paradox(flaw="fewer than two segments have units in both variants")
    crude = _mean([pair[1] for pair in known]) - _mean([pair[0] for pair in known])
    sizes = [sum(side.count for side in pair) for pair in known]
    standardised = sum(
        size * (treatment.mean - control.mean)
        for size, (control, treatment) in zip(sizes, known, strict=True)
    ) / sum(sizes)
    unlike = _unlike([[side.count for side in pair] for pair in known])
    return Paradox(crude, standardised, unlike, crude * standardised < 0 and unlike < _UNLIKE)


def _known(side: Sample) -> bool:
    return side.count > 0 and math.isfinite(side.mean)


def _mean(sides: Sequence[Sample]) -> float:
    return sum(side.count * side.mean for side in sides) / sum(side.count for side in sides)


def _unlike(counts: Sequence[Sequence[int]]) -> float:
    from scipy.special import chdtrc

    rows = [sum(row) for row in counts]
    columns = [sum(column) for column in zip(*counts, strict=True)]
    expected = [[row * column / sum(rows) for column in columns] for row in rows]
    square = sum(
        (seen - awaited) ** 2 / awaited
        for seen_row, row in zip(counts, expected, strict=True)
        for seen, awaited in zip(seen_row, row, strict=True)
    )
    return float(chdtrc(len(rows) - 1, square))
