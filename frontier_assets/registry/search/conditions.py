"""From the tree of a search to the query for the versions that fit it; values are only bound.

Metrics, tags and parameters lie in tables of their own, whose indexes hold all that a comparison
asks: it never reads a row of `versions`, which are large.
"""

import dataclasses
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from frontier_assets.registry.columns import HEAD_LENGTH, written_out
from frontier_assets.registry.search.fields import Field, Kind, Literal, Span
from frontier_assets.registry.search.grammar import And, Comparison, Expression, Not, Or
from frontier_assets.registry.tables import (
    policies,
    version_metrics,
    version_parameters,
    version_tags,
    versions,
)
from frontier_assets.types import MAIN, Stage, VersionNumber

Models = Sequence[int]
Value = sa.ColumnElement[Any]
Condition = sa.ColumnElement[bool]


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """A query for the row ids of versions, each once, and the column that has them."""

    query: sa.Select[Any]
    id: sa.ColumnElement[int]

    def where(self, *conditions: Condition) -> "Found":
        """Return those of them that meet the conditions too."""
        return dataclasses.replace(self, query=self.query.where(*conditions))


def every_version(models: Models) -> Found:
    """Return all versions of the models with these row ids that are not deleted."""
    living = versions.c.deleted_at.is_(None)
    return Found(sa.select(versions.c.id).where(_within(versions, models), living), versions.c.id)


def fitting(expression: Expression, models: Models) -> Found:
    """Return the versions of the models for which ``expression`` is true.

    A comparison is false for a version that lacks the field, or whose value is of another type.
    """
    match expression:
        case Comparison():
            return _compared(expression, models)
        case Not(part):
            everything = every_version(models)
            return everything.where(everything.id.not_in(fitting(part, models).query))
        case And(parts):
            return _all_of(parts, models)
        case Or(parts):
            either = sa.union(*(fitting(part, models).query for part in parts)).subquery()
            (column,) = either.c
            return Found(sa.select(column), column)


def rows_of(field: Field, models: Models) -> tuple[sa.FromClause, list[Condition]]:
    """Return where a metric, a tag or a parameter lies, and what tells its rows from others.

    The table is an alias of its own, so that several fields can be joined.
    """
    table = _TABLES[field.source].alias()
    conditions = [_within(table, models), table.c.name == field.key[-1]]
    if field.source == "metrics":
        conditions += [table.c.split == field.key[0], table.c.superseded_at.is_(None)]
    return table, conditions


def number_order() -> tuple[Value, ...]:
    """Return the columns that order numbers as Semantic Versioning does."""
    before_release = versions.c.number.contains("-")
    branch = sa.case((before_release, versions.c.branch), else_="")
    return (
        *(versions.c.major, versions.c.minor, versions.c.patch),
        sa.case((before_release, 0), else_=1),
        branch,
        # Of one branch the longer number is the greater one: iterations have no leading zeros.
        *(sa.func.length(versions.c.number), versions.c.number),
    )


_STANDS: Mapping[str, Callable[[Any, Any], Condition]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_TABLES: Mapping[str, sa.Table] = {
    "metrics": version_metrics,
    "parameters": version_parameters,
    "tags": version_tags,
}


def _within(table: sa.FromClause, models: Models) -> Condition:
    if len(models) == 1:
        return table.c.model_id == models[0]
    return table.c.model_id.in_(models)


def _all_of(parts: Sequence[Expression], models: Models) -> Found:
    wanted = sorted((part for part in parts if not isinstance(part, Not)), key=_breadth)
    # What usually fits few comes first: it is walked through, the others are only asked.
    found = fitting(wanted[0], models) if wanted else every_version(models)
    for other in wanted[1:]:
        found = found.where(found.id.in_(fitting(other, models).query))
    for part in parts:
        if isinstance(part, Not):
            found = found.where(found.id.not_in(fitting(part.part, models).query))
    return found


def _breadth(part: Expression) -> int:
    if not isinstance(part, Comparison):
        return 3
    if part.operator in ("=", "in"):
        return 0 if part.field.source != "column" else 1
    return 2


def _compared(comparison: Comparison, models: Models) -> Found:
    field = comparison.field
    if field.source == "column":
        return every_version(models).where(_column_condition(comparison))
    table, conditions = rows_of(field, models)
    found = Found(sa.select(table.c.version_id).where(*conditions), table.c.version_id)
    if field.source == "metrics":
        return found.where(_held(table.c.value, comparison))
    if field.source == "tags":
        return found.where(_text_condition(table.c.head, table.c.value, comparison))
    return found.where(_parameter_condition(table, comparison))


def _parameter_condition(table: sa.FromClause, comparison: Comparison) -> Condition:
    """Return the condition on a parameter: each value is looked for where its type lies."""
    by_type: dict[type, list[Literal]] = {}
    for value in comparison.values:
        by_type.setdefault(type(value), []).append(value)
    conditions = []
    for kind, values in by_type.items():
        same = dataclasses.replace(comparison, values=tuple(values))
        if kind is str:
            conditions.append(_text_condition(table.c.head, table.c.value, same))
        else:
            conditions.append(_held(table.c.truth if kind is bool else table.c.number, same))
    return sa.or_(*conditions)


def _text_condition(head: Value, whole: Value, comparison: Comparison) -> Condition:
    # A text shorter than its head can be has nothing beyond it, so that the index is enough.
    is_short = all(len(str(value)) < HEAD_LENGTH for value in comparison.values)
    column = head if is_short and comparison.operator != "~" else whole
    return _held(column, comparison)


def _column_condition(comparison: Comparison) -> Condition:
    (name,) = comparison.field.key
    if name == "framework":
        of_framework = sa.select(policies.c.digest).where(_held(policies.c.framework, comparison))
        return versions.c.policy_digest.in_(of_framework)
    if comparison.field.kind is Kind.VERSION:
        return _number_condition(comparison)
    condition = _held(versions.c[name], comparison)
    return sa.and_(condition, *_known_of(name, comparison))


def _known_of(name: str, comparison: Comparison) -> Iterator[Condition]:
    """Yield what follows from a comparison where there is an index of such versions alone."""
    if comparison.operator != "=":
        return
    (value,) = comparison.values
    if name == "stage":
        yield versions.c.stage == written_out(Stage(str(value)).value)
    if name == "branch" and value != MAIN:
        yield versions.c.branch != written_out(MAIN)


def _number_condition(comparison: Comparison) -> Condition:
    numbers = [value for value in comparison.values if isinstance(value, VersionNumber)]
    if comparison.operator in ("=", "in"):
        return sa.or_(*map(_is_number, numbers))
    if comparison.operator in ("!=", "not in"):
        texts = tuple(map(str, numbers))
        return _held(versions.c.number, dataclasses.replace(comparison, values=texts))
    (value,) = numbers
    text = str(value)
    release = 0 if value.branch else 1
    parts = (value.major, value.minor, value.patch, release, value.branch, len(text), text)
    order = sa.tuple_(*number_order())
    bound = sa.tuple_(*(sa.literal(part) for part in parts))
    return _STANDS[comparison.operator](order, bound)


def _is_number(number: VersionNumber) -> Condition:
    # With its parts, for which there is an index.
    parts = ("major", "minor", "patch")
    same = [versions.c[part] == getattr(number, part) for part in parts]
    return sa.and_(*same, versions.c.number == str(number))


def _held(column: Value, comparison: Comparison) -> Condition:
    """Return the condition that ``column`` stands so to the values; null never does."""
    first = comparison.values[0]
    if isinstance(first, Span):
        return _span_condition(column, comparison.operator, first)
    match comparison.operator:
        case "in":
            return column.in_(comparison.values)
        case "not in":
            return column.not_in(comparison.values)
        case "~":
            # `LIKE` takes case and `instr` its name differently on each database.
            return sa.func.replace(column, first, "") != column
        case sign:
            return _STANDS[sign](column, first)


def _span_condition(column: Value, sign: str, span: Span) -> Condition:
    match sign:
        case "=":
            return sa.and_(column >= span.start, column < span.end)
        case "!=":
            return sa.or_(column < span.start, column >= span.end)
        case "<" | ">=":
            return _STANDS[sign](column, span.start)
        case _:
            # Up to the end of a day, or after it.
            return column < span.end if sign == "<=" else column >= span.end
