"""Blobs in a Redis server, for small and fast stores.

A blob is a record in one hash (its size, its time, the token of its bytes) and chunks under that
token. Chunks expire until a script, which Redis runs as one step, makes the record: so a reader
sees all of a blob or nothing, and a save that dies leaves nothing for long. The names lie in a
sorted set, which gives a prefix without walking all keys. One server with its replicas, not a
cluster.

How durable a commit is, the server's own settings say: `appendonly yes` with `appendfsync always`
survives a power cut, `maxmemory-policy noeviction` keeps what was stored.
"""

import contextlib
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
from typing_extensions import Buffer, override

from frontier_assets.errors import (
    BlobExistsError,
    BlobNotFoundError,
    IntegrityError,
    StoreUnavailableError,
)
from frontier_assets.storage.address import Address
from frontier_assets.storage.blob import (
    REMOTE_ROLL_BYTES,
    BlobInfo,
    BlobStore,
    BlobWriter,
    checked_blob_name,
)
from frontier_assets.storage.redis_connection import (
    CHUNK_BYTES,
    RedisConnection,
    parse_location,
)

_STAGED_S = 24 * 3600
_PAGE = 1_000

# KEYS: records, names; then the chunks. ARGV: name, token, size. -> the record's token, or nothing
# where a chunk expired. The first writer's record stays.
_COMMIT = """
local held = redis.call('HGET', KEYS[1], ARGV[1])
if held then return string.match(held, '^%x+') end
for i = 3, #KEYS do if redis.call('EXISTS', KEYS[i]) == 0 then return false end end
for i = 3, #KEYS do redis.call('PERSIST', KEYS[i]) end
local time = redis.call('TIME')
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. ' ' .. ARGV[3] .. ' ' .. time[1])
redis.call('ZADD', KEYS[2], 0, ARGV[1])
return ARGV[2]
"""
# KEYS: records, names; then the chunks. ARGV: name, token: a newer blob of the name stays.
_DELETE = """
local held = redis.call('HGET', KEYS[1], ARGV[1])
if not held or string.match(held, '^%x+') ~= ARGV[2] then return 0 end
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
for i = 3, #KEYS do redis.call('UNLINK', KEYS[i]) end
return 1
"""


class _Record(NamedTuple):
    token: str
    size_bytes: int
    modified_at: datetime


def open_store(location: str, *, root: Path | None) -> BlobStore:  # noqa: ARG001 - every backend
    """Open ``//host:port/database``; options are ``prefix``, ``username`` and ``tls=true``.

    Raises:
        InvalidValueError: it is not of this form.
    """
    return RedisBlobStore(parse_location(location))


class RedisBlobStore(BlobStore):
    """Blobs under a prefix of one database; nothing is asked before the first use."""

    def __init__(self, address: Address) -> None:
        self.connection = RedisConnection(address)

    @property
    @override
    def url(self) -> str:
        return self.connection.url

    @property
    @override
    def roll_bytes(self) -> int | None:
        return REMOTE_ROLL_BYTES

    @override
    def create(self, name: str, *, size_hint: int | None = None) -> BlobWriter:
        return _RedisWriter(self.connection, checked_blob_name(name))

    @override
    def read(self, name: str, *, offset: int = 0, length: int | None = None) -> memoryview:
        record = self._record(name)
        end = record.size_bytes if length is None else min(record.size_bytes, offset + length)
        content = np.empty(max(0, end - offset), np.uint8).data
        done = 0
        while done < len(content):
            index, start = divmod(offset + done, CHUNK_BYTES)
            wanted = min(CHUNK_BYTES - start, len(content) - done)
            key = self.connection.chunk(record.token, index)
            piece = self.connection.ask("GETRANGE", key, start, start + wanted - 1)
            if len(piece) != wanted:
                raise self._incomplete(name, record)
            content[done : done + wanted] = piece
            done += wanted
        return content

    @override
    def size(self, name: str) -> int:
        return self._record(name).size_bytes

    @override
    def list(self, prefix: str = "") -> Iterator[BlobInfo]:
        start = f"[{prefix}" if prefix else "-"
        # Names are ASCII, so this byte is behind all of them.
        end = b"(" + prefix.encode() + b"\xff"
        while names := self.connection.ask(
            "ZRANGEBYLEX", self.connection.names, start, end, "LIMIT", 0, _PAGE
        ):
            records = self.connection.ask("HMGET", self.connection.records, *names)
            for name, text in zip(names, records, strict=True):
                if text is not None:  # else deleted meanwhile
                    record = _parse(text)
                    yield BlobInfo(name.decode(), record.size_bytes, record.modified_at)
            start = f"({names[-1].decode()}"

    @override
    def delete(self, name: str) -> None:
        with contextlib.suppress(BlobNotFoundError):
            record = self._record(name)
            chunks = self.connection.chunks(record.token, record.size_bytes)
            self.connection.run(_DELETE, chunks, name, record.token)

    def _record(self, name: str) -> _Record:
        text = self.connection.ask("HGET", self.connection.records, checked_blob_name(name))
        if text is None:
            raise BlobNotFoundError(name, self.url)
        return _parse(text)

    def _incomplete(self, name: str, record: _Record) -> BlobNotFoundError | IntegrityError:
        with contextlib.suppress(BlobNotFoundError):
            if self._record(name).token == record.token:
                problem = "Redis lost a part of it; set `maxmemory-policy noeviction`"
                return IntegrityError(name, self.url, problem)
        return BlobNotFoundError(name, self.url)


class _RedisWriter(BlobWriter):
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
        if self._pending:
            self._send()
        chunks = self._connection.chunks(self._token, self._sent)
        holder = self._connection.run(_COMMIT, chunks, self._name, self._token, self._sent)
        if holder is None:
            raise StoreUnavailableError(
                self._connection.url,
                f"parts of '{self._name}' expired or were evicted before it was whole",
                "set `maxmemory-policy noeviction`, then save again",
            )
        if holder.decode() != self._token:
            raise BlobExistsError(self._name, self._connection.url)
        self._committed = True

    def _send(self) -> None:
        key = self._connection.chunk(self._token, self._sent // CHUNK_BYTES)
        self._connection.ask("SET", key, bytes(self._pending), "EX", _STAGED_S)
        self._sent += len(self._pending)
        self._pending.clear()

    @override
    def drop(self) -> None:
        if self._sent and not self._committed:
            # Where the server cannot be asked, the chunks expire.
            with contextlib.suppress(StoreUnavailableError):
                self._connection.ask("UNLINK", *self._connection.chunks(self._token, self._sent))


def _parse(text: bytes) -> _Record:
    token, size_bytes, modified_s = text.decode().split(" ")
    return _Record(token, int(size_bytes), datetime.fromtimestamp(int(modified_s), UTC))
