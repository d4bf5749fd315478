"""The chain of hashes that an audit trail is: pure, so that a copy of it is proved anywhere.

An entry *as stored* maps every column but the row's id to what the database keeps: numbers, and
texts for everything else. *As exported*, `before` and `after` are the objects those texts stand
for.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from frontier_assets.errors import AuditChainError
from frontier_assets.registry.canonical import canonical_json

# What the first entry of every trail follows.
FIRST_HASH = "0" * 64
_OBJECTS = ("before", "after")


def entry_hash(stored: Mapping[str, Any]) -> str:
    """Return the sha256 over every field of an entry as it is stored, except its own hash."""
    fields = {name: value for name, value in stored.items() if name not in {"id", "hash"}}
    return hashlib.sha256(canonical_json(fields).encode()).hexdigest()


def proved(
    model: str, entries: Iterable[dict[str, Any]], *, after: int = 0, previous: str = FIRST_HASH
) -> Iterator[dict[str, Any]]:
    """Yield the stored ``entries`` of one trail, each once it is known to be in its place.

    ``after`` is the sequence of the entry before the first, ``previous`` its hash.

    Raises:
        AuditChainError: an entry is not what was written, or not where; it is named.
    """
    sequence = after
    for entry in entries:
        if entry["sequence"] != sequence + 1 or entry["model"] != model:
            found = f"{entry['sequence']} of '{entry['model']}'"
            problem = f"the entry is missing; the next is {found}"
            raise AuditChainError(model, sequence + 1, problem)
        sequence += 1
        if entry["hash"] != entry_hash(entry):
            raise AuditChainError(model, sequence, "the entry was changed after it was written")
        if entry["previous_hash"] != previous:
            raise AuditChainError(model, sequence, "the entry does not follow the one before it")
        previous = entry["hash"]
        yield entry


def exported(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return a stored entry as it is exported."""
    return {**stored, **{name: json.loads(stored[name]) for name in _OBJECTS}}


def as_stored(exported: Mapping[str, Any]) -> dict[str, Any]:
    """Return an exported entry as it is stored."""
    return {**exported, **{name: canonical_json(exported[name]) for name in _OBJECTS}}
