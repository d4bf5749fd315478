"""Copy stored parts into other packs, as they are."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Mapping

from frontier_assets.storage.layout import Location, Part, Parts, packs_of
from frontier_assets.storage.manifest import EntryRecord
from frontier_assets.storage.pack import occupied
from frontier_assets.storage.packing import Packs
from frontier_assets.storage.reading import Reader


class Mover:
    """Copies what lies in the packs ``away_from`` into ``packs``, each part once.

    ``became`` maps every part that it has seen to what takes its place.
    """

    def __init__(
        self,
        reader: Reader,
        packs: Packs,
        away_from: frozenset[str],
        became: Mapping[Part, Part],
    ) -> None:
        self.became = dict(became)
        self._reader, self._packs, self._away_from = reader, packs, away_from

    def moved(self, entry: EntryRecord, part: Part) -> Part:
        """Return the part that holds the same bytes outside these packs, its bases too."""
        if part not in self.became:
            self.became[part] = self._move(entry, part)
        return self.became[part]

    def _move(self, entry: EntryRecord, part: Part) -> Part:
        if not packs_of((part,)) & self._away_from:
            return part
        base, at = part.base and self.moved(entry, part.base), part.at
        if at.pack in self._away_from:
            stored = self._reader.stored(entry, part)
            at = self._packs.append([stored], len(stored), remaining=len(stored))
        return dataclasses.replace(part, at=at, base=base)


def thinned(before: Iterable[Parts], after: Iterable[Parts], sizes: Mapping[str, int]) -> set[str]:
    """Return the packs that lost parts, and of which less than half is still in use."""
    used_before, used = _used(before), _used(after)
    return {
        pack
        for pack, size_bytes in sizes.items()
        if used[pack]
        and len(used[pack]) < len(used_before[pack])
        and 2 * occupied(place.length for place in used[pack]) < size_bytes
    }


def _used(parts: Iterable[Parts]) -> Mapping[str, set[Location]]:
    used: dict[str, set[Location]] = defaultdict(set)
    for entry in parts:
        for part in entry:
            for link in part.chain():
                used[link.at.pack].add(link.at)
    return used
