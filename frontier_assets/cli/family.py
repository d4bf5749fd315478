"""The versions before and after one, as trees.

A line of descent is listed flat, whatever its length. A branch hangs off the version that it left,
a merged one off the version that main took it over as.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from frontier_assets.cli.printing import Branch

if TYPE_CHECKING:
    from frontier_assets.types import Version


def ancestry(version: "Version", ancestors: "Sequence[Version]") -> Iterator[Branch]:
    """Yield the line of each parent of ``version``; a parent that is gone is told as unknown."""
    family = {item.number: item for item in ancestors}
    shown: set[str] = set()
    if version.parent is None:
        first = "none, it is the first" if version.sequence == 1 else "unknown, none was recorded"
        yield Branch(f"parent: {first}")
    else:
        yield _line_before("parent", version.model, version.parent, family, shown)
    if version.merged_from is not None:
        yield _line_before("merged from", version.model, version.merged_from, family, shown)


def descent(version: "Version", descendants: "Sequence[Version]") -> list[Branch]:
    """Return what came after ``version``: first what left its line, then the line itself."""
    return _Descent(version, descendants).after(version)


def described(version: "Version") -> str:
    """Return a version's ref, whether it was deleted, the class of its change and why."""
    deleted = " (deleted)" if version.deleted_at else ""
    return f"{version.ref}{deleted}, {version.change}: {version.change_reason}"


def _line_before(
    title: str, model: str, number: str, family: "Mapping[str, Version]", shown: set[str]
) -> Branch:
    line: list[Version] = []
    at: str | None = number
    while at is not None and at in family and at not in shown:
        shown.add(at)
        line.append(family[at])
        at = family[at].parent
    end = [] if at is None else [_end(f"{model}@{at}", is_shown=at in shown)]
    if not line:
        return Branch(f"{title}: {end[0].text}")
    merged = [
        [_line_before("merged from", model, item.merged_from, family, shown)]
        if item.merged_from
        else []
        for item in line
    ]
    older = [Branch(described(item), of) for item, of in zip(line[1:], merged[1:], strict=True)]
    return Branch(f"{title}: {described(line[0])}", [*merged[0], *older, *end])


def _end(ref: str, *, is_shown: bool) -> Branch:
    return Branch(f"{ref}, as told above" if is_shown else f"{ref}, unknown: no longer on record")


class _Descent:
    def __init__(self, root: "Version", descendants: "Sequence[Version]") -> None:
        self._told = {root.number, *(item.number for item in descendants)}
        self._children: dict[str, list[Version]] = {}
        self._merges: dict[str, list[Version]] = {}
        for item in descendants:
            self._children.setdefault(item.parent or "", []).append(item)
            self._merges.setdefault(item.merged_from or "", []).append(item)

    def after(self, version: "Version") -> list[Branch]:
        """Return what left the version's line there, then those that follow it on its branch."""
        beside, following = self._next(version)
        nodes = list(beside)
        while following is not None:
            beside, later = self._next(following)
            nodes.append(Branch(described(following), beside))
            following = later
        return nodes

    def _next(self, version: "Version") -> "tuple[list[Branch], Version | None]":
        """Return what hangs off a version, and the version that continues its line."""
        children = self._children.get(version.number, [])
        following = next((item for item in children if item.branch == version.branch), None)
        beside = [self._other(item) for item in children if item is not following]
        return beside + [self._merge(m) for m in self._merges.get(version.number, [])], following

    def _other(self, first: "Version") -> Branch:
        return Branch(f"branch {first.branch}", [Branch(described(first)), *self.after(first)])

    def _merge(self, version: "Version") -> Branch:
        """Return a merge: told in full where its other parent does not tell it."""
        if version.parent in self._told:
            return Branch(f"merged into {version.ref}")
        return Branch("merged into", [Branch(described(version)), *self.after(version)])
