"""What two registries with the same versions are asked to do, and the facts of the versions."""

import abc
import dataclasses

import sqlalchemy as sa

_TEAMS = ("vision", "speech", "ranking", "fraud", "search")


@dataclasses.dataclass(frozen=True, slots=True)
class Facts:
    """What the version that is registered as the ``number``-th says of itself."""

    number: int

    @property
    def tags(self) -> dict[str, str]:
        """Its tags; a fifth of all versions are of one team."""
        team = _TEAMS[self.number % len(_TEAMS)]
        return {"team": team, "trial": str(self.number), "purpose": "benchmark"}

    @property
    def metrics(self) -> dict[str, float]:
        """Its metrics, evenly spread over 0 to 1."""
        return {"accuracy": self.number * 7919 % 1000 / 1000, "log_loss": self.number % 89 / 89}


class Side(abc.ABC):
    """A registry with versions of one model, which get production one after the other."""

    @abc.abstractmethod
    def register(self, facts: Facts) -> None:
        """Register the next version."""

    @abc.abstractmethod
    def prepare_move(self) -> None:
        """Do what a move needs and what is not part of it."""

    @abc.abstractmethod
    def move(self) -> None:
        """Give production to the next version, and archive the one that had it."""

    @abc.abstractmethod
    def rename(self) -> None:
        """Let the next version go by the name of production, however little that does."""

    @abc.abstractmethod
    def resolve(self) -> None:
        """Find out who has production, with all that is known of that version."""

    @abc.abstractmethod
    def search(self) -> int:
        """Find 20 versions of one team, and return how many were found."""


def copy_rows(
    connection: sa.Connection,
    table: sa.Table,
    changed: dict[str, sa.ColumnElement[object]],
    source: sa.FromClause,
    condition: sa.ColumnElement[bool],
) -> None:
    """Insert the rows of ``table`` that fit once more, with some columns ``changed``."""
    columns = [column for column in table.c if column.name != "id"]
    values = [changed.get(column.name, column) for column in columns]
    chosen = sa.select(*values).select_from(source).where(condition)
    names = [column.name for column in columns]
    connection.execute(sa.insert(table).from_select(names, chosen))
