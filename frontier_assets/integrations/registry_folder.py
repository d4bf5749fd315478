"""A folder with a ``registry.json`` and its files: taken in, and written from what is here.

The format knows one file a version and numbers that count 1, 2, 3. A version whose files are
several is written as a folder, with the sum of their sizes.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from frontier_assets.errors import InvalidValueError
from frontier_assets.integrations.intake import Imported, Incoming, Intake, files_at, hashed
from frontier_assets.integrations.names import mapped_names
from frontier_assets.integrations.registry_json import Entry, read_document, write_document
from frontier_assets.registry.database import Registry
from frontier_assets.types import Version
from frontier_assets.upkeep.progress import Progress

SOURCE = "registry-json"


def import_registry(
    intake: Intake, document: Path, *, renamed: Mapping[str, str], tell: Progress
) -> Iterator[Imported]:
    """Take in every version of ``document``, whose files lie beside it.

    All of it is looked at before anything is stored; each version is taken in whole or not at all.

    Raises:
        InvalidValueError: an entry is not as it should be, or its file is not.
    """
    entries = read_document(document)
    models = mapped_names(dict.fromkeys(entry.name for entry in entries), renamed)
    files = [_files(document.parent, entry) for entry in entries]
    total, done = sum(entry.file_size for entry in entries), 0
    for entry, found in zip(entries, files, strict=True):
        origin = {
            "source": SOURCE,
            "name": entry.name,
            "version": entry.version,
            "created_at": entry.created_at,
            "storage_path": entry.storage_path,
        }
        yield intake.take_in(
            Incoming(
                model=models[entry.name],
                origin=origin,
                files=found,
                sha256=hashed(found),
                description=entry.description,
                tags=entry.tags,
            )
        )
        done += entry.file_size
        tell(done, total)


def export_registry(
    registry: Registry, document: Path, *, write: Callable[[Version, Path], list[Path]]
) -> list[Entry]:
    """Write every version as a file and then ``document`` over them; return its entries.

    What was imported from such a document gets its names, numbers, times and paths again.
    ``write`` writes a version's files into a folder and returns their paths.

    Raises:
        InvalidValueError: two versions would be one there.
    """
    versions = [
        version
        for model in sorted(registry.models.list(), key=lambda item: (item.created_at, item.name))
        for version in registry.versions.list(model.name)
    ]
    entries = [_written(version, document.parent, write) for version in versions]
    write_document(document, entries)
    return entries


def _files(folder: Path, entry: Entry) -> dict[str, Path]:
    path = folder / entry.storage_path
    if not path.resolve().is_relative_to(folder.resolve()):
        raise InvalidValueError("Storage path", entry.storage_path, "it leads out of the folder")
    found = files_at(path)
    size_bytes = sum(file.stat().st_size for file in found.values())
    if size_bytes != entry.file_size:
        raise InvalidValueError(
            f"File of {entry.name} {entry.version}",
            str(path),
            f"it has {size_bytes} bytes and its entry says {entry.file_size}",
        )
    return found


def _written(version: Version, folder: Path, write: Callable[[Version, Path], list[Path]]) -> Entry:
    known = version.origin if version.origin and version.origin["source"] == SOURCE else {}
    name, number = known.get("name", version.model), known.get("version", str(version.sequence))
    if "storage_path" in known:
        place = Path(known["storage_path"])
        is_file = version.signature.get("files") == [place.name]
        paths = write(version, folder / (place.parent if is_file else place))
    else:
        place = Path(name, f"v{number}")
        paths = write(version, folder / place)
        if len(paths) == 1:
            place /= paths[0].name
    return Entry(
        name=name,
        version=number,
        description=version.description,
        tags=dict(version.tags),
        created_at=known.get("created_at", _time(version)),
        storage_path=place.as_posix(),
        file_size=sum(path.stat().st_size for path in paths),
    )


def _time(version: Version) -> str:
    # The format's times have no zone; they are UTC.
    return version.created_at.replace(tzinfo=None).isoformat(timespec="microseconds")
