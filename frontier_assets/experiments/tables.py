"""Many observations at once: checked as a whole, then kept as one Parquet file.

There they cost the registry one row, and DuckDB reads them as they lie.
"""

# ruff: noqa: S608 - names of columns are checked letters, texts are quoted
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from frontier_assets.errors import ExperimentNotFoundError, InvalidValueError
from frontier_assets.experiments.recording import check_known
from frontier_assets.experiments.relation import explained, quoted
from frontier_assets.registry.claims import Stored
from frontier_assets.registry.database import Registry
from frontier_assets.registry.experiment_records import Experiment
from frontier_assets.registry.foreign_table import SqlTable
from frontier_assets.specification import ExperimentDesign
from frontier_assets.storage.stores import ArtifactStores
from frontier_assets.types import ExperimentState
from frontier_assets.upkeep.saving import Marks, recorded

if TYPE_CHECKING:
    import duckdb

_LONGEST = 200  # characters of a unit
_UTC = "'UTC'"


def record_table(
    registry: Registry,
    stores: ArtifactStores,
    experiment: Experiment,
    table: Any,  # noqa: ANN401 - a data frame, columns by name, a Parquet file, or a `SqlTable`
    *,
    store: str,
    actor: str,
) -> int:
    """Keep many observations as one file; return the rows, 0 if this file is there already.

    Raises:
        InvalidValueError: a column is missing or unknown, or a value is not of the experiment.
        ExperimentNotFoundError: the experiment has not begun.
    """
    if experiment.state is ExperimentState.CREATED:
        raise ExperimentNotFoundError(experiment.id)
    received_at = datetime.now(UTC)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "observations.parquet"
        rows = _write(experiment.design, table, path)

        def save(marks: Marks) -> bool:
            artifact = stores[store].put_files({path.name: path})
            stored: Stored = marks.stored(artifact)
            return registry.observations.add_file(
                experiment, stored, rows=rows, received_at=received_at, actor=actor
            )

        return rows if recorded(registry, stores, save) else 0


def _write(design: ExperimentDesign, table: Any, path: Path) -> int:  # noqa: ANN401 - see above
    import duckdb  # noqa: PLC0415 - definitions load without it

    with explained(), duckdb.connect() as connection:
        source = _opened(connection, design, table)
        described = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
        columns = {str(row[0]): str(row[1]) for row in described}
        wanted = _checked_columns(design, columns)
        connection.execute(f"CREATE VIEW given AS SELECT {', '.join(wanted)} FROM {source}")
        _check_values(connection, design, columns)
        connection.execute(f"COPY given TO {quoted(str(path))} (FORMAT parquet)")
        (rows,) = connection.execute("SELECT count(*) FROM given").fetchall()[0]
        return int(rows)


def _opened(
    connection: "duckdb.DuckDBPyConnection",
    design: ExperimentDesign,
    table: Any,  # noqa: ANN401 - see above
) -> str:
    import pandas as pd

    if isinstance(table, SqlTable):
        return _copied(connection, design, table)
    if isinstance(table, str | Path):
        path = Path(table)
        if not path.is_file():
            raise InvalidValueError("Observations", str(path), "there is no such Parquet file")
        return f"read_parquet({quoted(str(path))})"
    frame = pd.DataFrame(dict(table)) if isinstance(table, Mapping) else table
    if not isinstance(frame, pd.DataFrame):
        expected = "expected a data frame, columns by name, a Parquet file's path, or a SqlTable"
        raise InvalidValueError("Observations", type(table).__name__, expected)
    connection.register("given_rows", frame)
    return "given_rows"


def _copied(
    connection: "duckdb.DuckDBPyConnection", design: ExperimentDesign, table: SqlTable
) -> str:
    import pandas as pd

    types = dict.fromkeys(("unit", "variant", "delivery", *design.segments), "VARCHAR")
    types |= {"at": "TIMESTAMPTZ"} | dict.fromkeys(design.columns, "DOUBLE")
    made = False
    for block in table.blocks([*types]):
        connection.register("block", pd.DataFrame(block))
        if not made:
            columns = ", ".join(f'"{name}" {types[name]}' for name in block)
            connection.execute(f"CREATE TABLE copied ({columns})")
            made = True
        connection.execute("INSERT INTO copied SELECT * FROM block")
        connection.unregister("block")
    if not made:
        raise InvalidValueError("Table", table.name, "expected rows; it has none")
    return "copied"


def _checked_columns(design: ExperimentDesign, columns: Mapping[str, str]) -> list[str]:
    known = ("unit", "variant", "delivery", "at", *design.columns, *design.segments)
    for name in columns:
        check_known("Column", name, known)
    for name in ("unit", "variant", *design.segments):
        if name not in columns:
            raise InvalidValueError("Observations", sorted(columns), f"they have no '{name}'")
    if not {*design.columns} & {*columns}:
        expected = f"expected at least one of {', '.join(design.columns)}"
        raise InvalidValueError("Observations", sorted(columns), expected)
    texts = ("unit", "variant", "delivery", *design.segments)
    types = dict.fromkeys(texts, "VARCHAR") | {"at": "TIMESTAMP"}
    picked = [
        f'("{name}"::TIMESTAMPTZ AT TIME ZONE {_UTC}) AS "{name}"'
        if "TIME ZONE" in kind
        else f'"{name}"::{types.get(name, "DOUBLE")} AS "{name}"'
        for name, kind in columns.items()
    ]
    absent = [name for name in design.columns if name not in columns]
    return [*picked, *(f"NULL::DOUBLE AS {name}" for name in absent)]


def _check_values(
    connection: "duckdb.DuckDBPyConnection", design: ExperimentDesign, columns: Mapping[str, str]
) -> None:
    listed = ", ".join(map(quoted, design.variants))
    problems = [
        ("Unit", "unit", f"unit IS NULL OR length(unit) NOT BETWEEN 1 AND {_LONGEST}"),
        ("Variant", "variant", f"variant IS NULL OR variant NOT IN ({listed})"),
        *((f"Metric '{n}'", n, f"NOT isfinite({n})") for n in design.columns if n in columns),
    ]
    for thing, name, condition in problems:
        found = connection.execute(f"SELECT {name} FROM given WHERE {condition} LIMIT 1").fetchall()
        if found:
            expected = {
                "Unit": f"expected a text of 1 to {_LONGEST} characters",
                "Variant": f"the experiment has {', '.join(design.variants)}",
            }.get(thing, "expected a finite number; leave out what was not measured")
            raise InvalidValueError(thing, found[0][0], expected)
