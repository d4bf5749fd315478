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
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
from typing_extensions import override

from frontier_assets.errors import BlobChangedError, BlobNotFoundError, IntegrityError
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
from frontier_assets.storage.redis_writing import RedisWriter

_PAGE = 1_000

# KEYS: records, names; then the chunks. ARGV: name, token. -> whether that was the blob's token.
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
        return RedisWriter(self.connection, checked_blob_name(name))

    @override
    def read(self, name: str, *, offset: int = 0, length: int | None = None) -> memoryview:
        return self._present(name, offset, length)[1]

    @override
    def replace(self, name: str, data: bytes, *, expected: bytes) -> None:
        record, content = self._present(name, 0, None)
        if content != expected:
            raise BlobChangedError(name, self.url)
        with RedisWriter(self.connection, name) as writer:
            writer.write(data)
            if not writer.put((record.token, record.size_bytes)):
                raise BlobChangedError(name, self.url)

    def _present(self, name: str, offset: int, length: int | None) -> tuple[_Record, memoryview]:
        """Return a range of the blob with the record that it belongs to."""
        record = self._record(name)
        while (content := self._content(record, offset, length)) is None:
            gone, record = record, self._record(name)
            if record.token == gone.token:
                problem = "Redis lost a part of it; set `maxmemory-policy noeviction`"
                raise IntegrityError(name, self.url, problem)
        return record, content

    def _content(self, record: _Record, offset: int, length: int | None) -> memoryview | None:
        """Return a range of what a record stands for; None where a part of it is gone."""
        end = record.size_bytes if length is None else min(record.size_bytes, offset + length)
        content = np.empty(max(0, end - offset), np.uint8).data
        done = 0
        while done < len(content):
            index, start = divmod(offset + done, CHUNK_BYTES)
            wanted = min(CHUNK_BYTES - start, len(content) - done)
            key = self.connection.chunk(record.token, index)
            piece = self.connection.ask("GETRANGE", key, start, start + wanted - 1)
            if len(piece) != wanted:
                return None
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
            while True:  # until the blob is not replaced meanwhile
                record = self._record(name)
                chunks = self.connection.chunks(record.token, record.size_bytes)
                if self.connection.run(_DELETE, chunks, name, record.token):
                    return

    def _record(self, name: str) -> _Record:
        text = self.connection.ask("HGET", self.connection.records, checked_blob_name(name))
        if text is None:
            raise BlobNotFoundError(name, self.url)
        return _parse(text)


def _parse(text: bytes) -> _Record:
    token, size_bytes, modified_s = text.decode().split(" ")
    return _Record(token, int(size_bytes), datetime.fromtimestamp(int(modified_s), UTC))
