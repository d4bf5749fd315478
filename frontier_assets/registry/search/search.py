"""Versions that fit, in order and page by page."""

import dataclasses
import functools
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from frontier_assets.registry.lookup import to_version
from frontier_assets.registry.search.conditions import (
    Found,
    Models,
    every_version,
    fitting,
    number_order,
    rows_of,
)
from frontier_assets.registry.search.fields import Field, Kind
from frontier_assets.registry.search.grammar import And, Comparison, Expression, Or, parse_where
from frontier_assets.registry.search.ordering import Term, parse_order
from frontier_assets.registry.search.page import Page
from frontier_assets.registry.tables import models, versions
from frontier_assets.types import Version

_AT_ONCE = 10_000  # rows by id: below what databases take as parameters of a statement
_KNOWN = (
    sa.select(versions, models.c.name.label("model"))
    .join(models, models.c.id == versions.c.model_id)
    .where(versions.c.id.in_(sa.bindparam("ids", expanding=True)))
)


@functools.lru_cache(maxsize=128)
def search(
    models: tuple[int, ...], where: str | None, order_by: str | None, limit: int | None, offset: int
) -> "Search":
    """Return what is looked for, in the two languages; what is asked again is built once.

    Raises:
        QueryError: one of them cannot be read; the error has the column.
    """
    expression = None if where is None else parse_where(where)
    return Search(
        models, expression, () if order_by is None else parse_order(order_by), limit, offset
    )


@dataclasses.dataclass(frozen=True)
class Search:
    """What is looked for in the models with these row ids, and which part of it is wanted.

    Its queries are built when they are first run: that takes longer than running them.
    """

    models: Models
    where: Expression | None
    order_by: tuple[Term, ...]
    limit: int | None
    offset: int

    def run(self, connection: sa.Connection) -> Page[Version]:
        """Return the page, read as one state of the database."""
        ids = self._ids(connection)
        if self._reached_the_end(ids):
            total = self.offset + len(ids)
        else:
            total = int(connection.scalar(self._counted) or 0)
        found = _read(connection, ids)
        return Page(found, total=total, limit=self.limit, offset=self.offset)

    def _reached_the_end(self, ids: Sequence[int]) -> bool:
        is_cut = self.limit is not None and len(ids) == self.limit
        return not is_cut and (bool(ids) or self.offset == 0)

    def _everything_that_fits(self) -> Found:
        # What fits is counted in the indexes of its own; no row of `versions` is read.
        if self.where is None:
            return every_version(self.models)
        return fitting(self.where, self.models)

    def _fitting(self, found: Found) -> Found:
        """Return those of ``found`` that fit."""
        if self.where is None:
            return found
        fits = fitting(self.where, self.models)
        return found.where(found.id.in_(fits.query))

    def _ids(self, connection: sa.Connection) -> list[int]:
        ids = list(connection.scalars(self._first))
        if len(ids) == self.limit or self._lacking is None:
            return ids
        before = self.offset + len(ids)
        if not ids:
            before = int(connection.scalar(_counted(self._present)) or 0)
        rest = None if self.limit is None else self.limit - len(ids)
        page = self._lacking.limit(rest).offset(max(self.offset - before, 0))
        return ids + list(connection.scalars(page))

    @functools.cached_property
    def _counted(self) -> sa.Select[Any]:
        return _counted(self._everything_that_fits())

    @functools.cached_property
    def _first(self) -> sa.Select[Any]:
        return self._ordered().limit(self.limit).offset(self.offset)

    def _ordered(self) -> sa.Select[Any]:
        if not self.order_by:
            return self._in_order_of_registration()
        first, *others = self.order_by
        if first.field.source == "column":
            found = self._fitting(every_version(self.models))
            return _sorted(found, self.order_by, self.models, last=first)
        value, _ = self._having
        order = [_directed(value, first)]
        return _sorted(self._present, others, self.models, before=order, last=first)

    @functools.cached_property
    def _having(self) -> tuple[sa.ColumnElement[Any], Found]:
        """The value that comes first in the order, and the versions that have it."""
        first = self.order_by[0]
        table, conditions = rows_of(first.field, self.models)
        value = _value(table, first)
        has = Found(sa.select(table.c.version_id), table.c.version_id)
        return value, has.where(*conditions, value.is_not(None))

    @functools.cached_property
    def _present(self) -> Found:
        return self._fitting(self._having[1])

    @functools.cached_property
    def _lacking(self) -> sa.Select[Any] | None:
        # Two queries: an index gives the order of the versions that have the value, and would not
        # if those that lack it were sorted among them.
        if not self.order_by or self.order_by[0].field.source == "column":
            return None
        first, *others = self.order_by
        if self.where is not None and _asks_for(first.field, self.where):
            return None
        everything = every_version(self.models)
        lacking = self._fitting(everything.where(everything.id.not_in(self._having[1].query)))
        return _sorted(lacking, others, self.models, last=first)

    def _in_order_of_registration(self) -> sa.Select[Any]:
        # Row ids grow with it, and so do the sequences of one model, for which there is an index.
        found = self._everything_that_fits()
        by_sequence = self.where is None and len(self.models) == 1
        return found.query.order_by(versions.c.sequence if by_sequence else found.id)


def _sorted(
    found: Found,
    terms: Sequence[Term],
    models: Models,
    *,
    before: Sequence[sa.ColumnElement[Any]] = (),
    last: Term,
) -> sa.Select[Any]:
    """Return the query for ``found`` in the order ``before``, then that of the terms.

    Of equal ones the earlier registered comes first, unless ``last`` is descending.
    """
    query, order = found.query, [*before]
    of_versions = found.id.table is versions
    for term in terms:
        if term.field.source == "column":
            if not of_versions:
                query, of_versions = query.join(versions, versions.c.id == found.id), True
            is_number = term.field.kind is Kind.VERSION
            columns = number_order() if is_number else (versions.c[term.field.key[0]],)
            order += [_directed(column, term) for column in columns]
        else:
            table, conditions = rows_of(term.field, models)
            same = table.c.version_id == found.id
            query = query.outerjoin(table, sa.and_(same, *conditions))
            order.append(_directed(_value(table, term), term).nulls_last())
    return query.order_by(*order, _directed(found.id, last))


def _asks_for(field: Field, where: Expression) -> bool:
    """Tell whether only versions with a value of this metric fit; of the others none is looked for.

    A parameter may fit by a text, which has no place in an order.
    """
    match where:
        case Comparison():
            return where.field == field and field.source == "metrics"
        case And(parts):
            return any(_asks_for(field, part) for part in parts)
        case Or(parts):
            return all(_asks_for(field, part) for part in parts)
    return False


def _value(table: sa.FromClause, term: Term) -> sa.ColumnElement[Any]:
    return table.c.value if term.field.source == "metrics" else table.c.number


def _directed(column: sa.ColumnElement[Any], term: Term) -> sa.UnaryExpression[Any]:
    return column.desc() if term.descending else column.asc()


def _counted(found: Found) -> sa.Select[Any]:
    return sa.select(sa.func.count()).select_from(found.query.subquery())


def _read(connection: sa.Connection, ids: Sequence[int]) -> Iterator[Version]:
    """Yield the versions with these row ids, in the order of the ids."""
    for start in range(0, len(ids), _AT_ONCE):
        part = ids[start : start + _AT_ONCE]
        rows = connection.execute(_KNOWN, {"ids": part})
        found = {row.id: row for row in rows}
        yield from (to_version(found[item]) for item in part)
