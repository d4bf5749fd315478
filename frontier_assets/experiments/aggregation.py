"""From rows of observations to sufficient statistics, in DuckDB: memory does not grow with rows.

Sums are taken of the distance from a value near the mean, so that a small scatter around a large
mean keeps its digits. One pass gives every variant and value of a segment; what is over all units
is merged from them afterwards.
"""

# ruff: noqa: S608 - names of columns are checked letters, texts are quoted
import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from frontier_assets.experiments.cells import Aggregate, Counts, Numbers
from frontier_assets.experiments.quantiles import quantile_samples
from frontier_assets.experiments.relation import (
    CLOCK_DIFFERENCE,
    NAME,
    Relation,
    Rows,
    Window,
    fetched,
    literal,
)
from frontier_assets.specification import ExperimentDesign

if TYPE_CHECKING:
    import duckdb

MEMORY_LIMIT = "320MiB"


def connect(folder: Path, *, memory_limit: str = MEMORY_LIMIT) -> "duckdb.DuckDBPyConnection":
    """Return a connection that spills into ``folder`` what does not fit into its memory."""
    import duckdb  # noqa: PLC0415 - definitions load without it

    return duckdb.connect(
        config={
            "memory_limit": memory_limit,
            "temp_directory": str(folder),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "preserve_insertion_order": "false",
        }
    )


def aggregate(
    connection: "duckdb.DuckDBPyConnection", design: ExperimentDesign, rows: Rows, window: Window
) -> Aggregate:
    """Return the sufficient statistics of the rows that count.

    Raises:
        InvalidValueError: a column is missing, or a row is of a variant that there is not.
    """
    relation = Relation(connection, design, rows)
    if relation.is_empty:
        return Aggregate(Counts(), ())
    counts = _select_counted(connection, relation, window)
    numbers = Numbers(connection, design)
    cells = numbers.cells()
    unusable = numbers.unusable(cells)
    counts = dataclasses.replace(counts, unusable=unusable, crossed_units=numbers.crossed)
    quantiles = {} if unusable else quantile_samples(connection, design, crossed=numbers.crossed)
    return Aggregate(counts, cells, quantiles)


def _select_counted(
    connection: "duckdb.DuckDBPyConnection", relation: Relation, window: Window
) -> Counts:
    """Make the view ``counted`` of the rows that count, and return what became of the others."""
    flags = {"duplicates": "false", "late": "false", "out_of_window": "false"}
    when = 'coalesce("at", received_at)' if {"at", "received_at"} <= relation.columns else '"at"'
    if "at" in relation.columns or "received_at" in relation.columns:
        when = when if "at" in relation.columns else "received_at"
        outside = [f"{when} < {literal(window.start)}"]
        if "received_at" in relation.columns:
            outside.append(f"{when} > received_at + {CLOCK_DIFFERENCE}")
        if window.end is not None:
            outside.append(f"{when} > {literal(window.end)}")
            if "received_at" in relation.columns:
                flags["late"] = f"coalesce(received_at > {literal(window.end)}, false)"
        flags["out_of_window"] = f"coalesce({' OR '.join(outside)}, false)"
    if "delivery" in relation.columns:
        order = [f'"{name}"' for name in ("received_at", "at") if name in relation.columns]
        first = f" ORDER BY {', '.join(order)}" if order else ""
        repeated = f"row_number() OVER (PARTITION BY unit, delivery{first}) > 1"
        flags["duplicates"] = f"(delivery IS NOT NULL AND {repeated})"
    if set(flags.values()) == {"false"}:
        connection.execute(f"CREATE VIEW counted AS SELECT * FROM {NAME}")
        total = fetched(connection, f"SELECT count(*) AS n FROM {NAME}")[0]["n"]
        return Counts(rows=total, analysed=total)
    flagged = ", ".join(f"{flag} AS is_{name}" for name, flag in flags.items())
    connection.execute(f"CREATE VIEW flagged AS SELECT *, {flagged} FROM {NAME}")
    counting = ", ".join(
        f"count_if({condition}) AS {name}"
        for name, condition in (
            ("duplicates", "is_duplicates"),
            ("late", "is_late AND NOT is_duplicates"),
            ("out_of_window", "is_out_of_window AND NOT is_late AND NOT is_duplicates"),
        )
    )
    (found,) = fetched(connection, f"SELECT count(*) AS rows, {counting} FROM flagged")
    kept = "NOT (is_duplicates OR is_late OR is_out_of_window)"
    connection.execute(f"CREATE VIEW counted AS SELECT * FROM flagged WHERE {kept}")
    left_out = found["duplicates"] + found["late"] + found["out_of_window"]
    return Counts(analysed=found["rows"] - left_out, **found)
