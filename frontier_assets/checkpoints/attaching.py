"""Store files and attach them to a version."""

from collections.abc import Mapping
from pathlib import Path

from frontier_assets.errors import InvalidValueError
from frontier_assets.registry.attachments import Attachment
from frontier_assets.registry.database import Registry
from frontier_assets.storage.stores import ArtifactStores
from frontier_assets.types import AttachmentKind, Version, checked_segment
from frontier_assets.upkeep.saving import Marks, recorded


def attach(
    registry: Registry,
    stores: ArtifactStores,
    version: Version,
    files: Mapping[str, Path],
    *,
    kind: AttachmentKind | str,
    actor: str,
    run_id: str | None,
) -> list[Attachment]:
    """Store ``files`` where the version is and record them, all or none.

    Raises:
        InvalidValueError: ``kind`` is unknown, a name is no plain file name or has another file,
            or a file is missing or empty.
    """
    chosen = _kind(kind)
    if not files:
        raise InvalidValueError("Attachments", {}, "expected at least one file by its name")
    for name, path in files.items():
        _check(name, path)

    def save(marks: Marks) -> list[Attachment]:
        store = stores[version.store]
        stored = {name: store.put_files({name: path}) for name, path in files.items()}
        return registry.attachments.add(
            version.model,
            version.number,
            kind=chosen,
            stored={name: marks.stored(artifact) for name, artifact in stored.items()},
            actor=actor,
            run_id=run_id,
        )

    return recorded(registry, stores, save)


def _kind(kind: str) -> AttachmentKind:
    try:
        return AttachmentKind(kind)
    except ValueError as error:
        known = ", ".join(AttachmentKind)
        raise InvalidValueError("Attachment kind", kind, f"expected one of {known}") from error


def _check(name: str, path: Path) -> None:
    checked_segment("Attachment name", name)
    if not path.is_file():
        raise InvalidValueError("Attachment", str(path), f"there is no such file for '{name}'")
    if not path.stat().st_size:
        raise InvalidValueError("Attachment", str(path), f"the file for '{name}' is empty")
