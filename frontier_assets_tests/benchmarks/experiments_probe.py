"""One analysis of observations in a process of its own: prints its seconds and its peak memory.

``python -m … ACTION FILES`` with ``ours-unit``, ``ours-row``, ``pandas-unit``, ``pandas-row`` or
``tea-row``. Every action reads the columns from Parquet, compares each treatment with control in
four metrics, and does so in each of ten segments as well. ``ours-whole`` and ``tea-whole`` leave
the segments out.
"""

import itertools
import json
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from frontier_assets_tests.benchmarks.memory_probe import kibibytes

VARIANTS, METRICS = ("1.0.0", "1.1.0", "1.2.0"), ("m1", "m2", "m3", "m4")
_START = datetime(2026, 1, 1, tzinfo=UTC)


def write_observations(path: Path, *, rows: int, units: int) -> None:
    """Write observations of units that keep their variant and their segment."""
    import duckdb

    variant = f"{[*VARIANTS]}[1 + (hash(unit * 7 + 1) % 3)::INT]"
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT unit, {variant} AS variant, "
            "'s' || (hash(unit * 13 + 5) % 10)::VARCHAR AS segment, "
            "100 + 20 * sin(unit) + 10 * random() AS m1, (random() < 0.1)::DOUBLE AS m2, "
            "exp(2 * random()) AS m3, 3 + random() AS m4 "
            f"FROM (SELECT (hash(i) % {units})::BIGINT AS unit FROM range({rows}) t(i))) "
            f"TO '{path}' (FORMAT parquet)"
        )


def ours(analysis: str, files: list[Path]) -> Any:
    from frontier_assets.experiments.looking import look_at
    from frontier_assets.experiments.relation import Rows
    from frontier_assets.registry.experiment_records import Experiment
    from frontier_assets.specification import ExperimentDesign
    from frontier_assets.types import ExperimentState

    first, *others = ({"metric": name, "direction": "higher"} for name in METRICS)
    design = ExperimentDesign.model_validate(
        {
            "metric": first,
            "secondary": others,
            "control": VARIANTS[0],
            "treatments": [*VARIANTS[1:]],
            "segments": [] if analysis == "whole" else ["segment"],
            "analysis": "row" if analysis == "whole" else analysis,
            "planned_units": 100_000_000,
            "seed": "s",
        }
    )
    experiment = Experiment(
        id="e",
        row=1,
        model="m",
        name="e",
        description="",
        state=ExperimentState.RUNNING,
        design=design,
        coverage=1.0,
        created_at=_START,
        created_by="ann",
        started_at=_START,
        ended_at=None,
        reason="",
        decision=None,
        subjects=(),
    )
    return look_at(experiment, Rows(source=files), [], at=_START)


def pandas(analysis: str, files: list[Path]) -> Any:
    import pandas as pd
    from scipy import stats

    frame = pd.concat([pd.read_parquet(path) for path in files])
    if analysis == "unit":
        keys = {name: (name, "first") for name in ("variant", "segment")}
        frame = frame.groupby("unit").agg(**keys, **{name: (name, "mean") for name in METRICS})
    found = []
    for groups in (["variant"], ["segment", "variant"]):
        table = frame.groupby(groups)[[*METRICS]].agg(["mean", "std", "count"])
        parts = [(key,) for key in sorted(frame["segment"].unique())] if len(groups) > 1 else [()]
        for part, treatment, name in itertools.product(parts, VARIANTS[1:], METRICS):
            sides = [_of(table, (*part, variant), name) for variant in (treatment, VARIANTS[0])]
            found.append(stats.ttest_ind_from_stats(*sides[0], *sides[1], equal_var=False))
    return found


def tea(analysis: str, files: list[Path]) -> Any:
    import duckdb
    import tea_tasting as tt

    table = duckdb.read_parquet([str(path) for path in files])
    # It knows no segments: its users filter, and DuckDB reads a filter's columns once more.
    named = [] if analysis == "whole" else table.unique("segment").order("segment").fetchall()
    parts = [table, *(table.filter(f"segment = '{segment}'") for (segment,) in named)]
    experiment = tt.Experiment({name: tt.Mean(name) for name in METRICS})
    return [experiment.analyze(part, control=VARIANTS[0], all_variants=True) for part in parts]


def _of(table: Any, key: tuple[str, ...], name: str) -> tuple[float, float, int]:
    row = table.loc[key if len(key) > 1 else key[0], name]
    return row["mean"], row["std"], int(row["count"])


ACTIONS: Mapping[str, Callable[[str, list[Path]], Any]] = {
    "ours": ours,
    "pandas": pandas,
    "tea": tea,
}


def main() -> None:
    """Print the seconds and the peak memory in bytes as JSON."""
    (contestant, _, analysis), files = sys.argv[1].partition("-"), map(Path, sys.argv[2:])
    start = time.perf_counter()
    ACTIONS[contestant](analysis, [*files])
    seconds = time.perf_counter() - start
    peak = kibibytes("VmHWM") * 1024  # `ru_maxrss` would count what started this process
    sys.stdout.write(json.dumps({"seconds": seconds, "peak_bytes": peak}))


if __name__ == "__main__":
    main()
