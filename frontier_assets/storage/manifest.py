"""The layout manifest: what an artifact consists of, and where its bytes lie.

A manifest is lines of canonical JSON (a header, the structure, one line per entry) and, as its
last line, the blake3 of everything before. The artifact's digest covers the logical tree alone, so
that moving bytes to other packs or stores changes no digest.
"""

import dataclasses
import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from blake3 import blake3

from frontier_assets.errors import IntegrityError, InvalidValueError, UnsupportedFormatError
from frontier_assets.storage.blob import checked_blob_name
from frontier_assets.storage.members import checked_member_name
from frontier_assets.storage.pack import ALIGNMENT, RAW, Location
from frontier_assets.types import Digest

FORMAT_VERSION = 1
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
    """An artifact's logical tree, the location of each entry, and the size of each pack."""

    kind: str
    structure: Any
    entries: tuple[EntryRecord, ...]
    locations: tuple[Location, ...]
    packs: Mapping[str, int]


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
    header = {
        "entries": len(manifest.entries),
        "format_version": FORMAT_VERSION,
        "kind": manifest.kind,
        "packs": [[name, manifest.packs[name]] for name in packs],
    }
    number = {name: index for index, name in enumerate(packs)}
    lines = [canonical(header), canonical(manifest.structure)]
    for entry, at in zip(manifest.entries, manifest.locations, strict=True):
        # An entry without bytes lies in no pack.
        place = [number[at.pack], at.offset, at.length, at.codec] if at.length else None
        lines.append(canonical([*_logical(entry), place]))
    body = b"\n".join([*lines, b""])
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
        lines = body.decode("ascii").split("\n")[:-1]
        header = json.loads(lines[0])
        if header["format_version"] != FORMAT_VERSION:
            raise UnsupportedFormatError(
                f"Manifest {where}", header["format_version"], FORMAT_VERSION
            )
        manifest = _read_lines(header, lines)
        found = logical_digest(manifest.kind, manifest.structure, manifest.entries)
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        problem = f"the manifest cannot be read ({error})"
        raise IntegrityError(digest, where, problem) from error
    if found != digest:
        raise IntegrityError(digest, where, f"the manifest describes artifact {found}")
    return manifest


def _logical(entry: EntryRecord) -> list[Any]:
    return [
        entry.name,
        entry.dtype,
        list(entry.shape),
        entry.length,
        entry.blake3,
        entry.sha256,
    ]


def _read_lines(header: dict[str, Any], lines: list[str]) -> Manifest:
    packs = {checked_blob_name(name): int(size) for name, size in header["packs"]}
    if len(lines) != 2 + header["entries"]:
        raise ValueError(f"{len(lines) - 2} entries instead of {header['entries']}")
    pairs = [_read_entry(json.loads(line), header["kind"], list(packs)) for line in lines[2:]]
    return Manifest(
        header["kind"],
        json.loads(lines[1]),
        tuple(entry for entry, _ in pairs),
        tuple(location for _, location in pairs),
        packs,
    )


def _read_entry(line: list[Any], kind: str, packs: list[str]) -> tuple[EntryRecord, Location]:
    name, dtype, shape, length, content, sha256, place = line
    if kind == FILES:
        checked_member_name(name)
    entry = EntryRecord(name, dtype, tuple(shape), length, content, sha256)
    if length != expected_length(dtype, shape):
        raise ValueError(f"entry '{name}' has {length} bytes for {dtype} {shape}")
    if place is None and length == 0:
        return entry, Location("", 0, 0, RAW)
    pack, offset, stored, codec = place
    if codec != RAW or stored != length or offset % ALIGNMENT:
        raise ValueError(f"entry '{name}' lies at {place}")
    return entry, Location(packs[pack], offset, stored, codec)
