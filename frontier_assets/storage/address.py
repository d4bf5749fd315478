"""What the URL of a remote store says: ``scheme://host/path?option=value``."""

import dataclasses
from collections.abc import Collection, Mapping
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

from frontier_assets.errors import InvalidValueError

_THING = "Store URL"


@dataclasses.dataclass(frozen=True, slots=True)
class Address:
    """The parts of a store's URL. ``host`` is a bucket's name or ``host:port``."""

    scheme: str
    host: str
    path: str
    options: Mapping[str, str]

    @property
    def url(self) -> str:
        """The URL again; nothing in it is a credential."""
        query = urlencode(self.options, safe=":/")
        path = f"/{self.path}" if self.path else ""
        return f"{self.scheme}://{self.host}{path}{f'?{query}' if query else ''}"


def parse_address(
    scheme: str, location: str, *, form: str, options: Collection[str], credentials: str
) -> Address:
    """Return the parts of ``scheme:location``.

    ``form`` shows how such a URL is written, ``options`` are the names that its query may have, and
    ``credentials`` says where the backend takes them from.

    Raises:
        InvalidValueError: the URL has another form, or a credential; the message never shows that.
    """
    if "@" in location:  # wherever it is: a password may hold any character
        raise InvalidValueError(_THING, f"{scheme}://...", f"no credentials in it; {credentials}")
    parts = _split(scheme, location, form)
    query = parse_qsl(parts.query, keep_blank_values=True)
    unknown = sorted({name for name, _ in query} - set(options))
    if unknown:
        known = ", ".join(sorted(options))
        raise InvalidValueError(f"{_THING} option", unknown[0], f"known: {known}; {credentials}")
    host = parts.netloc
    if not location.startswith("//") or not host or parts.fragment or not all(dict(query).values()):
        raise InvalidValueError(_THING, f"{scheme}:{location}", f"expected {form}")
    return Address(scheme, host, parts.path.strip("/"), dict(query))


def _split(scheme: str, location: str, form: str) -> SplitResult:
    try:
        return urlsplit(f"{scheme}:{location}")
    except ValueError as error:  # brackets of an IPv6 address that do not close
        raise InvalidValueError(_THING, f"{scheme}:{location}", f"expected {form}") from error
