"""All observations of an experiment as one relation of DuckDB, whatever they came from."""

# ruff: noqa: S608 - names of columns are checked letters, texts are quoted
import contextlib
import dataclasses
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from frontier_assets.errors import InvalidValueError
from frontier_assets.registry.observations import Observation
from frontier_assets.specification import ExperimentDesign

if TYPE_CHECKING:
    import duckdb

# Clocks of services differ by less; what is dated later did not happen yet.
CLOCK_DIFFERENCE = "INTERVAL 5 MINUTE"
NAME = "observations"
_TIMES = ("at", "received_at")
_KEYS = ("unit", "variant", "delivery", *_TIMES)


@dataclasses.dataclass(frozen=True, slots=True)
class Window:
    """When observations count: from ``start`` to ``end``, which is None while it goes on."""

    start: datetime
    end: datetime | None


@dataclasses.dataclass(frozen=True, slots=True)
class Rows:
    """Where the rows of an experiment lie.

    ``files`` are Parquet files with the time at which each was received; ``source`` are files that
    somebody else writes, read where they lie.
    """

    recorded: Sequence[Observation] = ()
    files: Sequence[tuple[Path, datetime]] = ()
    source: Sequence[Path] = ()


class Relation:
    """The rows of an experiment, and which of the optional columns any of them has."""

    def __init__(
        self, connection: "duckdb.DuckDBPyConnection", design: ExperimentDesign, rows: Rows
    ) -> None:
        self._connection = connection
        self._wanted = (*_KEYS, *design.columns, *design.segments)
        parts = [
            *self._recorded(design, rows.recorded),
            *self._files(rows.files),
            *self._source(rows.source),
        ]
        self.columns = frozenset(name for part, names in parts for name in names)
        self._check(design)
        selected = " UNION ALL BY NAME ".join(f"({part})" for part, _ in parts) or "SELECT 0"
        # A view: nothing is read before it is asked for.
        connection.execute(f"CREATE VIEW {NAME} AS {selected}")

    @property
    def is_empty(self) -> bool:
        """Whether nothing was observed at all."""
        return not self.columns

    def _recorded(
        self, design: ExperimentDesign, rows: Sequence[Observation]
    ) -> list[tuple[str, set[str]]]:
        if not rows:
            return []
        import pandas as pd

        frame = pd.DataFrame(
            {
                "unit": [row.unit for row in rows],
                "variant": [row.variant for row in rows],
                "delivery": [row.delivery for row in rows],
                "at": [naive(row.at) for row in rows],
                "received_at": [naive(row.received_at) for row in rows],
                **{
                    name: pd.Series([row.metrics.get(name) for row in rows], dtype="float64")
                    for name in design.columns
                },
                **{name: [row.segment.get(name) for row in rows] for name in design.segments},
            }
        )
        types = [
            "unit::VARCHAR AS unit",
            "variant::VARCHAR AS variant",
            "delivery::VARCHAR AS delivery",
        ]
        types += [f'"{name}"::TIMESTAMP AS "{name}"' for name in _TIMES]
        # A column without any value has no type of its own in pandas, where NaN means none.
        types += [
            f"CASE WHEN isnan({name}) THEN NULL ELSE {name} END AS {name}"
            for name in design.columns
        ]
        types += [f"{name}::VARCHAR AS {name}" for name in design.segments]
        self._connection.register("recorded_rows", frame)
        return [(f"SELECT {', '.join(types)} FROM recorded_rows", {*frame.columns})]

    def _files(self, files: Sequence[tuple[Path, datetime]]) -> list[tuple[str, set[str]]]:
        if not files:
            return []
        self._connection.execute("CREATE TABLE received (filename VARCHAR, received_at TIMESTAMP)")
        values = [[str(path), naive(received)] for path, received in files]
        self._connection.executemany("INSERT INTO received VALUES (?, ?)", values)
        read = _parquet([path for path, _ in files], ", filename = true")
        names = self._names(read)
        picked = ", ".join(f'f."{name}"' for name in sorted(names))
        joined = f"SELECT {picked}, r.received_at FROM {read} f JOIN received r USING (filename)"
        return [(joined, {*names, "received_at"})]

    def _source(self, paths: Sequence[Path]) -> list[tuple[str, set[str]]]:
        if not paths:
            return []
        read = _parquet(paths, "")
        names = self._names(read)
        picked = [
            f"{name}::VARCHAR AS {name}" if name in ("variant", "delivery") else f'"{name}"'
            for name in sorted(names)
        ]
        return [(f"SELECT {', '.join(picked)} FROM {read}", names)]

    def _names(self, read: str) -> set[str]:
        described = self._connection.execute(f"DESCRIBE SELECT * FROM {read}").fetchall()
        return {str(row[0]) for row in described} & {*self._wanted}

    def _check(self, design: ExperimentDesign) -> None:
        if self.is_empty:
            return
        needed = ("unit", "variant", *design.columns, *design.segments)
        missing = [name for name in needed if name not in self.columns]
        if missing:
            raise InvalidValueError(
                "Observations", sorted(self.columns), f"they have no column '{missing[0]}'"
            )


@contextlib.contextmanager
def explained() -> Iterator[None]:
    """Turn what DuckDB cannot read into a refusal that says what it is.

    Raises:
        InvalidValueError: a file is no Parquet, or a column has another type than it should.
    """
    import duckdb  # noqa: PLC0415 - definitions load without it

    try:
        yield
    except duckdb.Error as error:
        lines = str(error).strip().splitlines()
        first = next(iter(lines), "DuckDB does not say why")
        raise InvalidValueError("Observations", type(error).__name__, first) from error


def quoted(text: str) -> str:
    """Return a text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def naive(moment: datetime) -> datetime:
    """Return a time in UTC without its zone, as the files keep it."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def literal(moment: datetime) -> str:
    """Return a time as a literal of SQL."""
    return f"TIMESTAMP '{naive(moment).isoformat(sep=' ')}'"


def _parquet(paths: Sequence[Path], options: str) -> str:
    names = ", ".join(quoted(str(path)) for path in paths)
    return f"read_parquet([{names}], union_by_name = true{options})"


def fetched(connection: "duckdb.DuckDBPyConnection", query: str) -> list[dict[str, Any]]:
    """Return the rows of a query by the names of their columns."""
    answer = connection.execute(query)
    names = [column[0] for column in answer.description]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
