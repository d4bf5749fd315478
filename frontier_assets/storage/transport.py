"""Encryption on the way to a store: needed, except on this machine or where the URL waives it."""

import ipaddress
from urllib.parse import urlsplit

from frontier_assets.errors import InvalidValueError
from frontier_assets.storage.address import Address

# The option of a store's URL that waives it, for a network that is trusted.
CLEARTEXT = "cleartext"
_ALLOWED = "allowed"


def check_endpoint(address: Address, endpoint: str) -> None:
    """Raise `InvalidValueError` where ``endpoint``, which may be empty, is plain HTTP far away."""
    check_transport(
        address,
        host=urlsplit(endpoint).hostname or "",
        encrypted=not endpoint.startswith("http://"),
        instead="an https:// endpoint",
    )


def check_transport(address: Address, *, host: str, encrypted: bool, instead: str) -> None:
    """Raise `InvalidValueError` unless the way to ``host`` is ``encrypted``, short or waived.

    ``instead`` says what would be encrypted.
    """
    value = address.options.get(CLEARTEXT)
    if value not in (None, _ALLOWED):
        raise InvalidValueError(f"Store URL option {CLEARTEXT}", value, f"expected {_ALLOWED}")
    if not (encrypted or value or _is_loopback(host)):
        raise InvalidValueError(
            "Store URL",
            address.url,
            f"the way to '{host}' is not encrypted; use {instead}, or add {CLEARTEXT}={_ALLOWED} "
            "to the URL where the network is trusted",
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
