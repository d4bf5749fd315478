"""The packages that formats and targets need, and the extras that bring them."""

import functools
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, packages_distributions, requires, version
from importlib.util import find_spec

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from frontier_assets.errors import MissingExtraError

_OURS = "frontier_assets"


def require_packages(feature: str, packages: tuple[str, ...], *, extra: str) -> None:
    """Raise `MissingExtraError` for the first of the ``packages`` that is not installed.

    One that is older than the ``extra`` asks for counts as that.
    """
    for package in packages:
        if find_spec(package) is None:
            raise MissingExtraError(feature, package, extra)
        try:
            installed = version(package)
        except PackageNotFoundError:
            continue  # it came under another name, e.g. as `xgboost-cpu`
        if asked := outdated(package, installed, extra=extra):
            raise MissingExtraError(feature, asked, extra, installed=installed)


def release_of(package: str) -> str:
    """Return the installed release of what brings the module ``package``."""
    try:
        return version(package)
    except PackageNotFoundError:
        # It came under another name. Finding that reads the files of every installed package.
        return version(packages_distributions()[package][0])


def outdated(package: str, installed: str, *, extra: str) -> str:
    """Return what the ``extra`` asks of ``package`` where ``installed`` is not that; else empty."""
    for requirement in _extras().get(canonicalize_name(extra), ()):
        asked = canonicalize_name(requirement.name) == canonicalize_name(package)
        if asked and not requirement.specifier.contains(installed, prereleases=True):
            return f"{requirement.name}{requirement.specifier}"
    return ""


@functools.cache
def _extras() -> Mapping[str, list[Requirement]]:
    """Return what each of our extras asks for; nothing in a checkout that is not installed."""
    try:
        lines = requires(_OURS) or []
    except PackageNotFoundError:
        return {}
    found: dict[str, list[Requirement]] = {}
    for line in lines:
        before, _, marker = line.partition(";")
        _, _, name = marker.rpartition("extra == ")
        if name:
            found.setdefault(canonicalize_name(name.strip(" \"')")), []).append(Requirement(before))
    return found
