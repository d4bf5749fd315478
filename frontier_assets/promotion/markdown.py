"""Markdown for narrow places: tables of few columns, numbers of few digits."""

from collections.abc import Iterable, Sequence

NONE = "-"
_KIB = 1024
# Below, four decimals show nothing; above, they say nothing.
_SMALLEST, _LARGEST = 1e-3, 100.0
_UNITS = ("KiB", "MiB", "GiB", "TiB")


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; a bar or a line break in a cell does not break it."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def number(value: float | None) -> str:
    """Return a number with four decimals, or four digits far from 1; a dash for none."""
    if value is None:
        return NONE
    if value == 0 or _SMALLEST <= abs(value) < _LARGEST:
        return f"{value:.4f}"
    return f"{value:.4g}"


def difference(value: float | None) -> str:
    """Return a difference with its sign, or a dash for none."""
    if value is None:
        return NONE
    return f"{'+' if value > 0 else '-' if value < 0 else ''}{number(abs(value))}"


def bounds(values: tuple[float, float] | None) -> str:
    """Return the bounds of an interval, or a dash for none."""
    return NONE if values is None else f"{number(values[0])} to {number(values[1])}"


def shown_size(size_bytes: int) -> str:
    """Return a number of bytes for people, e.g. ``1.2 MiB``."""
    if size_bytes < _KIB:
        return f"{size_bytes} B"
    amount = float(size_bytes)
    for unit in _UNITS:
        amount /= _KIB
        if amount < _KIB:
            return f"{amount:.1f} {unit}"
    return f"{amount:.1f} {_UNITS[-1]}"


def shown_amount(blobs: int, size_bytes: int) -> str:
    """Return how much of a store something takes, e.g. ``3 blobs, 1.2 MiB``."""
    return f"{blobs} blobs, {shown_size(size_bytes)}"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "/").split())
