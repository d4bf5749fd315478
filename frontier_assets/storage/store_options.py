"""What the URL of any store may say about artifacts, whichever backend keeps their bytes."""

import dataclasses
from typing import Self

from frontier_assets.errors import InvalidValueError

_COMPRESSION = {"none": False, "zstd": True}


@dataclasses.dataclass(frozen=True, slots=True)
class StoreOptions:
    """``?compression=none|zstd&maximum_bytes=N`` of a store's URL.

    Without ``compress`` the store decides; without ``maximum_bytes`` an artifact may be of any
    size. The limit counts the raw bytes of one artifact.
    """

    compress: bool | None = None
    maximum_bytes: int | None = None

    @classmethod
    def taken_from(cls, url: str) -> tuple[str, Self]:
        """Return the URL as its backend reads it, and what it said here.

        Raises:
            InvalidValueError: an option has a value that it cannot have.
        """
        location, separator, query = url.partition("?")
        given: dict[str, str] = {}
        others = []
        for pair in query.split("&") if separator else []:
            name, _, value = pair.partition("=")
            if name in ("compression", "maximum_bytes"):
                given[name] = value
            else:
                others.append(pair)
        rest = f"{location}?{'&'.join(others)}" if others else location
        return rest, cls(_compress(given), _maximum_bytes(given))


def _compress(given: dict[str, str]) -> bool | None:
    value = given.get("compression")
    if value is None:
        return None
    if value not in _COMPRESSION:
        known = " or ".join(_COMPRESSION)
        raise InvalidValueError("Store URL option compression", value, f"expected {known}")
    return _COMPRESSION[value]


def _maximum_bytes(given: dict[str, str]) -> int | None:
    value = given.get("maximum_bytes")
    if value is None:
        return None
    if not value.isascii() or not value.isdecimal() or int(value) < 1:
        raise InvalidValueError(
            "Store URL option maximum_bytes", value, "expected a whole number of bytes above 0"
        )
    return int(value)
