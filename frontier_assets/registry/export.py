"""The audit trail as a file of JSON Lines: writing it, and proving it without a database.

A header, then each model's entries in order, then how many there are and the sha256 of all lines
before. Every line is canonical JSON, so that each of its bytes has a meaning.
"""

import dataclasses
import hashlib
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from frontier_assets.errors import AuditExportError
from frontier_assets.registry.canonical import canonical_json
from frontier_assets.registry.chain import as_stored, exported, proved
from frontier_assets.registry.columns import iso
from frontier_assets.registry.heads import SignedHead, signed_head, vouched
from frontier_assets.registry.tables import audit
from frontier_assets.signatures import AllowedSigners

FORMAT = "frontier audit trail"
FORMAT_VERSION = 1
FIELDS = frozenset(column.name for column in audit.c) - {"id"}


def write_export(path: Path, entries: Iterable[dict[str, Any]]) -> int:
    """Write stored ``entries``, model after model, all or nothing; return how many they are.

    Raises:
        OSError: ``path`` cannot be written.
    """
    part = path.with_name(f"{path.name}.part")
    seen, count = hashlib.sha256(), 0
    try:
        with part.open("wb") as file:
            for line in _lines(entries):
                file.write(line)
                seen.update(line)
                count += 1
            end = {"record": "end", "entries": count - 1, "sha256": seen.hexdigest()}
            file.write(_line(end))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return count - 1


@dataclasses.dataclass(frozen=True, slots=True)
class ExportProof:
    """What an export proved: the hashes of every model's entries in order, and signed heads."""

    hashes: Mapping[str, Sequence[str]]
    signed: Sequence[SignedHead]


def prove_export(path: Path, signers: AllowedSigners | None = None) -> ExportProof:
    """Prove an exported trail.

    Raises:
        AuditExportError: the file is no whole export; the line is named.
        AuditChainError: an entry is not what was written, or not where; it is named.
        SettingsError: there is a signed head, and no ``signers`` to verify it by.
    """
    hashes: dict[str, list[str]] = {}
    signed: list[SignedHead] = []
    for model, entries in itertools.groupby(_entries(path), lambda entry: entry["model"]):
        for entry in vouched(proved(model, entries), signers):
            hashes.setdefault(model, []).append(entry["hash"])
            signed += [head for head in [signed_head(entry)] if head]
    return ExportProof(hashes, signed)


def _lines(entries: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    now = iso(datetime.now(UTC))
    yield _line({"record": "header", "format": FORMAT, "version": FORMAT_VERSION, "at": now})
    for entry in entries:
        yield _line({"record": "entry", **exported(entry)})


def _line(record: dict[str, Any]) -> bytes:
    return f"{canonical_json(record)}\n".encode()


def _entries(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the stored form of the entries of a file that is whole."""
    seen, number, kind = hashlib.sha256(), 0, ""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if kind == "end":
                raise AuditExportError(path, number, "nothing follows the end")
            record = _parsed(path, number, line)
            kind = record.pop("record", None)
            if (number == 1) != (kind == "header"):
                raise AuditExportError(path, number, "expected the header there and nowhere else")
            if kind == "header":
                _check_header(path, record)
            elif kind == "entry" and record.keys() == FIELDS and isinstance(record["model"], str):
                yield as_stored(record)
            elif kind != "end" or record != {"entries": number - 2, "sha256": seen.hexdigest()}:
                raise AuditExportError(path, number, "it is not what was written there")
            seen.update(line)
    if kind != "end":
        raise AuditExportError(path, number + 1, "the end is missing: lines were cut off")


def _parsed(path: Path, number: int, line: bytes) -> dict[str, Any]:
    try:
        record = json.loads(line)
        if isinstance(record, dict) and _line(record) == line:
            return record
    except ValueError as error:
        raise AuditExportError(path, number, "it is not JSON") from error
    raise AuditExportError(path, number, "it is not canonical JSON, as it was written")


def _check_header(path: Path, header: dict[str, Any]) -> None:
    if header.get("format") != FORMAT or header.keys() != {"format", "version", "at"}:
        raise AuditExportError(path, 1, f"it does not say '{FORMAT}'")
    if header["version"] != FORMAT_VERSION:
        problem = f"its format is {header['version']} and this release reads {FORMAT_VERSION}"
        raise AuditExportError(path, 1, problem)
