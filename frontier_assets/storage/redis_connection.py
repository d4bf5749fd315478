"""The connection of a Redis store: its keys, and its questions to the server."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from frontier_assets.errors import InvalidValueError, MissingExtraError
from frontier_assets.storage.address import Address, parse_address
from frontier_assets.storage.redis_failures import reachable
from frontier_assets.storage.transport import CLEARTEXT, check_transport

if TYPE_CHECKING:
    from redis import Redis

CHUNK_BYTES = 4 << 20  # Redis refuses values above 512 MB and stands still while it moves one
_FORM = "redis://host:port/database, where needed with ?tls=true"
_PASSWORD_VARIABLE = "REDISCLI_AUTH"  # noqa: S105 - a name; redis-cli reads the same
_TIMEOUT_S, _CONNECT_TIMEOUT_S = 30.0, 5.0
_REPEATS = 3
_DEFAULT_PORT = 6379


def parse_location(location: str) -> Address:
    """Return what ``//host:port/database?prefix=…&username=…&tls=true&cleartext=allowed`` says.

    Raises:
        InvalidValueError: it is not of this form.
    """
    address = parse_address(
        "redis",
        location,
        form=_FORM,
        options=[CLEARTEXT, "prefix", "tls", "username"],
        credentials=f"the password comes from the environment variable {_PASSWORD_VARIABLE}",
    )
    database = address.path or "0"
    numbered = database.isascii() and database.isdecimal() and _port(address) is not None
    if not numbered or address.options.get("tls", "true") != "true":
        raise InvalidValueError("Store URL", address.url, f"expected {_FORM}")
    check_transport(
        address,
        host=urlsplit(f"//{address.host}").hostname or "",
        encrypted="tls" in address.options,
        instead="tls=true",
    )
    return address


class RedisConnection:
    """One server and prefix; connected by the first question. Safe from several threads.

    An answer may take ``timeout_s`` seconds; a question that has none is asked again ``repeats``
    times.
    """

    def __init__(
        self, address: Address, *, timeout_s: float = _TIMEOUT_S, repeats: int = _REPEATS
    ) -> None:
        self.url = address.url
        prefix = address.options.get("prefix", "frontier")
        self.records, self.names = f"{prefix}:blobs", f"{prefix}:names"
        self._chunk = f"{prefix}:chunk"
        self._address, self._timeout_s, self._repeats = address, timeout_s, repeats
        self._client: Redis | None = None

    def chunk(self, token: str, index: int) -> str:
        """Return the key of one chunk."""
        return f"{self._chunk}:{token}:{index}"

    def chunks(self, token: str, size_bytes: int) -> Sequence[str]:
        """Return the keys of all chunks, in order."""
        return [self.chunk(token, index) for index in range(-(-size_bytes // CHUNK_BYTES))]

    def run(self, script: str, chunks: Sequence[str], *values: str | int) -> Any:  # noqa: ANN401 - see `ask`
        """Run ``script`` as one step, over the records, the names and ``chunks``."""
        keys = (self.records, self.names, *chunks)
        return self.ask("EVAL", script, len(keys), *keys, *values)

    def ask(self, *command: str | bytes | int) -> Any:  # noqa: ANN401 - as the command says
        """Return the server's answer, in its own types: bytes, numbers, lists of them."""
        if self._client is None:
            self._client = _client(self._address, self._timeout_s, self._repeats)
        with reachable(self.url):
            return self._client.execute_command(*command)  # type: ignore[no-untyped-call]


def _port(address: Address) -> int | None:
    try:
        return urlsplit(f"//{address.host}").port or _DEFAULT_PORT
    except ValueError:
        return None


def _client(address: Address, timeout_s: float, repeats: int) -> "Redis":
    try:
        from redis import Redis  # noqa: PLC0415
        from redis.backoff import ExponentialWithJitterBackoff  # noqa: PLC0415
        from redis.retry import Retry  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtraError("A store in Redis", "redis", "redis") from error
    return Redis(
        host=urlsplit(f"//{address.host}").hostname or "",
        port=_port(address) or _DEFAULT_PORT,
        db=int(address.path or 0),
        username=address.options.get("username"),
        password=os.environ.get(_PASSWORD_VARIABLE),
        ssl="tls" in address.options,
        socket_timeout=timeout_s,
        socket_connect_timeout=min(timeout_s, _CONNECT_TIMEOUT_S),
        # Repeating is safe: chunks have a name of their own and a commit knows its own token.
        retry=Retry(ExponentialWithJitterBackoff(cap=1.0, base=0.05), repeats),
    )
