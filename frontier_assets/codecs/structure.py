"""How a state's structure is written down, and what can be told from it without any bytes."""

import contextlib
import struct
from collections import Counter, OrderedDict
from collections.abc import Iterator, Mapping
from typing import Any

from frontier_assets.codecs.entries import Names, joined, named
from frontier_assets.codecs.scalars import JSON, SCALAR_READERS
from frontier_assets.errors import (
    FrontierAssetsError,
    InvalidValueError,
    UnsupportedFormatError,
)

FORMAT_VERSION = 1
MAPPINGS: Mapping[type, str] = {dict: "dict", OrderedDict: "ordered", Counter: "counter"}
SEQUENCES: Mapping[type, str] = {list: "list", tuple: "tuple"}
_ENTRIES = frozenset({"tensor", "view", "array", "blob", "object"})
# Entries that are no arrays, so that nobody reads them as such.
OPAQUE_ENTRIES = frozenset({"blob", "object"})
# What Python raises when it takes a structure for something that it is not.
_DAMAGE = (ValueError, TypeError, LookupError, RecursionError, struct.error)


@contextlib.contextmanager
def refusing_damage() -> Iterator[None]:
    """Turn what a structure that `encode` did not make causes into one `InvalidValueError`."""
    try:
        yield
    except FrontierAssetsError:
        raise
    except _DAMAGE as error:
        raise InvalidValueError(
            "Stored state", str(error), "expected a structure that `encode` made"
        ) from error


def root_of(structure: JSON) -> JSON:
    """Return the outermost node, or raise `UnsupportedFormatError`."""
    if structure["format_version"] != FORMAT_VERSION:
        raise UnsupportedFormatError("Stored state", structure["format_version"], FORMAT_VERSION)
    return structure["root"]


def key_of(node: JSON) -> Any:  # noqa: ANN401 - a scalar or a tuple of them
    """Return the dict key that a node stands for."""
    if not isinstance(node, list):
        return node
    kind, content = node
    if kind == "tuple":
        return tuple(key_of(part) for part in content)
    return SCALAR_READERS[kind](content)


def leaves_of(structure: JSON) -> Iterator[tuple[str, list[Any]]]:
    """Yield every node with an entry, under the name that `encode` gave its tensor."""
    names = Names()
    ahead = [("", root_of(structure))]
    while ahead:
        path, node = ahead.pop()
        if isinstance(node, list) and node[0] in _ENTRIES:
            yield names.give(path), node
        else:
            ahead.extend(reversed(list(_children(node, path))))


def leaf_of(structure: JSON, name: str) -> list[Any] | None:
    """Return the node that `leaves_of` yields under ``name``, None if there is none.

    Only what could hold it is walked through: a state has thousands of other tensors.
    """
    if "~" in name:  # of paths that read the same, which one it is depends on all before it
        return dict(leaves_of(structure)).get(name)
    ahead = [("", root_of(structure))]
    while ahead:
        path, node = ahead.pop()
        if isinstance(node, list) and node[0] in _ENTRIES:
            if named(path) == name:
                return node
        else:
            children = [child for child in _children(node, path) if name.startswith(child[0])]
            ahead.extend(reversed(children))
    return None


def opaque_entries(structure: JSON) -> set[str]:
    """Return the names of the entries that are bytes without a shape of their own."""
    return {node[1] for _, node in leaves_of(structure) if node[0] in OPAQUE_ENTRIES}


def _children(node: JSON, path: str) -> Iterator[tuple[str, JSON]]:
    if not isinstance(node, list):
        return
    kind, *parts = node
    if kind in SEQUENCES.values():
        for index, item in enumerate(parts[0]):
            yield joined(path, index), item
    elif kind in MAPPINGS.values():
        for key, item in parts[0]:
            yield joined(path, key_of(key)), item
        for item in parts[1:]:
            yield joined(path, "_metadata"), item
