"""The writing of a blob to Redis: chunks that expire until a script makes them a blob."""

import contextlib
import secrets

from typing_extensions import Buffer, override

from frontier_assets.errors import BlobExistsError, StoreUnavailableError
from frontier_assets.storage.blob import BlobWriter
from frontier_assets.storage.redis_connection import CHUNK_BYTES, RedisConnection

STAGED_S = 24 * 3600

# KEYS: records, names; then the chunks, then those of the blob that is replaced. ARGV: name, token,
# size, the token that is replaced or an empty one, the number of chunks. -> the token of the record
# that is there now, or nothing where a chunk expired.
_PUT = """
local held = redis.call('HGET', KEYS[1], ARGV[1])
local token = held and string.match(held, '^%x+') or ''
if token ~= ARGV[4] then return token end
local last = 2 + ARGV[5]
for i = 3, last do if redis.call('EXISTS', KEYS[i]) == 0 then return false end end
for i = 3, last do redis.call('PERSIST', KEYS[i]) end
local time = redis.call('TIME')
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. ' ' .. ARGV[3] .. ' ' .. time[1])
redis.call('ZADD', KEYS[2], 0, ARGV[1])
for i = last + 1, #KEYS do redis.call('UNLINK', KEYS[i]) end
return ARGV[2]
"""


class RedisWriter(BlobWriter):
    """Chunks that expire until they are committed; less than one of them is held in memory."""

    def __init__(self, connection: RedisConnection, name: str) -> None:
        self._connection, self._name = connection, name
        self._token = secrets.token_hex(16)
        self._pending = bytearray()
        self._sent = 0
        self._committed = False

    @override
    def write(self, data: Buffer) -> None:
        view = memoryview(data)
        view = view.cast("B") if view.nbytes else memoryview(b"")
        while view:
            room = CHUNK_BYTES - len(self._pending)
            self._pending += view[:room]
            view = view[room:]
            if len(self._pending) == CHUNK_BYTES:
                self._send()

    @override
    def commit(self) -> None:
        if not self.put():
            raise BlobExistsError(self._name, self._connection.url)

    def put(self, old: tuple[str, int] = ("", 0)) -> bool:
        """Make the blob in the place of the ``old`` one, its token and size; empty for none.

        Return False where another one is there.
        """
        if self._pending:
            self._send()
        chunks = self._connection.chunks(self._token, self._sent)
        values = (self._name, self._token, self._sent, old[0], len(chunks))
        holder = self._connection.run(_PUT, [*chunks, *self._connection.chunks(*old)], *values)
        if holder is None:
            raise StoreUnavailableError(
                self._connection.url,
                f"parts of '{self._name}' expired or were evicted before it was whole",
                "set `maxmemory-policy noeviction`, then save again",
            )
        self._committed = holder.decode() == self._token
        return self._committed

    def _send(self) -> None:
        key = self._connection.chunk(self._token, self._sent // CHUNK_BYTES)
        self._connection.ask("SET", key, bytes(self._pending), "EX", STAGED_S)
        self._sent += len(self._pending)
        self._pending.clear()

    @override
    def drop(self) -> None:
        if self._sent and not self._committed:
            # Where the server cannot be asked, the chunks expire.
            with contextlib.suppress(StoreUnavailableError):
                self._connection.ask("UNLINK", *self._connection.chunks(self._token, self._sent))
