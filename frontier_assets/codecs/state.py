"""A nested training state as a JSON structure plus raw tensors, and back.

JSON's own scalars stand for themselves; everything else is a list that begins with its kind, such
as ``["dict", [[key, value], ...]]`` or ``["tensor", entry, dtype, shape]``. Decoding looks the kind
up in a table and builds the value; nothing that is named in the data is imported or called, unless
a whole model's codec and the model's YAML allow it.
"""

import dataclasses
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from frontier_assets.codecs.arrays import decode_array
from frontier_assets.codecs.encoder import Encoder
from frontier_assets.codecs.entries import EncodedTensor
from frontier_assets.codecs.objects import ObjectPolicy, read_object
from frontier_assets.codecs.scalars import JSON, SCALAR_READERS
from frontier_assets.codecs.structure import (
    FORMAT_VERSION,
    MAPPINGS,
    OPAQUE_ENTRIES,
    SEQUENCES,
    key_of,
    leaf_of,
    leaves_of,
    refusing_damage,
    root_of,
)
from frontier_assets.codecs.tensors import TensorReader
from frontier_assets.errors import InvalidValueError

__all__ = [
    "JSON",
    "Encoded",
    "EncodedTensor",
    "ObjectPolicy",
    "decode",
    "encode",
    "stored_objects",
    "subtree",
    "tensors",
]

# Two hash while a third waits for a disk that is cold.
_READ_THREADS = 3
_BUILDERS: Mapping[str, Callable[[Any], Any]] = {
    kind: built for built, kind in [*MAPPINGS.items(), *SEQUENCES.items()]
}
_NOTHING = ObjectPolicy()


@dataclasses.dataclass(frozen=True, slots=True)
class Encoded:
    """A state in two parts: plain JSON, and the tensors that it names, in the state's order."""

    structure: JSON
    tensors: list[EncodedTensor]


def encode(state: object, *, objects: ObjectPolicy = _NOTHING) -> Encoded:
    """Take ``state`` apart. Tensors are not copied; do not change them before they are read.

    Dicts (ordered ones and counters too, with keys of str, int, float, bool, None and tuples),
    lists, tuples, scalars with every bit, bytes, numpy arrays and scalars, torch tensors or
    `LazyTensor`s, and whole models as far as ``objects`` allows. Parameters come back as plain
    tensors, tensors of a device in main memory; tensors that share memory still share it
    afterwards, arrays do not.

    Raises:
        InvalidValueError: something else is in it; the message has its path.
        UntrustedContentError: a model has classes that ``objects`` does not trust.
        MissingExtraError: the package that writes a model is not installed.
    """
    encoder = Encoder(objects)
    root = encoder.node(state)
    return Encoded({"format_version": FORMAT_VERSION, "root": root}, encoder.entries())


def decode(
    structure: JSON, read: Callable[[str], memoryview], *, objects: ObjectPolicy = _NOTHING
) -> Any:  # noqa: ANN401 - any state
    """Put a state together again. ``read`` returns an entry's bytes.

    It is asked once for each entry, from two threads. Tensors and arrays lie in the memory that it
    returned, unless that is read-only.

    Raises:
        InvalidValueError: ``structure`` is not one that `encode` made.
        UnsupportedFormatError: a newer release made it.
        UntrustedContentError: it holds a pickle or classes that ``objects`` does not allow.
        MissingExtraError, MissingModuleError: what a model in it needs is not installed.
    """
    with refusing_damage():
        ahead = _ahead(read, [node for _, node in leaves_of(structure)])
        return _Decoder(ahead, objects).value(root_of(structure))


def subtree(structure: JSON, key: object) -> tuple[JSON, list[str]]:
    """Return the structure under ``key`` of the outermost dict, and the entries that it needs.

    Entries keep their names, so the part is decoded with the same ``read`` as the whole.

    Raises:
        InvalidValueError: the outermost dict has no such key.
    """
    with refusing_damage():
        root = root_of(structure)
        items = root[1] if isinstance(root, list) and root[0] in MAPPINGS.values() else []
        for name, node in items:
            if key_of(name) == key:
                part = {"format_version": FORMAT_VERSION, "root": node}
                return part, list(dict.fromkeys(leaf[1] for _, leaf in leaves_of(part)))
    known = ", ".join(str(key_of(name)) for name, _ in items)
    raise InvalidValueError("State key", key, f"the state has {known or 'no keys'}")


def tensors(
    structure: JSON, read: Callable[[str], memoryview], names: list[str] | None = None
) -> dict[str, Any]:
    """Return tensors and arrays by dotted path (all without ``names``); only those are read.

    Tied tensors and views are found under each of their paths.

    Raises:
        InvalidValueError: the state has no tensor of one of the ``names``.
    """
    with refusing_damage():
        wanted = _arrays(structure) if names is None else _named(structure, names)
        decoder = _Decoder(_ahead(read, list(wanted.values())), _NOTHING)
        return {name: decoder.value(node) for name, node in wanted.items()}


def _arrays(structure: JSON) -> dict[str, list[Any]]:
    return {name: node for name, node in leaves_of(structure) if node[0] not in OPAQUE_ENTRIES}


def _named(structure: JSON, names: list[str]) -> dict[str, list[Any]]:
    # One is looked for alone; for several, walking through all is not slower.
    one = leaf_of(structure, names[0]) if len(names) == 1 else None
    found = {names[0]: one} if one and one[0] not in OPAQUE_ENTRIES else _arrays(structure)
    for name in names:
        if name not in found:
            known = ", ".join(list(found)[:20])
            raise InvalidValueError("Tensor name", name, f"the state has {known or 'none'}")
    return {name: found[name] for name in names}


def stored_objects(structure: JSON) -> dict[str, tuple[str, str]]:
    """Return codec and class of every whole model in a state, by its entry's name."""
    with refusing_damage():
        nodes = [node for _, node in leaves_of(structure) if node[0] == "object"]
        return {entry: (codec, kind) for _, entry, codec, kind in nodes}


class _Decoder:
    def __init__(self, read: Callable[[str], memoryview], objects: ObjectPolicy) -> None:
        torch = TensorReader(read)
        self._readers: Mapping[str, Callable[..., Any]] = {
            **SCALAR_READERS,
            "tensor": torch.tensor,
            "view": torch.view,
            "array": lambda entry, dtype, shape: decode_array(read(entry), dtype, shape),
            "blob": lambda entry: bytes(read(entry)),
            "object": lambda entry, codec, kind: read_object(
                codec, bytes(read(entry)), kind, f"Object at '{entry}' ({kind})", objects.inside()
            ),
        }

    def value(self, node: JSON) -> Any:  # noqa: ANN401 - any state
        if isinstance(node, dict):
            raise TypeError("an object where a value was expected")
        if not isinstance(node, list):
            return node
        kind, *parts = node
        if kind in SEQUENCES.values():
            return _BUILDERS[kind](self.value(item) for item in parts[0])
        if kind in MAPPINGS.values():
            return self._mapping(kind, *parts)
        return self._readers[kind](*parts)

    def _mapping(self, kind: str, items: list[Any], *metadata: JSON) -> Any:  # noqa: ANN401
        pairs = {key_of(key): self.value(node) for key, node in items}
        result = _BUILDERS[kind](pairs)
        if metadata:
            vars(result)["_metadata"] = self.value(metadata[0])
        return result


def _ahead(
    read: Callable[[str], memoryview], nodes: list[list[Any]]
) -> Callable[[str], memoryview]:
    """Read the entries of ``nodes`` in two threads, since reading and hashing leave Python free."""
    wanted = dict.fromkeys(node[1] for node in nodes)
    if len(wanted) == 1:
        return read
    names, found = iter(wanted), dict[str, memoryview]()

    def work() -> None:
        for name in names:
            found[name] = read(name)

    with ThreadPoolExecutor(_READ_THREADS) as threads:
        for worker in [threads.submit(work) for _ in range(_READ_THREADS)]:
            worker.result()
    return found.__getitem__
