"""The one JSON text that stands for a value, and the refusal of values that have none."""

import json
import math
import numbers
from collections.abc import Mapping
from typing import Any

from frontier_assets.errors import InvalidValueError

# A message that is longer was never meant for people; the run's own log has all of it.
MAXIMUM_PROBLEM_LENGTH = 2000


def canonical_json(value: object) -> str:
    """Return sorted, compact JSON. NaN, infinities and objects raise `ValueError`/`TypeError`."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def checked_json(thing: str, value: object) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """Return ``value`` as JSON gives it back (tuples as lists), or refuse it by name."""
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
        if not isinstance(value, numbers.Real) or not math.isfinite(value):
            raise InvalidValueError(f"Metric '{name}'", value, "expected a finite number")
    return {str(name): float(value) for name, value in metrics.items()}


def checked_size(thing: str, value: int) -> int:
    """Return a count of bytes or rows, or refuse a negative one."""
    if value < 0:
        raise InvalidValueError(thing, value, "expected a whole number of at least 0")
    return int(value)


def checked_text(thing: str, value: str) -> str:
    """Return ``value`` without outer blanks, or refuse an empty one and control characters."""
    text = value.strip()
    if not text or any(ord(character) < ord(" ") and character not in "\n\t" for character in text):
        raise InvalidValueError(thing, value, "expected a text that is not empty")
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
