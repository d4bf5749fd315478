"""A part of what a search found, and how much there is in all."""

from collections.abc import Iterable
from typing import TypeVar

from frontier_assets.errors import InvalidValueError

MAXIMUM_LIMIT = 10_000
Item = TypeVar("Item")


class Page(list[Item]):
    """Items ``offset`` and following, at most ``limit`` (None: all), of ``total`` that fit."""

    def __init__(
        self, items: Iterable[Item], *, total: int, limit: int | None, offset: int
    ) -> None:
        super().__init__(items)
        self.total, self.limit, self.offset = total, limit, offset


def checked_limit(limit: int | None) -> int | None:
    """Return how many items a page has at most, or refuse none and too many."""
    if limit is not None and not (_is_whole(limit) and 1 <= limit <= MAXIMUM_LIMIT):
        raise InvalidValueError("Limit", limit, f"expected 1 to {MAXIMUM_LIMIT}")
    return limit


def checked_offset(offset: int) -> int:
    """Return how many items come before a page, or refuse fewer than none."""
    if not _is_whole(offset) or not 0 <= offset < _LARGEST:
        raise InvalidValueError("Offset", offset, "expected a whole number of at least 0")
    return offset


def checked_page(page: int) -> int:
    """Return the number of a page, or refuse one below 1."""
    if not _is_whole(page) or not 1 <= page < _LARGEST:
        raise InvalidValueError("Page", page, "expected a whole number of at least 1")
    return page


_LARGEST = 2**31  # what every database takes


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
