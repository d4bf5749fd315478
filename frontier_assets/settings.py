"""Settings from the environment, with their defaults and refusals.

Read by `Workspace.open` and the Dagster resources only; every other module takes typed values.
"""

import dataclasses
import getpass
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Self

from frontier_assets.errors import SettingsError
from frontier_assets.signatures import AllowedSigners
from frontier_assets.types import checked_segment

DEFAULT_REGISTRY_URL = "sqlite:///.frontier/registry.db"
DEFAULT_STORES = "default=file:.frontier/store"
PROJECT_MARKER = "dagster.yaml"
# Ignoring one of these would promise something that does not happen.
PLANNED_SETTINGS = ("FRONTIER_LOG_LEVEL",)
_MACHINES = ("cpu", "gpu")
_PRICE = re.compile(r"\d+(\.\d+)?")
_RELATIVE_FILE = re.compile(r"file:(?![/~])")
_RELATIVE_SQLITE = re.compile(r"(sqlite(?:\+\w+)?:///)(?!/)(.+)")


@dataclasses.dataclass(frozen=True, slots=True)
class Settings:
    """Where a project keeps its registry and its artifacts, and who is acting.

    ``root`` is the folder that relative paths are relative to; None when no path is relative.
    ``stores`` maps each named store to its URL. ``frameworks`` are those that a model may be
    written in; None for all. ``encryption_key_file`` encrypts every store, ``cache_url`` says where
    what is read of remote ones is kept, ``signers`` whose signatures count; None: neither happens,
    and no signature counts. ``prices`` are those of an hour of a machine, by ``cpu`` and ``gpu``.
    """

    root: Path | None
    registry_url: str
    stores: Mapping[str, str]
    actor: str
    frameworks: tuple[str, ...] | None = None
    encryption_key_file: Path | None = None
    cache_url: str | None = None
    signers: AllowedSigners | None = None
    prices: Mapping[str, float] = dataclasses.field(default_factory=dict)

    @classmethod
    def read(
        cls,
        *,
        root: Path | None = None,
        registry_url: str | None = None,
        stores: Mapping[str, str] | None = None,
        actor: str | None = None,
        encryption_key_file: Path | None = None,
        cache_url: str | None = None,
        allowed_signers: Path | None = None,
        revoked_signers: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Self:
        """Combine arguments (they win), ``environment`` (`os.environ`) and defaults.

        Raises:
            SettingsError: a setting cannot be used, or there is neither a project nor settings.
        """
        variables = os.environ if environment is None else environment
        for name in PLANNED_SETTINGS:
            if variables.get(name):
                raise SettingsError(name, "is not available in this release", "unset it")
        url = registry_url or variables.get("FRONTIER_REGISTRY_URL")
        named = stores or parse_stores(variables.get("FRONTIER_STORES", ""))
        keys = encryption_key_file or variables.get("FRONTIER_ENCRYPTION_KEY_FILE") or None
        cache = cache_url or variables.get("FRONTIER_CACHE_URL") or None
        allowed = allowed_signers or variables.get("FRONTIER_ALLOWED_SIGNERS") or None
        revoked = revoked_signers or variables.get("FRONTIER_REVOKED_SIGNERS") or None
        folder = root or find_project_root(Path.cwd())
        files = (keys, allowed, revoked)
        if folder is None and (not url or not named or _needs_root(url, named, files, cache)):
            raise SettingsError(
                "Project root",
                f"no {PROJECT_MARKER} in {Path.cwd()} or above it",
                "run the command inside a project, or set FRONTIER_REGISTRY_URL and "
                "FRONTIER_STORES to absolute locations",
            )
        return cls(
            root=folder,
            registry_url=_absolute_registry_url(url or DEFAULT_REGISTRY_URL, folder),
            stores=named or parse_stores(DEFAULT_STORES),
            actor=actor or variables.get("FRONTIER_ACTOR") or _login_name(),
            frameworks=parse_frameworks(variables.get("FRONTIER_FRAMEWORKS", "")),
            encryption_key_file=_absolute_file(keys, folder),
            cache_url=_absolute_cache_url(cache, folder) if cache else None,
            signers=_signers(_absolute_file(allowed, folder), _absolute_file(revoked, folder)),
            prices=parse_prices(variables.get("FRONTIER_PRICES", "")),
        )


def find_project_root(start: Path) -> Path | None:
    """Return the nearest folder at or above ``start`` that holds ``dagster.yaml``."""
    folder = start.resolve()
    return next((f for f in [folder, *folder.parents] if (f / PROJECT_MARKER).is_file()), None)


def parse_stores(text: str) -> dict[str, str]:
    """Read ``name=url,name=url``; the URLs themselves are checked when a store is opened.

    Raises:
        SettingsError: a part has another form, or two have one name.
    """
    stores: dict[str, str] = {}
    for item in filter(None, (part.strip() for part in text.split(","))):
        name, separator, url = item.partition("=")
        if not separator or not url:
            raise SettingsError(
                "FRONTIER_STORES", f"cannot read '{item}'", "write name=url, separated by commas"
            )
        if checked_segment("Store name", name) in stores:
            raise SettingsError("FRONTIER_STORES", f"names '{name}' twice", "give each one name")
        stores[name] = url
    return stores


def parse_prices(text: str) -> dict[str, float]:
    """Read ``cpu=0.10,gpu=3.60``, prices of an hour in one currency.

    Raises:
        SettingsError: a part has another form, or names another machine.
    """
    prices: dict[str, float] = {}
    for item in filter(None, (part.strip() for part in text.split(","))):
        machine, _, price = item.partition("=")
        if machine not in _MACHINES or not _PRICE.fullmatch(price):
            raise SettingsError(
                "FRONTIER_PRICES", f"cannot read '{item}'", "write cpu=0.10,gpu=3.60"
            )
        prices[machine] = float(price)
    return prices


def parse_frameworks(text: str) -> tuple[str, ...] | None:
    """Read ``pytorch,sklearn`` in any of their spellings; None when nothing is named.

    Raises:
        SettingsError: a framework is unknown.
    """
    named = [part.strip() for part in text.split(",") if part.strip()]
    if not named:
        return None
    # Most commands start without the vocabulary of the YAML, which takes a while to load.
    from frontier_assets.specification.architecture import (  # noqa: PLC0415
        FRAMEWORK_ALIASES,
        FRAMEWORKS,
    )

    accepted = {FRAMEWORK_ALIASES.get(name, name) for name in named}
    for name in sorted(accepted - {*FRAMEWORKS}):
        raise SettingsError(
            "FRONTIER_FRAMEWORKS",
            f"names the unknown framework '{name}'",
            f"known are {', '.join(FRAMEWORKS)} (also written {', '.join(FRAMEWORK_ALIASES)})",
        )
    return tuple(name for name in FRAMEWORKS if name in accepted)


def _login_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError) as error:  # a container's user may have no name
        raise SettingsError(
            "FRONTIER_ACTOR", "is not set and the user has no login name", "set it to your name"
        ) from error


def _needs_root(
    url: str,
    stores: Mapping[str, str],
    files: Iterable[str | Path | None],
    cache: str | None,
) -> bool:
    folders = [*stores.values(), *([cache] if cache else [])]
    relative_folders = any(_RELATIVE_FILE.match(folder) for folder in folders)
    relative_files = any(file and not Path(file).expanduser().is_absolute() for file in files)
    return relative_folders or relative_files or _RELATIVE_SQLITE.fullmatch(url) is not None


def _absolute_file(file: str | Path | None, root: Path | None) -> Path | None:
    return (root or Path("/")) / Path(file).expanduser() if file else None


def _signers(allowed: Path | None, revoked: Path | None) -> AllowedSigners | None:
    if allowed is not None:
        return AllowedSigners(allowed, revoked)
    if revoked is not None:
        raise SettingsError(
            "FRONTIER_REVOKED_SIGNERS",
            "has no meaning without FRONTIER_ALLOWED_SIGNERS",
            "name the allowed-signers file as well",
        )
    return None


def _absolute_cache_url(url: str, root: Path | None) -> str:
    if root is None or not _RELATIVE_FILE.match(url):
        return url
    return f"file:{root / url.removeprefix('file:')}"


def _absolute_registry_url(url: str, root: Path | None) -> str:
    relative = _RELATIVE_SQLITE.fullmatch(url)
    if relative is None or root is None:
        return url
    return f"{relative[1]}{root / relative[2]}"
