"""Parquet files that somebody else writes, found where an experiment's design says."""

import shutil
from pathlib import Path

from frontier_assets.errors import InvalidValueError
from frontier_assets.storage.outside import SCHEMES, Outside

_ENDING = ".parquet"


def located(source: str, outside: Outside, root: Path | None, folder: Path) -> list[Path]:
    """Return the files of a ``source``, in order; what lies in a cloud is copied into ``folder``.

    A path or a glob is relative to ``root``, the project's. A file that was not written yet is no
    error: nothing was observed there.

    Raises:
        InvalidValueError: a URI holds nothing, or nothing that is Parquet.
    """
    scheme = source.partition(":")[0]
    if scheme in SCHEMES and scheme != "file":
        return _copied(source, outside, folder)
    found = (root or Path.cwd()) / source.removeprefix("file:")
    if found.is_dir():
        return sorted(found.rglob(f"*{_ENDING}"))
    pattern = str(found.relative_to(found.anchor))
    return sorted(Path(found.anchor).glob(pattern))


def _copied(source: str, outside: Outside, folder: Path) -> list[Path]:
    objects = {name: uri for name, uri in outside.find(source).items() if name.endswith(_ENDING)}
    if not objects:
        raise InvalidValueError("Source", source, f"expected objects whose names end {_ENDING}")
    paths = []
    for at, uri in enumerate(objects.values()):
        path = folder / f"source-{at}{_ENDING}"
        with outside.file(uri) as read, path.open("wb") as written:
            shutil.copyfileobj(read, written)
        paths.append(path)
    return paths
