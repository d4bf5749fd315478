"""Reading a text piece by piece, and pointing at the column where reading stops."""

import re
from typing import Self

from frontier_assets.errors import QueryError

_SPACE = re.compile(r"\s*")
_SHOWN = re.compile(r"'(?:[^']|'')*'?|\"(?:[^\"]|\"\")*\"?|[\w.:+-]+|[<>!]=|.", re.DOTALL)
_LONGEST = 40  # characters of what was found instead


class Scanner:
    """A place in a ``text``; ``thing`` is what errors call it."""

    def __init__(self, thing: str, text: str) -> None:
        self._thing, self._text, self._place = thing, text, 0

    def here(self) -> int:
        """Return the place of the next piece, after blanks."""
        found = _SPACE.match(self._text, self._place)
        self._place = found.end() if found else self._place
        return self._place

    def at_end(self) -> bool:
        """Tell whether nothing is left but blanks."""
        return self.here() == len(self._text)

    def match(self, pattern: re.Pattern[str], *, joined: bool = False) -> str | None:
        """Take what ``pattern`` finds next; with ``joined``, only without blanks before it."""
        found = pattern.match(self._text, self._place if joined else self.here())
        if found is None:
            return None
        self._place = found.end()
        return found.group()

    def back(self, place: int) -> Self:
        """Return to a ``place`` that `here` gave before."""
        self._place = place
        return self

    def word(self, word: str) -> bool:
        """Take a whole ``word`` of the language, in any case."""
        return self.match(re.compile(rf"{word}(?![\w.])", re.IGNORECASE)) is not None

    def mark(self, mark: str) -> bool:
        """Take a ``mark`` of punctuation."""
        return self.match(re.compile(re.escape(mark))) is not None

    def required_mark(self, mark: str) -> None:
        """Take a ``mark`` of punctuation, or raise `QueryError`."""
        if not self.mark(mark):
            raise self.expected(f"'{mark}'")

    def expected(self, what: str) -> QueryError:
        """Return the error that names what was expected and what is there instead."""
        found = _SHOWN.match(self._text, self.here())
        if found is None:
            return self.error(f"expected {what}, found the end")
        text = found.group()
        shown = f"{text[:_LONGEST]}..." if len(text) > _LONGEST else text
        printable = "".join(letter if letter.isprintable() else "?" for letter in shown)
        return self.error(f"expected {what}, found {printable}")

    def error(self, problem: str, *, at: int | None = None) -> QueryError:
        """Return the error that points at a place, the next piece if none is given."""
        place = self.here() if at is None else at
        return QueryError(self._thing, self._text, place + 1, problem)
