"""The layout manifest: what an artifact consists of, and where its bytes lie.

A manifest is lines of canonical JSON (a header, the structure, one line per entry, one per base)
and, as its last line, the blake3 of everything before. The artifact's digest covers the logical
tree alone, so that moving bytes to other packs or stores, or other codecs, changes no digest.
"""

import dataclasses
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from blake3 import blake3

from frontier_assets.errors import IntegrityError, InvalidValueError, UnsupportedFormatError
from frontier_assets.storage.blob import checked_blob_name
from frontier_assets.storage.layout import Parts, is_outside, packs_of
from frontier_assets.storage.members import checked_member_name
from frontier_assets.storage.places import PlaceReader, PlaceWriter, is_simple
from frontier_assets.types import Digest

# 1 has one raw part per entry, and is still written where that says everything.
FORMAT_VERSION = 2
STATE, FILES = "state", "files"
_TREE_DOMAIN = b"frontier-tree 1\n"
_SEAL_BYTES = 65  # 64 hexadecimal digits and a line feed

ITEM_BYTES: Mapping[str, int] = {
    "bool": 1,
    "int8": 1,
    "int16": 2,
    "int32": 4,
    "int64": 8,
    "uint8": 1,
    "uint16": 2,
    "uint32": 4,
    "uint64": 8,
    "float16": 2,
    "float32": 4,
    "float64": 8,
    "bfloat16": 2,
    "float8_e4m3fn": 1,
    "float8_e4m3fnuz": 1,
    "float8_e5m2": 1,
    "float8_e5m2fnuz": 1,
    "float8_e8m0fnu": 1,
    "float4_e2m1fn_x2": 1,
    "complex32": 4,
    "complex64": 8,
    "complex128": 16,
}


@dataclasses.dataclass(frozen=True, slots=True)
class EntryRecord:
    """What one entry is. ``length`` is its raw bytes, ``sha256`` is recorded for files alone."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    length: int
    blake3: str
    sha256: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Manifest:
    """An artifact's logical tree, the parts of each entry, and the size of each pack."""

    kind: str
    structure: Any
    entries: tuple[EntryRecord, ...]
    parts: tuple[Parts, ...]
    packs: Mapping[str, int]

    def pairs(self) -> Iterator[tuple[EntryRecord, Parts]]:
        """Yield every entry with its parts."""
        return zip(self.entries, self.parts, strict=True)

    @classmethod
    def of(
        cls,
        kind: str,
        structure: Any,  # noqa: ANN401 - any JSON
        entries: tuple[EntryRecord, ...],
        parts: tuple[Parts, ...],
        packs: Mapping[str, int],
    ) -> "Manifest":
        """Return the manifest with those of the ``packs`` that its parts need."""
        used = set().union(*map(packs_of, parts))
        return cls(kind, structure, entries, parts, {name: packs[name] for name in used})


def canonical(value: Any) -> bytes:  # noqa: ANN401 - any JSON
    """Return the one JSON text that stands for ``value``; refuse what JSON cannot express."""
    try:
        text = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidValueError("Artifact structure", str(error), "expected plain JSON") from error
    return text.encode("ascii")


def expected_length(dtype: str, shape: Sequence[int]) -> int:
    """Return the raw bytes of an array, or refuse an unknown ``dtype`` or a negative size."""
    if dtype not in ITEM_BYTES:
        raise InvalidValueError("Entry dtype", dtype, f"known: {', '.join(sorted(ITEM_BYTES))}")
    if any(size < 0 for size in shape):
        raise InvalidValueError("Entry shape", list(shape), "expected sizes of zero or more")
    return ITEM_BYTES[dtype] * math.prod(shape)


def logical_digest(kind: str, structure: Any, entries: Sequence[EntryRecord]) -> Digest:  # noqa: ANN401
    """Return the artifact's digest: of its content and names, not of where the bytes lie."""
    total = blake3(_TREE_DOMAIN)
    total.update(canonical([kind, structure]))
    for entry in entries:
        total.update(b"\n")
        total.update(canonical(_logical(entry)))
    return Digest(total.hexdigest())


def to_bytes(manifest: Manifest) -> bytes:
    """Return the manifest as it is stored."""
    packs = sorted(manifest.packs)
    version = 1 if all(map(is_simple, manifest.parts)) else FORMAT_VERSION
    places = PlaceWriter(packs, version)
    entries = [
        canonical([*_logical(entry), places.place(parts)]) for entry, parts in manifest.pairs()
    ]
    header = {
        "entries": len(manifest.entries),
        "format_version": version,
        "kind": manifest.kind,
        "packs": [[name, manifest.packs[name]] for name in packs],
    }
    if places.bases:
        header["bases"] = len(places.bases)
    lines = [canonical(header), canonical(manifest.structure), *entries]
    body = b"\n".join([*lines, *map(canonical, places.bases), b""])
    return body + blake3(body).hexdigest().encode("ascii") + b"\n"


def parse(data: bytes, *, digest: Digest, where: str) -> Manifest:
    """Read the manifest of the artifact ``digest``, stored as ``where``.

    Raises:
        IntegrityError: a byte was changed, added or removed, or it is another artifact's manifest.
        UnsupportedFormatError: it is whole, and in a format that this release does not read.
    """
    body, seal = data[:-_SEAL_BYTES], data[-_SEAL_BYTES:]
    if seal != blake3(body).hexdigest().encode("ascii") + b"\n":
        raise IntegrityError(digest, where, "the manifest is not what was written")
    try:
        # One JSON text is parsed in half the time of its lines.
        text = body.decode("ascii")
        header, *lines = json.loads(f"[{text[:-1].replace(chr(10), ',')}]")
        if header["format_version"] not in (1, FORMAT_VERSION):
            raise UnsupportedFormatError(
                f"Manifest {where}", header["format_version"], FORMAT_VERSION
            )
        manifest = _read_lines(header, lines)
        found = _digest_of_lines(manifest.kind, body, lines[1 : 1 + header["entries"]])
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        problem = f"the manifest cannot be read ({error})"
        raise IntegrityError(digest, where, problem) from error
    if found != digest:
        raise IntegrityError(digest, where, f"the manifest describes artifact {found}")
    return manifest


def _digest_of_lines(kind: str, body: bytes, entries: list[Any]) -> Digest:
    """Return what `logical_digest` does, from the text of a manifest: its lines are canonical."""
    _, structure, *lines = body.split(b"\n", len(entries) + 2)
    total = blake3(_TREE_DOMAIN)
    total.update(b"[" + canonical(kind) + b"," + structure + b"]")
    for line, entry in zip(lines, entries, strict=False):
        place = b"," + canonical(entry[-1]) + b"]"
        if not line.endswith(place):
            raise ValueError("a line is not canonical")
        total.update(b"\n" + line[: -len(place)] + b"]")
    return Digest(total.hexdigest())


def _logical(entry: EntryRecord) -> list[Any]:
    return [
        entry.name,
        entry.dtype,
        list(entry.shape),
        entry.length,
        entry.blake3,
        entry.sha256,
    ]


def _read_lines(header: dict[str, Any], lines: list[Any]) -> Manifest:
    packs = {_checked_pack(name): int(size) for name, size in header["packs"]}
    count, bases = header["entries"], header.get("bases", 0)
    if len(lines) != 1 + count + bases:
        raise ValueError(f"{len(lines) - 1} lines instead of {count + bases}")
    places = PlaceReader(list(packs), header["format_version"])
    for line in lines[1 + count :]:
        places.read_base(line)
    pairs = [_read_entry(line, header["kind"], places) for line in lines[1 : 1 + count]]
    return Manifest(
        header["kind"],
        lines[0],
        tuple(entry for entry, _ in pairs),
        tuple(parts for _, parts in pairs),
        packs,
    )


def _checked_pack(name: str) -> str:
    return name if is_outside(name) else checked_blob_name(name)


def _read_entry(line: list[Any], kind: str, places: PlaceReader) -> tuple[EntryRecord, Parts]:
    name, dtype, shape, length, content, sha256, place = line
    if kind == FILES:
        checked_member_name(name)
    entry = EntryRecord(name, dtype, tuple(shape), length, content, sha256)
    if length != expected_length(dtype, shape):
        raise ValueError(f"entry '{name}' has {length} bytes for {dtype} {shape}")
    parts = places.read(place, content)
    if sum(part.length for part in parts) != length:
        raise ValueError(f"entry '{name}' lies at {place}")
    return entry, parts
