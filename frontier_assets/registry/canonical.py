"""The one JSON text that stands for a value, and the refusal of values that have none."""

import json
import math
import numbers
import unicodedata
from collections.abc import Mapping
from typing import Any

from frontier_assets.errors import InvalidValueError
from frontier_assets.registry.labels import checked_label

# A message that is longer was never meant for people; the run's own log has all of it.
MAXIMUM_PROBLEM_LENGTH = 2000
_UNREADABLE = frozenset({"Cc", "Cs"})
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False)


def canonical_json(value: object) -> str:
    """Return sorted, compact JSON. NaN, infinities and objects raise `ValueError`/`TypeError`."""
    if value == {}:
        return "{}"  # what most of what is recorded says
    return _ENCODER.encode(value)


def checked_json(thing: str, value: object) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """Return ``value`` as JSON gives it back (tuples as lists), or refuse it by name."""
    if isinstance(value, dict) and not value:
        return {}  # what most of what is recorded says
    try:
        return json.loads(canonical_json(value))
    except (TypeError, ValueError) as error:
        raise InvalidValueError(
            thing, value, f"expected finite numbers, texts, lists and mappings ({error})"
        ) from error


def checked_metrics(metrics: Mapping[str, float]) -> dict[str, float]:
    """Return the metrics as plain floats, or refuse the first that is not a finite number."""
    given: Mapping[str, object] = metrics
    for name, value in given.items():
        checked_label("Metric name", name)
        if not isinstance(value, numbers.Real) or not math.isfinite(value):
            raise InvalidValueError(f"Metric '{name}'", value, "expected a finite number")
    return {str(name): float(value) for name, value in metrics.items()}


def checked_size(thing: str, value: int) -> int:
    """Return a count of bytes or rows, or refuse a negative one."""
    if value < 0:
        raise InvalidValueError(thing, value, "expected a whole number of at least 0")
    return int(value)


def checked_text(thing: str, value: str) -> str:
    """Return ``value`` without outer blanks, or refuse an empty one and control characters.

    Every script may be used, and any length; what no database keeps (halves of surrogate pairs) or
    a terminal would obey may not.
    """
    text = value.strip()
    if not text:
        raise InvalidValueError(thing, value, "expected a text that is not empty")
    unreadable = not text.isprintable() and any(
        unicodedata.category(letter) in _UNREADABLE and letter not in "\n\t" for letter in text
    )
    if unreadable:
        raise InvalidValueError(thing, value, "expected a text without control characters")
    return text


def readable(problem: str) -> str:
    """Return what every database keeps: a failure is recorded whatever its text holds."""
    text = "".join(
        letter if letter.isprintable() or letter in "\n\t" else "?" for letter in problem
    ).strip()
    more = len(text) - MAXIMUM_PROBLEM_LENGTH
    if more > 0:
        text = f"{text[:MAXIMUM_PROBLEM_LENGTH]}... ({more} more characters)"
    return text or "no reason was given"
