"""The page of ``m/comparison``: a candidate beside production, whole without opening anything."""

from collections.abc import Iterator, Sequence

import dagster as dg

from frontier_assets.evaluation.duel import Duel, PairedMetric, Race, SlicePair
from frontier_assets.orchestration.pages.pictures import Metadata, picture
from frontier_assets.plots.differences import interval_rows, pareto_front
from frontier_assets.plots.latency import latency_bars
from frontier_assets.promotion.markdown import bounds, difference, number, shown_size
from frontier_assets.stats.intervals import Interval
from frontier_assets.stats.metrics import metric
from frontier_assets.types import Version

_ARROWS = {"higher": "↑", "lower": "↓"}


def comparison_metadata(version: Version, holder: Version | None, duel: Duel | None) -> Metadata:
    """Return what was compared, the outcome first; or that there is nothing to compare with."""
    if duel is None:
        says = (
            "**Nothing to compare with: no version is in production.**"
            if holder is None
            else f"**Nothing to compare with: {version.number} is in production itself.**"
        )
        return {"outcome": dg.MetadataValue.md(says)}
    metadata: Metadata = {
        "outcome": dg.MetadataValue.md(_outcome(duel)),
        "candidate": dg.MetadataValue.text(duel.candidate.ref),
        "production": dg.MetadataValue.text(duel.production.ref),
        "metrics": _metrics_table(duel.metrics),
    }
    if duel.races:
        metadata["latency"] = _latency_table(duel.races)
    if duel.slices:
        metadata["slices"] = _slices_table(duel)
    if duel.front:
        metadata["front"] = _front_table(duel)
    if duel.problems:
        metadata["problems"] = dg.MetadataValue.text("; ".join(duel.problems))
    metadata |= dict(_pictures(duel))
    for item in duel.metrics:
        if item.difference is not None:
            name = f"difference_{item.dataset}_{item.metric}"
            metadata[name] = dg.MetadataValue.float(item.difference.estimate)
    return metadata


def _outcome(duel: Duel) -> str:
    meanings = [item.meaning for item in duel.metrics]
    counts = ", ".join(
        f"{meanings.count(word)} {word}"
        for word in ("better", "worse", "not told apart")
        if word in meanings
    )
    says = f"**{duel.candidate.number} against {duel.production.number} in production: {counts}**"
    said = [f"{says}, of {len(meanings)} metrics." if meanings else "**No metric is shared.**"]
    if duel.races:
        said.append(f"One example takes {_pace(duel.races[0])}.")
    worse = [f"`{item.metric}` on {item.dataset}" for item in duel.metrics if _is_worse(item)]
    if worse:
        said.append(f"Worse: {', '.join(worse)}.")
    if duel.problems:
        said.append("Not everything could be compared: see `problems`.")
    return " ".join(said)


def _is_worse(item: PairedMetric) -> bool:
    return item.meaning == "worse"


def _pace(race: Race) -> str:
    gained = race.gained
    if gained.lower <= 1 <= gained.upper:
        return "as long as in production"
    return f"{1 / gained.estimate:.2f} times as long as in production"


def _metrics_table(metrics: Sequence[PairedMetric]) -> dg.TableMetadataValue:
    return dg.MetadataValue.table(
        [
            dg.TableRecord(
                {
                    "data": item.dataset,
                    "metric": f"{item.metric} {_ARROWS[item.direction]}",
                    "candidate": number(item.candidate),
                    "production": number(item.production),
                    "difference": difference(item.candidate - item.production),
                    "interval": bounds(item.difference[1:]) if item.difference else "-",
                    "meaning": item.meaning,
                }
            )
            for item in metrics
        ],
        schema=_schema(
            data="The data set that both were measured on.",
            metric="The arrow says which values are better.",
            candidate="Of this version.",
            production="Of the version in production.",
            difference="This version minus production.",
            interval="95 %, of the difference, example by example.",
            meaning="What the interval proves.",
        ),
    )


def _slices_table(duel: Duel) -> dg.TableMetadataValue:
    return dg.MetadataValue.table(
        [
            dg.TableRecord(
                {
                    "data": item.dataset,
                    "slice": item.slice,
                    "examples": str(item.rows),
                    "candidate": f"{number(item.candidate)} ({bounds(item.candidate_bounds)})",
                    "production": f"{number(item.production)} ({bounds(item.production_bounds)})",
                    "difference": difference(item.candidate - item.production),
                }
            )
            for item in sorted(duel.slices, key=_gain)
        ],
        schema=_schema(
            data="The data set.",
            slice="`segment=label`, or `class=name`.",
            examples="How many are in it.",
            candidate=f"{duel.headline} of this version with its 95 % interval.",
            production=f"{duel.headline} of the version in production.",
            difference="This version minus production.",
        ),
    )


def _gain(item: SlicePair) -> float:
    """Return how much better the candidate is: the slices that lost most come first."""
    above = item.candidate - item.production
    return above if metric(item.metric).direction == "higher" else -above


def _latency_table(races: Sequence[Race]) -> dg.TableMetadataValue:
    return dg.MetadataValue.table(
        [
            dg.TableRecord(
                {
                    "artifact": race.artifact,
                    "examples": str(race.candidate.rows),
                    "candidate_ms": f"{number(race.candidate.p50_ms)}, "
                    f"p95 {number(race.candidate.p95_ms)}",
                    "production_ms": f"{number(race.production.p50_ms)}, "
                    f"p95 {number(race.production.p95_ms)}",
                    "times_as_fast": f"{race.gained.estimate:.2f} ({bounds(race.gained[1:])})",
                }
            )
            for race in races
        ],
        schema=_schema(
            artifact="`original`, or a target that both have.",
            examples="In one call.",
            candidate_ms="Median latency of this version.",
            production_ms="Median latency of production's, in turn with it.",
            times_as_fast="As production's, with its 95 % interval.",
        ),
    )


def _front_table(duel: Duel) -> dg.TableMetadataValue:
    return dg.MetadataValue.table(
        [
            dg.TableRecord(
                {
                    "artifact": point.name,
                    duel.headline: number(point.metric),
                    "latency_ms": number(point.latency_ms),
                    "size": shown_size(point.size_bytes),
                    "worth_a_look": "yes"
                    if point.dominated_by is None
                    else f"no: {point.dominated_by} is no worse in anything",
                }
            )
            for point in duel.front
        ],
        schema=_schema(
            artifact="Whose, and which.",
            **{duel.headline: "Of a converted one less what its proof found it to lose."},
            latency_ms="Of one example, undisturbed.",
            size="Of the artifact.",
            worth_a_look="Whether nothing beats it in one of the three without losing in another.",
        ),
    )


def _schema(**columns: str) -> dg.TableSchema:
    return dg.TableSchema([dg.TableColumn(name, "string", text) for name, text in columns.items()])


def _pictures(duel: Duel) -> Iterator[tuple[str, dg.MarkdownMetadataValue]]:
    rows = [_signed(item, item.difference) for item in duel.metrics if item.difference]
    if rows:
        png = interval_rows(rows, title=f"{duel.candidate.number} against production, 95 %")
        yield "picture_differences", picture(png, "How far the candidate lies from production.")
    first = duel.races[0].artifact if duel.races else ""
    own = [race for race in duel.races if race.artifact == first]
    if own:
        sides = {
            "candidate": [race.candidate for race in own],
            "production": [race.production for race in own],
        }
        bars = {
            name: [(item.rows, item.p50_ms, item.p95_ms) for item in timings]
            for name, timings in sides.items()
        }
        yield (
            "picture_latency",
            picture(latency_bars(bars), "How long calls of both take, in turn."),
        )
    if duel.front:
        points = [
            (
                item.artifact,
                item.side == "candidate",
                item.latency_ms,
                item.metric,
                item.dominated_by is None,
            )
            for item in duel.front
        ]
        better = metric(duel.headline).direction
        png = pareto_front(points, metric=duel.headline, better=better)
        yield "picture_front", picture(png, "Every artifact of both by what it scores and costs.")


def _signed(item: PairedMetric, found: Interval) -> tuple[str, float, float, float, str]:
    """Return a row of the picture, in which more is better."""
    estimate, lower, upper = found
    if item.direction == "lower":
        estimate, lower, upper = -estimate, -upper, -lower
    return f"{item.metric}, {item.dataset}", estimate, lower, upper, item.meaning
