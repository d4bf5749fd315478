"""A folder of model files: ``<model>/<version>``, a version being a file or a folder of files."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from frontier_assets.errors import InvalidValueError
from frontier_assets.integrations.intake import Imported, Incoming, Intake, files_at, hashed
from frontier_assets.integrations.names import mapped_names
from frontier_assets.upkeep.progress import Progress

SOURCE = "directory"
_DIGITS = re.compile(r"(\d+)")


def import_directory(
    intake: Intake, folder: Path, *, renamed: Mapping[str, str], tell: Progress
) -> Iterator[Imported]:
    """Take in the versions of every model in ``folder``, in the order of their names.

    Numbers in names count as numbers, so that ``v2`` comes before ``v10``. Hidden files are left
    out. Each version is taken in whole or not at all.

    Raises:
        InvalidValueError: a file lies where a model's folder should, or a version has no file.
    """
    found = [(model, version) for model in _folders(folder) for version in _shown(model)]
    models = mapped_names(dict.fromkeys(model.name for model, _ in found), renamed)
    files = [files_at(version) for _, version in found]
    sizes = [sum(file.stat().st_size for file in item.values()) for item in files]
    done = 0
    for (model, version), item, size_bytes in zip(found, files, sizes, strict=True):
        yield intake.take_in(
            Incoming(
                model=models[model.name],
                origin={"source": SOURCE, "name": model.name, "version": version.name},
                files=item,
                sha256=hashed(item),
                description=f"imported from {model.name}/{version.name}",
            )
        )
        done += size_bytes
        tell(done, sum(sizes))


def _folders(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise InvalidValueError("Folder", str(folder), "expected a folder with one folder a model")
    found = _shown(folder)
    for path in found:
        if not path.is_dir():
            raise InvalidValueError("Model", str(path), "expected a folder, this is a file")
    return found


def _shown(folder: Path) -> list[Path]:
    return sorted((path for path in folder.iterdir() if path.name[0] != "."), key=_in_order)


def _in_order(path: Path) -> list[tuple[int, int, str]]:
    parts = _DIGITS.split(path.name)
    return [(1, int(part), "") if part.isdecimal() else (0, 0, part) for part in parts]
