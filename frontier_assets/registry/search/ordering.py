"""The language of ``order_by``: fields separated by commas, ``-`` before one for descending."""

import dataclasses
import re

from frontier_assets.registry.search.fields import Field, Kind, field_at
from frontier_assets.registry.search.text import Scanner

MAXIMUM_TERMS = 5
_MINUS = re.compile("-")
_SORTABLE = (Kind.NUMBER, Kind.ANY, Kind.VERSION, Kind.MOMENT)


@dataclasses.dataclass(frozen=True, slots=True)
class Term:
    """A field to order by. Versions that lack it come last, whichever the direction."""

    field: Field
    descending: bool


def parse_order(text: str) -> tuple[Term, ...]:
    """Read what to order by; of equal ones the earlier registered comes first.

    Under a descending first term it is the later registered one. Parameters order by numbers
    alone: a version whose parameter is something else counts as lacking it.

    Raises:
        QueryError: it is none; the error has the column and what was expected there.
    """
    scanner = Scanner("order_by", text)
    terms = [_term(scanner)]
    while scanner.mark(","):
        if len(terms) == MAXIMUM_TERMS:
            raise scanner.error(f"expected at most {MAXIMUM_TERMS} fields")
        terms.append(_term(scanner))
    if not scanner.at_end():
        raise scanner.expected("a comma or the end")
    return tuple(terms)


def _term(scanner: Scanner) -> Term:
    descending = scanner.match(_MINUS) is not None
    start = scanner.here()
    field = field_at(scanner)
    if field.kind not in _SORTABLE:
        problem = f"{field.name} has no order; metrics, parameters, numbers and times have"
        raise scanner.error(problem, at=start)
    return Term(field, descending)
