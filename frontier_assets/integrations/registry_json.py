"""The ``registry.json`` of simple registries: what it says, read strictly and written whole.

It maps the name of each model to its versions, oldest first, each with exactly the fields of
`Entry`.
"""

import dataclasses
import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from frontier_assets.errors import InvalidValueError
from frontier_assets.storage.members import checked_member_name, write_files


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """One version. ``storage_path`` is its file, below the folder of the models."""

    name: str
    version: str
    description: str
    tags: dict[str, str]
    created_at: str
    storage_path: str
    file_size: int


_FIELDS = tuple(field.name for field in dataclasses.fields(Entry))


def read_document(path: Path) -> list[Entry]:
    """Return every entry, in the order of the file.

    Raises:
        InvalidValueError: it is no JSON (the line is named), or an entry is not as it should be
            (its place is named).
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_without_repeats)
    except json.JSONDecodeError as error:
        place = f"{path}, line {error.lineno}"
        raise InvalidValueError("Registry file", place, f"it is no JSON: {error.msg}") from error
    except UnicodeDecodeError as error:
        raise InvalidValueError("Registry file", str(path), "it is no UTF-8") from error
    if not isinstance(document, dict):
        raise InvalidValueError("Registry file", str(path), "expected an object of models")
    entries = [entry for name, listed in document.items() for entry in _entries(name, listed)]
    _refuse_repeated(entries)
    return entries


def write_document(path: Path, entries: Iterable[Entry]) -> None:
    """Replace the file by one with these entries, or leave the old one as it is.

    Raises:
        InvalidValueError: two entries are the same version of one name.
    """
    kept = list(entries)
    _refuse_repeated(kept)
    document: dict[str, list[dict[str, Any]]] = {}
    for entry in kept:
        document.setdefault(entry.name, []).append(dataclasses.asdict(entry))
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    write_files(path.parent, {path.name: [text.encode()]})


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise InvalidValueError("Registry file key", repeated, "it is there twice")
    return found


def _entries(name: str, listed: object) -> list[Entry]:
    if checked_member_name(name) != PurePosixPath(name).name:
        raise InvalidValueError("Model name", name, "expected a name without '/'")
    if not isinstance(listed, list):
        raise InvalidValueError(f"Model '{name}'", listed, "expected a list of versions")
    return [_entry(name, f"{name}[{number}]", item) for number, item in enumerate(listed)]


def _entry(name: str, place: str, item: object) -> Entry:
    if not isinstance(item, dict):
        raise InvalidValueError(place, item, "expected an object")
    for field in _FIELDS:
        if field not in item:
            raise InvalidValueError(place, sorted(item), f"the field '{field}' is missing")
    for field in item.keys() - set(_FIELDS):
        raise InvalidValueError(f"{place}.{field}", item[field], f"known: {', '.join(_FIELDS)}")
    for field in ("name", "version", "description", "created_at", "storage_path"):
        _expect(isinstance(item[field], str), f"{place}.{field}", item[field], "a text")
    tags, size = item["tags"], item["file_size"]
    named = isinstance(tags, dict) and all(isinstance(value, str) for value in tags.values())
    _expect(named, f"{place}.tags", tags, "an object of texts")
    whole = isinstance(size, int) and not isinstance(size, bool) and size >= 0
    _expect(whole, f"{place}.file_size", size, "a whole number of bytes")
    _expect(item["name"] == name, f"{place}.name", item["name"], f"'{name}', its model's")
    _expect(item["version"] != "", f"{place}.version", "", "a text that is not empty")
    _expect(_is_time(item["created_at"]), f"{place}.created_at", item["created_at"], "a time")
    checked_member_name(item["storage_path"])
    return Entry(**item)


def _expect(condition: bool, place: str, value: object, expected: str) -> None:
    if not condition:
        raise InvalidValueError(place, value, f"expected {expected}")


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _refuse_repeated(entries: list[Entry]) -> None:
    versions: set[tuple[str, str]] = set()
    paths: dict[str, Entry] = {}
    for entry in entries:
        if (entry.name, entry.version) in versions:
            raise InvalidValueError(
                f"Version of '{entry.name}'", entry.version, "it is there twice"
            )
        versions.add((entry.name, entry.version))
        other = paths.setdefault(entry.storage_path, entry)
        if other is not entry:
            raise InvalidValueError(
                f"Storage path of {entry.name} {entry.version}",
                entry.storage_path,
                f"{other.name} {other.version} has it too",
            )
