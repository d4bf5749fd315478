"""What obstore is told when a store is opened: where, how long, how often."""

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from frontier_assets.errors import InvalidValueError
from frontier_assets.storage.address import Address
from frontier_assets.storage.transport import check_endpoint

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig

# A whole pack has to pass in this time: 32 MiB at 0.9 Mbit/s.
_REQUEST_TIMEOUT = timedelta(minutes=5)
# Longer waits are for the wrapper that retries: it says what it waits for.
_RETRIES = 3
_CONTAINER = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
# "=" is in the folders of tables that others wrote: day=2026-01-01.
_PREFIX = re.compile(r"([\w=-][\w.=-]*(/[\w=-][\w.=-]*)*)?", re.ASCII)
_ENDPOINT = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._/-]*)?")
_MAXIMUM_PREFIX_LENGTH = 123  # a key has at most 1,024 characters, and a blob's name 900 of them


def checked_address(address: Address) -> Address:
    """Return ``address``, or raise `InvalidValueError` where obstore would panic on its parts."""
    if not _CONTAINER.fullmatch(address.host):
        raise InvalidValueError(
            "Store URL container", address.host, "expected 3 to 63 of a-z, 0-9, '-' and '.'"
        )
    if len(address.path) > _MAXIMUM_PREFIX_LENGTH or not _PREFIX.fullmatch(address.path):
        raise InvalidValueError(
            "Store URL prefix",
            address.path,
            "expected letters, digits, '_', '-', '=' and '.' in segments joined by '/', none of "
            f"them starting with '.', at most {_MAXIMUM_PREFIX_LENGTH} characters",
        )
    check_endpoint(
        address, checked_endpoint(address.options.get("endpoint", ""), "Store URL endpoint")
    )
    return address


def checked_endpoint(endpoint: str, thing: str) -> str:
    """Return ``endpoint``, which may be empty, or raise `InvalidValueError` about ``thing``."""
    if endpoint and not _ENDPOINT.fullmatch(endpoint):
        raise InvalidValueError(thing, endpoint, "expected http://host:port or https://host")
    return endpoint


def client_options(endpoint: str, *, verified: bool = True) -> "ClientConfig":
    """Return obstore's options for ``endpoint``, which may be empty: the service's own.

    Unless ``verified`` any certificate is accepted.
    """
    return {
        "allow_http": endpoint.startswith("http://"),
        "allow_invalid_certificates": not verified,
        "timeout": _REQUEST_TIMEOUT,
    }


def retry_options() -> "RetryConfig":
    """Return how obstore repeats a request that the service was too busy for."""
    return {"max_retries": _RETRIES}
