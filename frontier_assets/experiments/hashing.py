"""A unit's place between 0 and 1, the same in every language and release.

The hash is GrowthBook's, version 2, so that its SDKs place units identically: FNV-1a with 32 bits
over the UTF-8 bytes of the seed followed by the unit, written as a decimal number, hashed again,
modulo 10,000, divided by 10,000. `frontier_assets_tests` holds its published vectors.

Source: Fowler, Noll, Vo (1991), draft-eastlake-fnv; GrowthBook SDK specification 0.7.1, `hash`.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from frontier_assets.errors import InvalidValueError

# So many places there are, so neither a share nor a coverage can be finer.
PLACES = 10_000
_OFFSET, _PRIME, _MASK = 0x811C9DC5, 0x01000193, 0xFFFFFFFF
_PRIME_32, _ZERO = np.uint32(_PRIME), np.uint32(ord("0"))
_DIGITS = 10  # of the largest 32-bit number
_ASCII = 127
_BLOCK = 65_536  # units at a time: the block's columns stay in the processor's cache

Places = np.ndarray[Any, np.dtype[np.float64]]
_Words = np.ndarray[Any, np.dtype[np.uint32]]


def place(seed: str, unit: str) -> float:
    """Return where a unit stands, at least 0 and less than 1."""
    first = _fnv1a((seed + unit).encode())
    return (_fnv1a(str(first).encode()) % PLACES) / PLACES


def places(seed: str, units: Sequence[str]) -> Places:
    """Return `place` of each unit.

    Raises:
        InvalidValueError: a unit ends with a NUL, which arrays of text do not keep.
    """
    start = _fnv1a(seed.encode())
    found = [
        _hashed_again(_hashed(start, units[at : at + _BLOCK])) % np.uint32(PLACES)
        for at in range(0, len(units), _BLOCK)
    ]
    return np.concatenate(found) / float(PLACES) if found else np.empty(0)


def _fnv1a(text: bytes) -> int:
    value = _OFFSET
    for byte in text:
        value = ((value ^ byte) * _PRIME) & _MASK
    return value


def _hashed(start: int, units: Sequence[str]) -> _Words:
    columns, lengths = _bytes_by_column(units)
    value = np.full(len(units), start, np.uint32)
    shortest = int(lengths.min())
    for at, column in enumerate(columns):
        following = (value ^ column) * _PRIME_32
        value = following if at < shortest else np.where(at < lengths, following, value)
    return value


def _hashed_again(numbers: _Words) -> _Words:
    """Hash the decimal digits of ``numbers``, which have no leading zeros."""
    digits = np.empty((_DIGITS, len(numbers)), np.uint32)
    rest = numbers
    for at in range(_DIGITS - 1, -1, -1):
        shorter = rest // np.uint32(10)
        digits[at] = rest - shorter * np.uint32(10)
        rest = shorter
    value = np.full(len(numbers), _OFFSET, np.uint32)
    started = np.zeros(len(numbers), np.bool_)
    for at, digit in enumerate(digits):
        started |= (digit != 0) | (at == _DIGITS - 1)
        value = np.where(started, (value ^ (digit + _ZERO)) * _PRIME_32, value)
    return value


def _bytes_by_column(units: Sequence[str]) -> tuple[_Words, np.ndarray[Any, Any]]:
    """Return the UTF-8 bytes, one row for each place in the text, and each text's length."""
    letters = np.array(units, np.str_)
    _refuse_lost(units, letters)
    words = letters.view(np.uint32).reshape(len(units), -1) if letters.itemsize else None
    if words is None:
        return np.empty((0, len(units)), np.uint32), np.zeros(len(units), np.int64)
    if words.max() > _ASCII:
        encoded = np.array([unit.encode() for unit in units])
        words = encoded.view(np.uint8).reshape(len(units), -1).astype(np.uint32)
        lengths = np.char.str_len(encoded)
    else:
        lengths = np.char.str_len(letters)
    return np.ascontiguousarray(words.T), lengths


def _refuse_lost(units: Sequence[str], letters: np.ndarray[Any, Any]) -> None:
    if int(np.char.str_len(letters).sum()) != sum(map(len, units)):
        lost = next(unit for unit in units if unit.endswith("\0"))
        raise InvalidValueError("Unit", lost, "expected a text that does not end with a NUL")
