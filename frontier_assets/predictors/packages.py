"""The packages that formats and targets need, and the extras that bring them."""

from importlib.util import find_spec

from frontier_assets.errors import MissingExtraError


def require_packages(feature: str, packages: tuple[str, ...], *, extra: str) -> None:
    """Raise `MissingExtraError` for the first of the ``packages`` that is not installed."""
    for package in packages:
        if find_spec(package) is None:
            raise MissingExtraError(feature, package, extra)
