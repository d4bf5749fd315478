"""The language of ``where``: from a text to a tree, or to the column where it goes wrong.

    expression  = conjunction { "or" conjunction }
    conjunction = negation { "and" negation }
    negation    = "not" negation | "(" expression ")" | comparison
    comparison  = field ( "=" | "!=" | "<" | "<=" | ">" | ">=" | "~" ) value
                | field [ "not" ] "in" "(" value { "," value } ")"
    field       = name { "." name }, a name with other letters in double quotes: tags."a b"
    value       = 0.9 | 'text' | true | false | 2026-03-31 | 2026-03-31T12:00 | 1.2.0

``""`` inside double quotes and ``''`` inside single quotes stand for one of them. Words of the
language may be written in any case. `fields.py` says what each field is and what it takes.
"""

import dataclasses
import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

from frontier_assets.errors import QueryError
from frontier_assets.registry.search.fields import Field, Literal, field_at, literal
from frontier_assets.registry.search.text import Scanner

MAXIMUM_LENGTH = 20_000
MAXIMUM_DEPTH = 50
MAXIMUM_COMPARISONS = 100
MAXIMUM_VALUES = 1_000
_OPERATOR = re.compile(r"<=|>=|!=|[=<>~]")
_NOT_IN = re.compile(r"not\s+in\b", re.IGNORECASE)


@dataclasses.dataclass(frozen=True, slots=True)
class Comparison:
    """A field held against ``values``: one, or several for ``in`` and ``not in``."""

    field: Field
    operator: str
    values: tuple[Literal, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Not:
    """True where ``part`` is not."""

    part: "Expression"


@dataclasses.dataclass(frozen=True, slots=True)
class And:
    """True where all of two or more parts are."""

    parts: tuple["Expression", ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Or:
    """True where any of two or more parts is."""

    parts: tuple["Expression", ...]


Expression: TypeAlias = Comparison | Not | And | Or


def parse_where(text: str) -> Expression:
    """Read an expression.

    Raises:
        QueryError: it is none; the error has the column and what was expected there.
    """
    if len(text) > MAXIMUM_LENGTH:
        raise QueryError(
            "where", text, MAXIMUM_LENGTH, f"expected at most {MAXIMUM_LENGTH} characters"
        )
    return _Parser(Scanner("where", text)).whole()


class _Parser:
    def __init__(self, scanner: Scanner) -> None:
        self._scanner = scanner
        self._comparisons = 0

    def whole(self) -> Expression:
        found = self._expression(0)
        if not self._scanner.at_end():
            raise self._scanner.expected("'and', 'or' or the end")
        return found

    def _expression(self, depth: int) -> Expression:
        if depth > MAXIMUM_DEPTH:
            raise self._scanner.error(f"expected at most {MAXIMUM_DEPTH} levels of nesting")
        parts = self._joined("or", lambda: self._conjunction(depth))
        return parts[0] if len(parts) == 1 else Or(parts)

    def _conjunction(self, depth: int) -> Expression:
        parts = self._joined("and", lambda: self._negation(depth))
        return parts[0] if len(parts) == 1 else And(parts)

    def _joined(self, word: str, part: Callable[[], Expression]) -> tuple[Expression, ...]:
        parts = [part()]
        while self._scanner.word(word):
            parts.append(part())
        return tuple(parts)

    def _negation(self, depth: int) -> Expression:
        if self._scanner.word("not"):
            if depth > MAXIMUM_DEPTH:
                raise self._scanner.error(f"expected at most {MAXIMUM_DEPTH} levels of nesting")
            return Not(self._negation(depth + 1))
        if self._scanner.mark("("):
            inner = self._expression(depth + 1)
            self._scanner.required_mark(")")
            return inner
        return self._comparison()

    def _comparison(self) -> Comparison:
        self._comparisons += 1
        if self._comparisons > MAXIMUM_COMPARISONS:
            raise self._scanner.error(f"expected at most {MAXIMUM_COMPARISONS} comparisons")
        field = field_at(self._scanner)
        start = self._scanner.here()
        operator = self._operator()
        if operator not in field.operators:
            known = " ".join(field.operators)
            raise self._scanner.error(f"{field.name} is compared by one of: {known}", at=start)
        if operator in ("in", "not in"):
            return Comparison(field, operator, tuple(self._values(field)))
        return Comparison(field, operator, (literal(self._scanner, field, operator),))

    def _operator(self) -> str:
        if self._scanner.match(_NOT_IN):
            return "not in"
        if self._scanner.word("in"):
            return "in"
        found = self._scanner.match(_OPERATOR)
        if found is None:
            raise self._scanner.expected("one of = != < <= > >= ~ in, not in")
        return found

    def _values(self, field: Field) -> Sequence[Literal]:
        self._scanner.required_mark("(")
        values = [literal(self._scanner, field, "=")]
        while self._scanner.mark(","):
            if len(values) == MAXIMUM_VALUES:
                raise self._scanner.error(f"expected at most {MAXIMUM_VALUES} values")
            values.append(literal(self._scanner, field, "="))
        self._scanner.required_mark(")")
        return values
