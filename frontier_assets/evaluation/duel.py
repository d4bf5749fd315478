"""A candidate held against the version in production: the same examples, turn by turn."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from frontier_assets.dataset import Array
from frontier_assets.errors import FrontierAssetsError
from frontier_assets.evaluation.evaluate import EvaluationResult
from frontier_assets.predictors.benchmark import benchmark
from frontier_assets.predictors.predictor import Predictor
from frontier_assets.registry.artifacts import ArtifactRecord
from frontier_assets.stats.comparison import Direction
from frontier_assets.stats.intervals import Interval
from frontier_assets.stats.latency import Timing, ranked, speedup
from frontier_assets.stats.metrics import metric
from frontier_assets.stats.paired import paired_difference
from frontier_assets.stats.pareto import dominators
from frontier_assets.types import Version

BATCH_SIZES = (1, 64)
ORIGINAL = "original"
Side = Literal["candidate", "production"]
SIDES: tuple[Side, Side] = ("candidate", "production")
Meaning = Literal["better", "worse", "not told apart"]


@dataclass(frozen=True, slots=True)
class PairedMetric:
    """One metric of both on one data set; ``difference`` is the candidate's minus production's."""

    dataset: str
    metric: str
    direction: Direction
    candidate: float
    production: float
    difference: Interval | None

    @property
    def meaning(self) -> Meaning:
        """What the paired interval proves."""
        if self.difference is None or self.difference.lower <= 0 <= self.difference.upper:
            return "not told apart"
        above = self.difference.lower > 0
        return "better" if above == (self.direction == "higher") else "worse"


@dataclass(frozen=True, slots=True)
class SlicePair:
    """The headline metric of both on a part of a data set, with the bounds of its intervals."""

    dataset: str
    slice: str
    rows: int
    metric: str
    candidate: float
    production: float
    candidate_bounds: tuple[float, float] | None
    production_bounds: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Race:
    """The latencies of one artifact of both, ``original`` or a target, in turn."""

    artifact: str
    candidate: Timing
    production: Timing

    @property
    def gained(self) -> Interval:
        """How many times as fast as production's the candidate's is."""
        return speedup(self.candidate, self.production)


@dataclass(frozen=True, slots=True)
class FrontPoint:
    """An artifact by headline metric, latency of one example and size.

    ``dominated_by`` is one that is no worse in any of them and better in one; None on the front.
    """

    side: Side
    artifact: str
    metric: float
    latency_ms: float
    size_bytes: int
    dominated_by: str | None = None

    @property
    def name(self) -> str:
        """Its side and what it is."""
        return f"{self.side} {self.artifact}"


@dataclass(frozen=True, slots=True)
class Duel:
    """Everything that was compared; ``problems`` say what could not be.

    ``headline`` is the first metric of the YAML, by which slices and the front are compared.
    """

    candidate: Version
    production: Version
    headline: str
    metrics: tuple[PairedMetric, ...]
    slices: tuple[SlicePair, ...]
    races: tuple[Race, ...]
    front: tuple[FrontPoint, ...]
    problems: tuple[str, ...] = ()


def paired_metrics(
    dataset: str, own: EvaluationResult, held: EvaluationResult
) -> Iterator[PairedMetric]:
    """Yield every metric that both have, in the order of the candidate's."""
    for name, value in own.metrics.items():
        if name in held.metrics:
            difference = paired_difference(own.details, held.details, name)
            direction = metric(name).direction
            yield PairedMetric(dataset, name, direction, value, held.metrics[name], difference)


def paired_slices(
    dataset: str, headline: str, own: EvaluationResult, held: EvaluationResult
) -> Iterator[SlicePair]:
    """Yield every slice on which both have the headline metric."""
    others = held.details.get("slices", {})
    for name, part in own.details.get("slices", {}).items():
        other = others.get(name)
        if other is None or not all(headline in side["metrics"] for side in (part, other)):
            continue
        bounds = [side["intervals"].get(headline) for side in (part, other)]
        shown = [None if item is None else (item[0], item[1]) for item in bounds]
        values = part["metrics"][headline], other["metrics"][headline]
        yield SlicePair(dataset, name, part["rows"], headline, *values, *shown)


def raced(
    openers: Mapping[tuple[Side, str], Callable[[], Predictor]], inputs: Mapping[str, Array]
) -> tuple[list[Race], list[str]]:
    """Return the latencies of artifacts that both sides have, and what could not be measured.

    What cannot be opened here, such as an engine without its GPU, is told and not raised.
    """
    names = sorted({name for _, name in openers}, key=lambda name: (name != ORIGINAL, name))
    races, problems = [], []
    for name in names:
        try:
            pair = {str(side): openers[side, name]() for side in SIDES}
        except FrontierAssetsError as error:
            if error.retryable:
                raise
            problems.append(f"{name}: {error}")
            continue
        found = benchmark(pair, inputs, batch_sizes=BATCH_SIZES)
        for rows in BATCH_SIZES:
            own, held = (found[side][rows] for side in SIDES)
            if isinstance(own, Timing) and isinstance(held, Timing):
                races.append(Race(name, own, held))
            problems += [f"{name}: {text}" for text in (own, held) if isinstance(text, str)]
    return races, problems


def front_of(
    races: list[Race],
    headline: PairedMetric,
    artifacts: Mapping[tuple[Side, str], ArtifactRecord],
    sizes: Mapping[Side, int],
) -> tuple[FrontPoint, ...]:
    """Return every raced artifact with what dominates it.

    A converted one has its original's metric less what its proof found it to lose. Originals that
    the paired test does not tell apart count as equal, and so do latencies within the noise.
    """
    points, timings = _points(races, headline, artifacts, sizes)
    places = {name: float(place) for place, names in enumerate(ranked(timings)) for name in names}
    unproved = headline.candidate - headline.production
    handicap = unproved if headline.meaning == "not told apart" else 0.0
    coordinates = [
        (
            # What binary fractions lose on the way decides nothing.
            round(item.metric - (handicap if item.side == "candidate" else 0.0), 12),
            places[item.name],
            float(item.size_bytes),
        )
        for item in points
    ]
    found = dominators(coordinates, (headline.direction, "lower", "lower"))
    return tuple(
        item if place is None else replace(item, dominated_by=points[place].name)
        for item, place in zip(points, found, strict=True)
    )


def _points(
    races: list[Race],
    headline: PairedMetric,
    artifacts: Mapping[tuple[Side, str], ArtifactRecord],
    sizes: Mapping[Side, int],
) -> tuple[list[FrontPoint], dict[str, Timing]]:
    """Return each side of the races of one example as a point, and its latencies by its name."""
    points: list[FrontPoint] = []
    timings: dict[str, Timing] = {}
    for race in (item for item in races if item.candidate.rows == 1):
        for side, taken in zip(SIDES, (race.candidate, race.production), strict=True):
            value: float = getattr(headline, side)
            size = sizes[side]
            if race.artifact != ORIGINAL:
                record = artifacts[side, race.artifact]
                drop = float(record.measures.get(f"{headline.metric}_drop", 0.0))
                value += -drop if headline.direction == "higher" else drop
                size = record.size_bytes
            points.append(FrontPoint(side, race.artifact, value, taken.best_ms, size))
            timings[points[-1].name] = taken
    return points, timings
