"""One pass over the rows that count: the moments of each metric, by variant and by segment."""

# ruff: noqa: S608 - names of columns are checked letters, texts are quoted
import dataclasses
import math
from collections.abc import Mapping, Sequence
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING, Any

from frontier_assets.errors import InvalidValueError
from frontier_assets.experiments.moments import Moments
from frontier_assets.experiments.relation import fetched, quoted
from frontier_assets.specification import ExperimentDesign, ExperimentMetric
from frontier_assets.stats.experiments.quantiles import QuantileSample

if TYPE_CHECKING:
    import duckdb

SEVERAL, NONE = "(several)", "(none)"  # values of a segment within one unit: many, or not any
_SHIFT_ROWS = 10_000
_ROUNDING = 1e-12  # of a sum of squares, after millions of additions
_UNKNOWN, _CROSSED = -1, -2  # variants of rows that name none, and of units that had several
# How the rows of a unit become its one number.
_PER_UNIT = {"mean": "avg", "proportion": "max", "ratio": "sum"}


@dataclasses.dataclass(frozen=True, slots=True)
class Counts:
    """What became of the rows: all, those analysed, and those left out by rule.

    ``late`` were received after the experiment had ended, ``out_of_window`` happened before its
    start, after its end or in the future. ``crossed_units`` were seen in several variants and are
    left out. ``unusable`` counts, by column, the values that are no finite numbers.
    """

    rows: int = 0
    analysed: int = 0
    duplicates: int = 0
    out_of_window: int = 0
    late: int = 0
    crossed_units: int = 0
    unusable: Mapping[str, int] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class Cell:
    """The moments of one variant, in one value of one segment (both empty: over all units)."""

    variant: str
    segment: str
    value: str
    units: int
    moments: Mapping[str, Moments]


@dataclasses.dataclass(frozen=True, slots=True)
class Aggregate:
    """The sufficient statistics of an experiment; ``quantiles`` by metric and variant."""

    counts: Counts
    cells: Sequence[Cell]
    quantiles: Mapping[tuple[str, str], QuantileSample] = dataclasses.field(default_factory=dict)

    def cell(self, variant: str, segment: str = "", value: str = "") -> Cell:
        """Return the cell of a variant; an empty one where nothing was observed."""
        for item in self.cells:
            if (item.variant, item.segment, item.value) == (variant, segment, value):
                return item
        return Cell(variant, segment, value, 0, {})

    def values(self, segment: str) -> list[str]:
        """Return the values of a segment that any variant has."""
        return sorted({item.value for item in self.cells if item.segment == segment})


class Numbers:
    """The view ``numbers``: one row for each unit, or each row, with what the metrics need.

    ``crossed`` counts, once `cells` was asked for, the units that were seen in several variants.
    """

    def __init__(self, connection: "duckdb.DuckDBPyConnection", design: ExperimentDesign) -> None:
        self._connection, self._design = connection, design
        self._metrics = [item for item in design.metrics if item.kind != "quantile"]
        self._by_unit = design.analysis == "unit"
        self._shifts = self._measured_shifts()
        self.crossed = 0
        connection.execute(f"CREATE VIEW numbers AS {self._of_units()}")

    def cells(self) -> list[Cell]:
        """Return every cell, those over all units first.

        Raises:
            InvalidValueError: a row is of a variant that the experiment does not have.
        """
        segments = [f"segment{at}" for at in range(len(self._design.segments))]
        sets = ", ".join(f"(variant, {name})" for name in segments) or "(variant)"
        keys = "".join(f", {name}, grouping({name}) AS without_{name}" for name in segments)
        picked = ["count(*) AS units", *self._sums()]
        rows = fetched(
            self._connection,
            f"SELECT variant{keys}, {', '.join(picked)} FROM numbers "
            f"GROUP BY GROUPING SETS ({sets})",
        )
        if any(row["variant"] == _UNKNOWN for row in rows):
            raise self._unknown_variant()
        values = self._values()
        first = [row for row in rows if not segments or not row["without_segment0"]]
        self.crossed = sum(row["units"] for row in first if row["variant"] == _CROSSED)
        found = [self._cell(row, values) for row in rows if row["variant"] >= 0]
        if not segments:
            return found
        return [*self._totals(found), *found]

    def unusable(self, cells: Sequence[Cell]) -> dict[str, int]:
        """Return how many values of each column are no finite numbers, where any are."""
        sums = [
            number
            for cell in cells
            for moments in cell.moments.values()
            for number in (*moments.means.values(), *moments.products.values())
        ]
        quantiles = any(item.kind == "quantile" for item in self._design.metrics)
        if all(map(math.isfinite, sums)) and not quantiles:
            return {}
        picked = ", ".join(
            f"count_if(NOT isfinite({name}::DOUBLE)) AS {name}" for name in self._design.columns
        )
        (found,) = fetched(self._connection, f"SELECT {picked} FROM counted")
        return {name: count for name, count in found.items() if count}

    def _measured_shifts(self) -> dict[str, float]:
        picked = ", ".join(
            f"avg({name}) FILTER (isfinite({name}::DOUBLE)) AS {name}"
            for name in self._design.columns
        )
        some = f"(SELECT * FROM counted LIMIT {_SHIFT_ROWS})"
        (found,) = fetched(self._connection, f"SELECT {picked} FROM {some}")
        return {name: float(value or 0.0) for name, value in found.items()}

    def _of_units(self) -> str:
        numbers = [
            (f"x{at}_{place}", self._per_unit(item, name), self._shift(item, name))
            for at, item in enumerate(self._metrics)
            for place, name in enumerate(names_of(item, self._design))
        ]
        segments = list(enumerate(self._design.segments))
        if self._by_unit:
            picked = [f"{self._code()} AS code", *(f"hash({n}) AS h{at}" for at, n in segments)]
            one = "min(code) < 0 OR min(code) = max(code)"
            aggregated = [f"CASE WHEN {one} THEN min(code) ELSE {_CROSSED} END AS code"]
            aggregated += [f"min(h{at}) AS h{at}, max(h{at}) AS o{at}" for at, _ in segments]
            aggregated += [f"{expression} AS {alias}" for alias, expression, _ in numbers]
            self._connection.execute(
                f"CREATE VIEW units AS SELECT {', '.join(aggregated)} "
                f"FROM (SELECT *, {', '.join(picked)} FROM counted) GROUP BY unit"
            )
            source = "units"
            keys = [f"CASE WHEN h{at} = o{at} THEN h{at} END AS segment{at}" for at, _ in segments]
        else:
            picked = [f"{self._code()} AS code"]
            picked += [f"{expression} AS {alias}" for alias, expression, _ in numbers]
            picked += [f"hash({name}) AS segment{at}" for at, name in segments]
            source = f"(SELECT {', '.join(picked)} FROM counted)"
            keys = [f"segment{at}" for at, _ in segments]
        moved = [f"{alias} - {shift!r} AS {alias}" for alias, _, shift in numbers]
        return f"SELECT {', '.join(['code AS variant', *keys, *moved])} FROM {source}"

    def _sums(self) -> list[str]:
        picked = []
        for at, item in enumerate(self._metrics):
            aliases = [f"x{at}_{place}" for place in range(len(names_of(item, self._design)))]
            # What lacks one of several numbers counts for none of them.
            there = " AND ".join(f"{alias} IS NOT NULL" for alias in aliases)
            only = f" FILTER ({there})" if len(aliases) > 1 else ""
            picked.append(f"count({aliases[0]}){only} AS n{at}")
            picked += [f"sum({alias}){only} AS s_{alias}" for alias in aliases]
            picked += [
                f"sum({x} * {y}){only} AS p_{x}_{y}"
                for x, y in combinations_with_replacement(aliases, 2)
            ]
        return picked

    def _cell(self, row: Mapping[str, Any], values: Sequence[Mapping[int, str]]) -> Cell:
        segment = value = ""
        for at, name in enumerate(self._design.segments):
            if not row[f"without_segment{at}"]:
                found = row[f"segment{at}"]
                segment, value = name, SEVERAL if found is None else values[at][found]
        moments = {
            item.metric: self._moments(at, item, row) for at, item in enumerate(self._metrics)
        }
        variant = self._design.variants[row["variant"]]
        return Cell(variant, segment, value, int(row["units"]), moments)

    def _moments(self, at: int, item: ExperimentMetric, row: Mapping[str, Any]) -> Moments:
        names, count = names_of(item, self._design), int(row[f"n{at}"])
        if not count:
            return Moments(names, 0, {}, {})
        aliases = {name: f"x{at}_{place}" for place, name in enumerate(names)}
        sums = {name: float(row[f"s_{alias}"]) for name, alias in aliases.items()}
        return Moments(
            names,
            count,
            {name: self._shift(item, name) + sums[name] / count for name in names},
            {
                (x, y): _centred(
                    float(row[f"p_{aliases[x]}_{aliases[y]}"]), sums[x], sums[y], count
                )
                for x, y in combinations_with_replacement(names, 2)
            },
        )

    def _totals(self, cells: Sequence[Cell]) -> list[Cell]:
        """Return the cells over all units, from the values of the first segment."""
        first, totals = self._design.segments[0], []
        for variant in self._design.variants:
            parts = [c for c in cells if (c.variant, c.segment) == (variant, first)]
            merged = {
                item.metric: Moments.merged([part.moments[item.metric] for part in parts])
                for item in self._metrics
            }
            totals.append(Cell(variant, "", "", sum(part.units for part in parts), merged))
        return totals

    def _values(self) -> list[dict[int, str]]:
        found = []
        for name in self._design.segments:
            query = f"SELECT DISTINCT hash({name}) AS h, {name}::VARCHAR AS v FROM counted"
            rows = fetched(self._connection, query)
            found.append({row["h"]: NONE if row["v"] is None else row["v"] for row in rows})
        return found

    def _per_unit(self, item: ExperimentMetric, name: str) -> str:
        if not self._by_unit:
            return f"{name}::DOUBLE"
        function = "avg" if name == self._design.covariate else _PER_UNIT[item.kind]
        return f"{function}({name}::DOUBLE)"

    def _shift(self, item: ExperimentMetric, name: str) -> float:
        # The sum over a unit lies nowhere near a row.
        summed = self._by_unit and item.kind == "ratio" and name != self._design.covariate
        return 0.0 if summed else self._shifts[name]

    def _code(self) -> str:
        cases = " ".join(
            f"WHEN {quoted(variant)} THEN {at}" for at, variant in enumerate(self._design.variants)
        )
        return f"(CASE variant {cases} ELSE {_UNKNOWN} END)::TINYINT"

    def _unknown_variant(self) -> InvalidValueError:
        query = f"SELECT variant FROM counted WHERE {self._code()} < 0 LIMIT 1"
        (row,) = fetched(self._connection, query)
        known = ", ".join(self._design.variants)
        return InvalidValueError("Variant", row["variant"], f"the experiment has {known}")


def _centred(product: float, first: float, second: float, count: int) -> float:
    """Return the sum of products around the means; 0 where rounding is all that is left of it."""
    centred = product - first * second / count
    return 0.0 if abs(centred) <= _ROUNDING * abs(product) else centred


def names_of(item: ExperimentMetric, design: ExperimentDesign) -> tuple[str, ...]:
    """Return the columns that a metric takes of each unit, its own first."""
    covariate = design.covariate if item.metric == design.metric.metric else None
    return (*item.columns, *([covariate] if covariate else []))
