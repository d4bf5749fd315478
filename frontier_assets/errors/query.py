"""What a person typed into a search and could not be read."""

from frontier_assets.errors.root import FrontierAssetsError

_SHOWN = 60  # characters on each side of the column: a line that fits a terminal


class QueryError(FrontierAssetsError, ValueError):
    """A search cannot be read. ``column`` counts characters from 1."""

    def __init__(self, thing: str, text: str, column: int, problem: str) -> None:
        """Name the ``thing`` (`where` or `order_by`), its ``text`` and the ``problem`` there."""
        self.thing, self.text, self.column, self.problem = thing, text, column, problem
        super().__init__(f"{thing}: {self.located}")

    @property
    def located(self) -> str:
        """The problem, and two lines: what surrounds the column, and a caret under it."""
        start = max(self.column - 1 - _SHOWN, 0)
        shown = self.text[start : self.column - 1 + _SHOWN]
        printable = "".join(letter if letter.isprintable() else "?" for letter in shown)
        caret = " " * (self.column - 1 - start) + "^"
        return f"column {self.column}: {self.problem}\n  {printable}\n  {caret}"
