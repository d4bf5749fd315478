import dataclasses
import json
from typing import Any

import pytest
from blake3 import blake3

from frontier_assets.errors import IntegrityError, InvalidValueError, UnsupportedFormatError
from frontier_assets.storage.layout import Location, Part
from frontier_assets.storage.manifest import (
    ITEM_BYTES,
    EntryRecord,
    Manifest,
    canonical,
    expected_length,
    logical_digest,
    parse,
    to_bytes,
)
from frontier_assets.types import Digest
from frontier_assets_tests.storage.trees import flipped


def part(pack: str, offset: int, length: int, content: str) -> Part:
    return Part(length, content, Location(pack, offset, length))


MANIFEST = Manifest(
    "state",
    {"epoch": 3, "name": "é\n"},
    (
        EntryRecord("fc.weight", "float32", (2, 3), 24, "01" * 32),
        EntryRecord("nothing", "int64", (0,), 0, "02" * 32),
        EntryRecord("fc.bias", "bfloat16", (), 2, "03" * 32),
    ),
    (
        (part("packs/aa/one", 64, 24, "01" * 32),),
        (),
        (part("packs/bb/two", 128, 2, "03" * 32),),
    ),
    {"packs/aa/one": 128, "packs/bb/two": 192},
)
DIGEST = logical_digest(MANIFEST.kind, MANIFEST.structure, MANIFEST.entries)


def resealed(data: bytes, old: bytes, new: bytes) -> bytes:
    """Return a manifest with a text replaced and the last line made right again."""
    body = data[:-65].replace(old, new)
    assert body != data[:-65]
    return body + blake3(body).hexdigest().encode() + b"\n"


def read(data: bytes, digest: Digest = DIGEST) -> Manifest:
    return parse(data, digest=digest, where="manifests/xx/name")


def test_a_manifest_comes_back() -> None:
    assert read(to_bytes(MANIFEST)) == MANIFEST


def test_an_entry_takes_less_than_two_hundred_bytes() -> None:
    more = dataclasses.replace(
        MANIFEST,
        entries=(*MANIFEST.entries, EntryRecord("l.w", "float32", (9, 9), 324, "05" * 32)),
        parts=(*MANIFEST.parts, (part("packs/aa/one", 1_000_000_000 // 64 * 64, 324, "05" * 32),)),
    )
    assert len(to_bytes(more)) - len(to_bytes(MANIFEST)) < 200


@pytest.mark.parametrize("mask", [0x01, 0x20, 0x80])
def test_every_flipped_byte_is_detected(mask: int) -> None:
    for changed in flipped(to_bytes(MANIFEST), [mask]):
        with pytest.raises(IntegrityError, match=DIGEST):
            read(changed)


def test_every_truncation_is_detected() -> None:
    data = to_bytes(MANIFEST)
    for length in range(len(data)):
        with pytest.raises(IntegrityError, match="manifests/xx/name"):
            read(data[:length])


@pytest.mark.parametrize("extra", [b"\n", b"\0", b" ", b"x" * 100])
def test_appended_bytes_are_detected(extra: bytes) -> None:
    with pytest.raises(IntegrityError):
        read(to_bytes(MANIFEST) + extra)


def test_a_whole_manifest_of_another_version_is_refused_as_such() -> None:
    data = resealed(to_bytes(MANIFEST), b'"format_version":1', b'"format_version":3')
    with pytest.raises(UnsupportedFormatError, match="has format version 3; this release reads 2"):
        read(data)


def test_a_damaged_manifest_of_another_version_is_corrupt() -> None:
    data = to_bytes(MANIFEST).replace(b'"format_version":1', b'"format_version":2')
    with pytest.raises(IntegrityError):
        read(data)


def test_the_manifest_of_another_artifact_is_refused() -> None:
    with pytest.raises(IntegrityError, match=f"describes artifact {DIGEST}"):
        read(to_bytes(MANIFEST), Digest("00" * 32))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"entries":3', b'"entries":2'),
        (b"packs/aa/one", b"../../aa/one"),
        (b",64,24,", b",65,24,"),
        (b",64,24,", b",64,25,"),
        (b'"raw"', b'"zip"'),
        (b'"float32"', b'"object"'),
        (b"[2,3]", b"[2,4]"),
        (b'{"entries"', b'["entries"'),
        (b'"packs"', b'"sacks"'),
        (b"[[", b"[" * 100_000),
    ],
)
def test_a_sealed_manifest_that_makes_no_sense_is_corrupt(old: bytes, new: bytes) -> None:
    with pytest.raises(IntegrityError, match="cannot be read"):
        read(resealed(to_bytes(MANIFEST), old, new))


def test_a_sealed_file_manifest_cannot_name_a_path_outside() -> None:
    entry = EntryRecord("../evil", "uint8", (1,), 1, "01" * 32, "02" * 32)
    place = part("packs/aa/one", 64, 1, "01" * 32)
    manifest = Manifest("files", None, (entry,), ((place,),), {"packs/aa/one": 128})
    with pytest.raises(IntegrityError, match="Member name"):
        read(to_bytes(manifest), logical_digest("files", None, (entry,)))


@pytest.mark.parametrize(
    "change",
    [
        {"name": "other"},
        {"dtype": "int32"},
        {"shape": (3, 2)},
        {"length": 25},
        {"blake3": "04" * 32},
        {"sha256": "04" * 32},
    ],
)
def test_the_digest_covers_every_fact_of_an_entry(change: dict[str, Any]) -> None:
    first, *rest = MANIFEST.entries
    entries = (dataclasses.replace(first, **change), *rest)
    assert logical_digest(MANIFEST.kind, MANIFEST.structure, entries) != DIGEST


def test_the_digest_covers_kind_structure_and_order() -> None:
    kind, structure, entries = MANIFEST.kind, MANIFEST.structure, MANIFEST.entries
    assert logical_digest("files", structure, entries) != DIGEST
    assert logical_digest(kind, {**structure, "epoch": 4}, entries) != DIGEST
    assert logical_digest(kind, structure, entries[::-1]) != DIGEST


def test_the_digest_is_the_same_in_every_release() -> None:
    assert DIGEST == "90c3b12f6a02dc47db109402d16a29f54b4bc86ba4859c9fe27f42b0c038c75e"


def test_the_digest_does_not_depend_on_where_the_bytes_lie() -> None:
    moved = tuple(
        tuple(part("packs/cc/three", 64 * (i + 1), old.length, old.blake3) for old in parts)
        for i, parts in enumerate(MANIFEST.parts)
    )
    manifest = dataclasses.replace(MANIFEST, parts=moved, packs={"packs/cc/three": 999})
    read(to_bytes(manifest))


def test_canonical_json_ignores_the_order_of_keys() -> None:
    assert canonical({"b": 1, "a": [1.5, None, "é"]}) == canonical({"a": [1.5, None, "é"], "b": 1})
    assert json.loads(canonical({"a": 0.1})) == {"a": 0.1}


@pytest.mark.parametrize("value", [float("nan"), {1, 2}, b"bytes", {"a": object()}])
def test_canonical_json_refuses_what_json_cannot_say(value: object) -> None:
    with pytest.raises(InvalidValueError, match="Artifact structure"):
        canonical(value)


@pytest.mark.parametrize("dtype", sorted(ITEM_BYTES))
def test_every_known_dtype_has_the_length_that_torch_gives_it(dtype: str) -> None:
    import torch

    assert expected_length(dtype, (3, 4)) == 12 * getattr(torch, dtype).itemsize


def test_an_unknown_dtype_is_refused_and_the_known_ones_are_named() -> None:
    with pytest.raises(InvalidValueError, match=r"'object'.*bfloat16.*uint8"):
        expected_length("object", (1,))


def test_a_negative_size_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="Entry shape"):
        expected_length("int8", (-1, -1))
