"""What commands print: tables for people, aligned text for pipes, JSON for programs."""

import dataclasses
import json
import shutil
import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer

_GAP = 2  # blanks that rich puts between columns


def print_json(value: object) -> None:
    """Print a value made of dataclasses, mappings, sequences and plain values."""
    typer.echo(json.dumps(plain(value), indent=2))


def plain(value: object) -> Any:  # noqa: ANN401 - what JSON can hold
    """Return ``value`` with dataclasses as objects (their properties too) and times as ISO 8601."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        properties = [name for name, item in vars(type(value)).items() if _is_property(item)]
        names = [*(field.name for field in dataclasses.fields(value)), *properties]
        return {name: plain(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [plain(item) for item in value]
    return value


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table under its ``title`` (left out when empty), or say that it has no rows."""
    cells = [[one_line(value) for value in row] for row in rows]
    if title:
        typer.echo(f"\n{title}")
    if not cells:
        typer.echo("none")
    elif sys.stdout.isatty():
        _print_rich(columns, cells)
    else:
        widths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]
        for line in [columns, *cells]:
            padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
            typer.echo("  ".join(padded).rstrip())


def print_facts(facts: Mapping[str, object]) -> None:
    """Print one ``name: value`` per line, leaving out what is empty."""
    shown = {name: one_line(value) for name, value in facts.items()}
    width = max(len(name) for name, text in shown.items() if text) + 1
    for name, text in shown.items():
        if text:
            typer.echo("\n".join(_folded(f"{name + ':':<{width}} {text}", indent=width + 1)))


@dataclasses.dataclass(frozen=True, slots=True)
class Branch:
    """A line of a tree with what hangs off it."""

    text: object
    children: Sequence["Branch"] = ()


def print_tree(root: Branch) -> None:
    """Print a tree: drawn on a terminal, indented by two blanks a level in a pipe."""
    if sys.stdout.isatty():
        _print_rich_tree(root)
    else:
        _print_indented(root, 0)


def one_line(value: object) -> str:
    """Return the text of a cell: times in UTC, no line breaks and no control characters."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {one_line(item)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(one_line, value))}]"
    words = " ".join(str(value).split())
    return "".join(letter if letter.isprintable() else "?" for letter in words)


def _folded(line: str, *, indent: int) -> list[str]:
    """Return a line as it fits into a terminal, words whole; as it is in a pipe."""
    if not sys.stdout.isatty():
        return [line]
    return textwrap.wrap(
        line,
        max(shutil.get_terminal_size().columns, 2 * indent),
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _fitting_widths(cells: Sequence[Sequence[str]], room: int) -> list[int]:
    """Return the columns' widths; the widest give way first, at words as long as that does."""
    columns = list(zip(*cells, strict=True))
    widths = [max(map(len, column)) for column in columns]
    least = [
        max(len(word) for cell in column for word in [*cell.split(), ""]) for column in columns
    ]
    while sum(widths) + _GAP * (len(widths) - 1) > room and max(widths) > 1:
        loose = [n for n, width in enumerate(widths) if width > least[n]]
        widths[max(loose or range(len(widths)), key=widths.__getitem__)] -= 1
    return widths


def _print_rich(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.console import Console  # noqa: PLC0415 - a pipe does without
    from rich.table import Table  # noqa: PLC0415 - see above
    from rich.text import Text  # noqa: PLC0415 - see above

    console = Console()
    table = Table(box=None, pad_edge=False, header_style="bold")
    widths = _fitting_widths([columns, *rows], console.width)
    for column, width in zip(columns, widths, strict=True):
        table.add_column(column, overflow="fold", width=width)
    for row in rows:
        # Text, so that brackets in somebody's reason are not taken for markup.
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)


def _print_indented(branch: Branch, depth: int) -> None:
    typer.echo(f"{'  ' * depth}{one_line(branch.text)}")
    for child in branch.children:
        _print_indented(child, depth + 1)


def _print_rich_tree(root: Branch) -> None:
    from rich.console import Console  # noqa: PLC0415 - a pipe does without
    from rich.text import Text  # noqa: PLC0415 - see above
    from rich.tree import Tree  # noqa: PLC0415 - see above

    def grow(tree: Tree, branch: Branch) -> Tree:
        for child in branch.children:
            grow(tree.add(Text(one_line(child.text))), child)
        return tree

    Console().print(grow(Tree(Text(one_line(root.text), style="bold")), root))


def _is_property(item: object) -> bool:
    return isinstance(item, property)
