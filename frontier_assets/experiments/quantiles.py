"""Quantiles of the rows of each variant, with the ranks that enclose them unit by unit."""

# ruff: noqa: S608 - names of columns are checked letters, texts are quoted
import math
from typing import TYPE_CHECKING

from frontier_assets.experiments.relation import fetched, quoted
from frontier_assets.specification import ExperimentDesign, ExperimentMetric
from frontier_assets.stats.experiments.quantiles import QuantileSample, outer_ranks
from frontier_assets.stats.experiments.sample import Companion, Sample

if TYPE_CHECKING:
    import duckdb


def quantile_samples(
    connection: "duckdb.DuckDBPyConnection", design: ExperimentDesign, *, crossed: int
) -> dict[tuple[str, str], QuantileSample]:
    """Return the sample of each metric that is a quantile, for each variant.

    ``crossed`` units were seen in several variants and are left out. All values of the metric's
    rows are held in memory, or spilled, while this is done.
    """
    faithful = "SELECT unit FROM counted GROUP BY unit HAVING min(variant) = max(variant)"
    only = f" WHERE unit IN ({faithful})" if crossed else ""
    connection.execute(f"CREATE VIEW ranked AS SELECT * FROM counted{only}")
    return {
        (item.metric, variant): _sample(connection, design, item, variant)
        for item in design.metrics
        if item.kind == "quantile"
        for variant in design.variants
    }


def _sample(
    connection: "duckdb.DuckDBPyConnection",
    design: ExperimentDesign,
    item: ExperimentMetric,
    variant: str,
) -> QuantileSample:
    assert item.quantile is not None  # noqa: S101 - what its kind says
    name, rows = (
        item.metric,
        f"ranked WHERE variant = {quoted(variant)} AND {item.metric} IS NOT NULL",
    )
    (found,) = fetched(
        connection, f"SELECT quantile_cont({name}, {item.quantile}) AS v FROM {rows}"
    )
    if found["v"] is None:
        return QuantileSample(0, math.nan, math.nan, math.nan)
    key = "unit" if design.analysis == "unit" else "()"
    per_unit = (
        f"SELECT count_if({name} <= {found['v']!r}) AS b, count(*) AS n FROM {rows} GROUP BY {key}"
        if design.analysis == "unit"
        else f"SELECT ({name} <= {found['v']!r})::INT AS b, 1 AS n FROM {rows}"
    )
    (below,) = fetched(
        connection,
        "SELECT count(*) AS units, avg(b) AS b, var_samp(b) AS vb, avg(n) AS n, var_samp(n) AS vn, "
        f"covar_samp(b, n) AS c FROM ({per_unit})",
    )
    denominator = Companion(below["n"], below["vn"] or 0.0, below["c"] or 0.0)
    sample = Sample(
        count=below["units"], mean=below["b"], variance=below["vb"] or 0.0, denominator=denominator
    )
    low, high = outer_ranks(item.quantile, sample)
    (ends,) = fetched(
        connection,
        f"SELECT quantile_cont({name}, {low!r}) AS a, quantile_cont({name}, {high!r}) AS z "
        f"FROM {rows}",
    )
    return QuantileSample(below["units"], found["v"], ends["a"], ends["z"])
