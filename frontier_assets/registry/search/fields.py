"""The fields of a search: what each is called, where it lies, and which values it takes."""

import dataclasses
import enum
import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias

from frontier_assets.errors import InvalidValueError
from frontier_assets.registry.search.text import Scanner
from frontier_assets.types import BuildStatus, ChangeClass, Stage, VersionNumber


class Kind(enum.Enum):
    """What a field holds. ``ANY`` is a number, a text or a truth value, version by version."""

    NUMBER = "a number"
    TEXT = "a text in single quotes"
    WORD = "a word"
    ANY = "a number, a text in single quotes, true or false"
    VERSION = "a version such as 1.2.0"
    MOMENT = "a date or a time such as 2026-03-31 or 2026-03-31T12:00"


@dataclasses.dataclass(frozen=True, slots=True)
class Span:
    """The times from ``start`` to before ``end``: a whole day, or one microsecond."""

    start: datetime
    end: datetime


Literal: TypeAlias = float | str | bool | VersionNumber | Span

_ORDER = ("<", "<=", ">", ">=")
_OPERATORS: Mapping[Kind, tuple[str, ...]] = {
    Kind.NUMBER: ("=", "!=", *_ORDER, "in", "not in"),
    Kind.TEXT: ("=", "!=", "~", "in", "not in"),
    Kind.WORD: ("=", "!=", "in", "not in"),
    Kind.ANY: ("=", "!=", *_ORDER, "~", "in", "not in"),
    Kind.VERSION: ("=", "!=", *_ORDER, "in", "not in"),
    Kind.MOMENT: ("=", "!=", *_ORDER),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Field:
    """A fact of a version.

    ``source`` is ``metrics`` (with the split and the name as ``key``), ``parameters`` or ``tags``
    (with the name), or ``column`` (with the column). ``name`` is how errors call it.
    """

    name: str
    source: str
    key: tuple[str, ...]
    kind: Kind
    words: tuple[str, ...] = ()

    @property
    def operators(self) -> tuple[str, ...]:
        """What it can be compared by."""
        return _OPERATORS[self.kind]


def _column(name: str, kind: Kind, column: str = "", words: tuple[str, ...] = ()) -> Field:
    return Field(name, "column", (column or name,), kind, words)


COLUMNS: Mapping[str, Field] = {
    field.name: field
    for field in (
        _column("stage", Kind.WORD, words=tuple(Stage)),
        _column("status", Kind.WORD, "build_status", tuple(BuildStatus)),
        _column("change", Kind.WORD, words=tuple(ChangeClass)),
        _column("framework", Kind.TEXT),
        _column("branch", Kind.TEXT),
        _column("number", Kind.VERSION),
        _column("sequence", Kind.NUMBER),
        _column("size_bytes", Kind.NUMBER),
        _column("created_at", Kind.MOMENT),
        _column("created_by", Kind.TEXT),
        _column("description", Kind.TEXT),
        _column("digest", Kind.TEXT),
    )
}
KNOWN = ("metrics.NAME", "metrics.SPLIT.NAME", "parameters.NAME", "tags.NAME", *COLUMNS)

_WORD = re.compile(r"\w+")
_DOT = re.compile(r"\.")
_NAME = re.compile(r"[\w-]+|\"(?:[^\"]|\"\")+\"")
_TEXT = re.compile(r"'(?:[^']|'')*'")
_BARE = re.compile(r"[\w.:+-]+")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def field_at(scanner: Scanner) -> Field:
    """Read a field, or raise `QueryError` with the ones there are."""
    start = scanner.here()
    first = scanner.match(_WORD)
    if first is None:
        raise scanner.expected("a field")
    names = []
    while scanner.match(_DOT, joined=True):
        name = scanner.match(_NAME, joined=True)
        if name is None:
            raise scanner.expected("a name, in double quotes unless it is letters, digits, _ and -")
        names.append(name[1:-1].replace('""', '"') if name.startswith('"') else name)
    found = _field(first, names)
    if found is None:
        shown = ".".join([first, *names])
        problem = f"unknown field '{shown}'; the fields are {', '.join(KNOWN)}"
        raise scanner.error(problem, at=start)
    return found


def literal(scanner: Scanner, field: Field, operator: str) -> Literal:
    """Read a value that ``field`` can be compared with by ``operator``, or raise `QueryError`."""
    start = scanner.here()
    quoted = scanner.match(_TEXT)
    if quoted is not None:
        value = _value(quoted[1:-1].replace("''", "'"), field, operator, is_quoted=True)
    else:
        value = _value(scanner.match(_BARE) or "", field, operator, is_quoted=False)
    if value is None:
        raise scanner.back(start).expected(f"{_wanted(field, operator)} for {field.name}")
    return value


def _field(first: str, names: list[str]) -> Field | None:
    shown = ".".join([first, *names])
    match first, names:
        case "metrics", [name]:
            return Field(shown, first, ("", name), Kind.NUMBER)
        case "metrics", [split, name]:
            return Field(shown, first, (split, name), Kind.NUMBER)
        case "parameters", [_, *_]:
            return Field(shown, first, (".".join(names),), Kind.ANY)
        case "tags", [_, *_]:
            return Field(shown, first, (".".join(names),), Kind.TEXT)
        case _:
            return COLUMNS.get(shown)


def _wanted(field: Field, operator: str) -> str:
    if field.kind is Kind.WORD:
        return f"one of {', '.join(field.words)}"
    if operator == "~":
        return "a text in single quotes that is not empty"
    if field.kind is Kind.ANY and operator in _ORDER:
        return str(Kind.NUMBER.value)
    return str(field.kind.value)


def _value(text: str, field: Field, operator: str, *, is_quoted: bool) -> Literal | None:
    """Return the value; None where the field does not take what was found."""
    if field.kind is Kind.WORD:
        return text if text in field.words else None
    if field.kind is Kind.VERSION:
        return _version(text)
    if field.kind is Kind.MOMENT:
        return _span(text)
    if is_quoted:
        return text if _takes_text(field, operator) and (text or operator != "~") else None
    return None if field.kind is Kind.TEXT or operator == "~" else _plain(text, field, operator)


def _takes_text(field: Field, operator: str) -> bool:
    return field.kind is Kind.TEXT or (field.kind is Kind.ANY and operator not in _ORDER)


def _plain(text: str, field: Field, operator: str) -> float | bool | None:
    """Return a number or a truth value; None for anything else."""
    if field.kind is Kind.ANY and operator not in _ORDER and text in ("true", "false"):
        return text == "true"
    number = float(text) if _NUMBER.fullmatch(text) else math.nan
    return number if math.isfinite(number) else None


def _version(text: str) -> VersionNumber | None:
    try:
        return VersionNumber.parse(text)
    except InvalidValueError:
        return None


def _span(text: str) -> Span | None:
    try:
        if _DAY.fullmatch(text):
            day = date.fromisoformat(text)
            start = datetime(day.year, day.month, day.day, tzinfo=UTC)
            return Span(start, start + timedelta(days=1))
        if not _DAY.match(text):
            return None
        moment = datetime.fromisoformat(text)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        start = aware.astimezone(UTC)
        return Span(start, start + timedelta(microseconds=1))
    except (ValueError, OverflowError):
        return None
