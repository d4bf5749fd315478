"""A store that keeps what was read of another one in a local folder."""

from pathlib import Path
from urllib.parse import parse_qs

from typing_extensions import override

from frontier_assets.errors import SettingsError
from frontier_assets.storage.blob import BlobStore, checked_blob_name
from frontier_assets.storage.cache_folder import CacheFolder
from frontier_assets.storage.wrapper import WrappingBlobStore

DEFAULT_MAXIMUM_BYTES = 10 << 30
_SETTING = "FRONTIER_CACHE_URL"


class CachedBlobStore(WrappingBlobStore):
    """Reads through a cache: a range that is there, or lies in one that is, is read locally.

    Only blobs whose names start with ``prefix`` are kept. They must not be replaced, nor deleted
    and written anew, while others read: a change elsewhere is not noticed. What is kept is what the
    store behind returned, so the cache belongs below encryption: then it holds no plaintext. A kept
    range that was damaged is read from the store behind again.
    """

    def __init__(self, blobs: BlobStore, folder: CacheFolder, *, prefix: str = "") -> None:
        super().__init__(blobs)
        self._folder = folder
        self._prefix = prefix

    @property
    @override
    def source(self) -> BlobStore:
        return self._blobs.source

    @override
    def read(self, name: str, *, offset: int = 0, length: int | None = None) -> memoryview:
        if not checked_blob_name(name).startswith(self._prefix):
            return self._blobs.read(name, offset=offset, length=length)
        found = self._folder.get(self._key(name), offset, length)
        if found is not None:
            return found
        data = self._blobs.read(name, offset=offset, length=length)
        is_last = length is None or len(data) < length
        self._folder.keep(self._key(name), offset, data, is_last=is_last)
        return data

    @override
    def replace(self, name: str, data: bytes, *, expected: bytes) -> None:
        try:
            super().replace(name, data, expected=expected)
        finally:
            self._folder.forget(self._key(name))

    @override
    def delete(self, name: str) -> None:
        self._blobs.delete(name)
        self._folder.forget(self._key(name))

    def _key(self, name: str) -> str:
        return f"{self._blobs.url}\n{name}"


def open_cache(url: str, *, root: Path | None) -> CacheFolder:
    """Open ``file:folder?maximum_bytes=…``; a relative folder is relative to ``root``.

    Raises:
        SettingsError: it has another form, or is relative without a ``root``.
    """
    scheme, _, rest = url.partition(":")
    path, _, query = rest.partition("?")
    path = path.removeprefix("//") if path.startswith("///") else path
    options = parse_qs(query, keep_blank_values=True)
    limits = options.pop("maximum_bytes", [str(DEFAULT_MAXIMUM_BYTES)])
    if scheme != "file" or not path or path.startswith("//") or options:
        raise SettingsError(
            _SETTING, f"cannot read '{url}'", "write file:folder or file:folder?maximum_bytes=N"
        )
    if len(limits) != 1 or not limits[0].isdecimal() or int(limits[0]) < 1:
        raise SettingsError(
            _SETTING,
            f"maximum_bytes is '{','.join(limits)}'",
            f"write a whole number of bytes above 0, or leave it out for {DEFAULT_MAXIMUM_BYTES}",
        )
    folder = Path(path).expanduser()
    if root is None and not folder.is_absolute():
        raise SettingsError(
            _SETTING, f"'{path}' is relative and there is no project", "write an absolute path"
        )
    return CacheFolder((root or Path("/")) / folder, int(limits[0]))
