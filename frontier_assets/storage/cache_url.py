"""The reading of ``FRONTIER_CACHE_URL``: which cache, where, how large."""

from pathlib import Path
from urllib.parse import parse_qsl, urlencode

from frontier_assets.errors import InvalidValueError, SettingsError
from frontier_assets.storage.cache import Cache
from frontier_assets.storage.cache_folder import CacheFolder

DEFAULT_MAXIMUM_BYTES = 10 << 30
_SETTING = "FRONTIER_CACHE_URL"
_MAXIMUM, _TTL = "maximum_bytes", "ttl"
_FORMS = (
    "write file:folder or file:folder?maximum_bytes=N, or "
    "redis://host:port/db?ttl=SECONDS&maximum_bytes=N"
)


def open_cache(url: str, *, root: Path | None) -> Cache:
    """Open ``file:folder?maximum_bytes=…`` or ``redis://host:port/db?ttl=…&maximum_bytes=…``.

    A relative folder is relative to ``root``. Without ``ttl``, in seconds, nothing is dropped for
    not being used.

    Raises:
        SettingsError: it has another form, or is relative without a ``root``.
    """
    scheme, _, rest = url.partition(":")
    location, _, query = rest.partition("?")
    given = parse_qsl(query, keep_blank_values=True)
    options = dict(given)
    if len(options) < len(given):
        raise SettingsError(_SETTING, "has an option twice", "give each option once")
    if scheme == "file":
        return _open_folder(location, options, root)
    if scheme == "redis":
        return _open_redis(location, options)
    # The rest of it may hold a credential and stays out of the message.
    raise SettingsError(_SETTING, f"cannot read '{scheme}:…'", _FORMS)


def _open_folder(location: str, options: dict[str, str], root: Path | None) -> Cache:
    maximum_bytes = _number(options.pop(_MAXIMUM, str(DEFAULT_MAXIMUM_BYTES)), _MAXIMUM)
    path = location.removeprefix("//") if location.startswith("///") else location
    if not path or path.startswith("//") or options:
        raise SettingsError(_SETTING, f"cannot read 'file:{location}'", _FORMS)
    folder = Path(path).expanduser()
    if root is None and not folder.is_absolute():
        raise SettingsError(
            _SETTING, f"'{path}' is relative and there is no project", "write an absolute path"
        )
    return CacheFolder((root or Path("/")) / folder, maximum_bytes)


def _open_redis(location: str, options: dict[str, str]) -> Cache:
    from frontier_assets.storage.cache_redis import RedisCache  # noqa: PLC0415
    from frontier_assets.storage.redis_connection import parse_location  # noqa: PLC0415

    maximum_bytes = _number(options.pop(_MAXIMUM, str(DEFAULT_MAXIMUM_BYTES)), _MAXIMUM)
    ttl_s = _number(options.pop(_TTL), _TTL) if _TTL in options else None
    try:
        address = parse_location(f"{location}?{urlencode(options)}" if options else location)
    except InvalidValueError as error:
        raise SettingsError(_SETTING, f"cannot be read: {error}", _FORMS) from error
    return RedisCache(address, maximum_bytes, ttl_s=ttl_s)


def _number(text: str, option: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise SettingsError(
            _SETTING, f"{option} is '{text}'", "write a whole number above 0, or leave it out"
        )
    return int(text)
