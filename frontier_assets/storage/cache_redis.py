"""A cache in a Redis server, which several machines share.

A range is kept in pieces, each of them a value: the blake3 hash of its bytes, then those. A set for
each blob has the pieces' spans, ``<start>-<end>`` with ``.last`` where the blob ends; a sorted set
has every piece by its last use. Scripts, which Redis runs as one step, keep these and the total in
agreement, also where Redis dropped a piece by itself. One server with its replicas, not a cluster.
"""

import hashlib
import logging
import time
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Self

import numpy as np
from blake3 import blake3
from typing_extensions import override

from frontier_assets.errors import StoreUnavailableError
from frontier_assets.storage.address import Address
from frontier_assets.storage.cache import Cache
from frontier_assets.storage.redis_connection import RedisConnection

# A range within a piece moves all of it, and Redis stands still meanwhile.
PIECE_BYTES = 1 << 20
_HASH_BYTES = 32
# Asking a server that is away makes every read wait for this long, so it is asked now and then.
_TIMEOUT_S = 2.0
_PAUSE_S = 30.0
_log = logging.getLogger(__name__)

# KEYS: last uses, total. ARGV: time to live in ms or 0, the blob's set; then the script's own.
_COMMON = """
local used, total, ttl, blob = KEYS[1], KEYS[2], tonumber(ARGV[1]), ARGV[2]
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local function size_of(span)
  local first, last = string.match(span, '^(%d+)-(%d+)')
  return last - first + 32
end
local function forget(of, span)
  redis.call('UNLINK', of .. ':' .. span)
  redis.call('SREM', of, span)
  if redis.call('ZREM', used, of .. ' ' .. span) == 1 then
    redis.call('DECRBY', total, size_of(span))
  end
end
local function use(span)
  if redis.call('ZADD', used, now, blob .. ' ' .. span) == 1 then
    redis.call('INCRBY', total, size_of(span))
  end
  if ttl > 0 then
    for _, key in ipairs({used, total, blob, blob .. ':' .. span}) do
      redis.call('PEXPIRE', key, ttl)
    end
  end
end
"""
# ARGV: span, value, maximum. Pieces that were not used for their time are gone, so they are
# forgotten; then those that were used longest ago, until there is room.
_KEEP = (
    _COMMON
    + """
local span, value, maximum = ARGV[3], ARGV[4], tonumber(ARGV[5])
local function drop(members)
  for _, member in ipairs(members) do forget(string.match(member, '^(.*) (%S+)$')) end
  return #members
end
if ttl > 0 then drop(redis.call('ZRANGEBYSCORE', used, '-inf', now - ttl * 1000)) end
forget(blob, span)
while tonumber(redis.call('GET', total) or 0) + #value > maximum do
  if drop(redis.call('ZRANGE', used, 0, 0)) == 0 then redis.call('SET', total, 0) end
end
redis.call('SET', blob .. ':' .. span, value)
redis.call('SADD', blob, span)
use(span)
"""
)
# ARGV: span. -> the value, or nothing where it is gone.
_TAKE = (
    _COMMON
    + """
local value = redis.call('GET', blob .. ':' .. ARGV[3])
if value then use(ARGV[3]) else forget(blob, ARGV[3]) end
return value
"""
)
# ARGV: spans.
_FORGET = _COMMON + "for i = 3, #ARGV do forget(blob, ARGV[i]) end"


class RedisCache(Cache):
    """Pieces of ranges in Redis; ``ttl_s`` is how long one stays that nobody uses, None: always.

    A server that does not answer is left alone for a while, which is reported once in the log.
    """

    def __init__(self, address: Address, maximum_bytes: int, *, ttl_s: int | None) -> None:
        self.url, self.maximum_bytes, self.ttl_s = address.url, maximum_bytes, ttl_s
        self._connection = RedisConnection(address, timeout_s=_TIMEOUT_S, repeats=0)
        self._prefix = f"{address.options.get('prefix', 'frontier')}:cache"
        self._away_until = 0.0
        self._warned = False

    @override
    def get(self, key: str, offset: int, length: int | None) -> memoryview | None:
        blob = self._blob(key)
        spans = [_Span.parse(text) for text in self._ask("SMEMBERS", blob) or ()]
        chosen = _cover(spans, offset, length)
        if not chosen:
            return None
        stop = chosen[-1].end if length is None else min(chosen[-1].end, offset + length)
        found = np.empty(max(0, stop - offset), np.uint8).data
        for span, until in zip(chosen, [*(s.start for s in chosen[1:]), stop], strict=True):
            piece = self._take(blob, span)
            if piece is None:
                return None
            begin = max(offset, span.start)
            found[begin - offset : until - offset] = piece[begin - span.start : until - span.start]
        return found

    @override
    def keep(self, key: str, offset: int, data: memoryview, *, is_last: bool) -> None:
        starts = range(0, len(data), PIECE_BYTES)
        if not 0 < len(data) + _HASH_BYTES * len(starts) <= self.maximum_bytes:
            return
        blob = self._blob(key)
        for start in starts:
            piece = data[start : start + PIECE_BYTES]
            end = start + len(piece)
            span = _Span(offset + start, offset + end, is_last and end == len(data))
            value = blake3(piece).digest() + piece
            self._run(_KEEP, blob, span.text, value, self.maximum_bytes)

    @override
    def forget(self, key: str) -> None:
        blob = self._blob(key)
        if spans := self._ask("SMEMBERS", blob):
            self._run(_FORGET, blob, *spans)

    def _take(self, blob: str, span: "_Span") -> memoryview | None:
        value: bytes | None = self._run(_TAKE, blob, span.text)
        if value is None:
            return None
        piece = memoryview(value)[_HASH_BYTES:]
        if len(piece) != span.end - span.start or blake3(piece).digest() != value[:_HASH_BYTES]:
            self._run(_FORGET, blob, span.text)
            return None
        return piece

    def _blob(self, key: str) -> str:
        return f"{self._prefix}:{hashlib.sha256(key.encode()).hexdigest()}"

    def _run(self, script: str, blob: str, *values: str | bytes | int) -> Any:  # noqa: ANN401 - as the script says
        ttl_ms = (self.ttl_s or 0) * 1_000
        keys = (f"{self._prefix}:used", f"{self._prefix}:total")
        return self._ask("EVAL", script, len(keys), *keys, ttl_ms, blob, *values)

    def _ask(self, *command: str | bytes | int) -> Any:  # noqa: ANN401 - as the command says
        """Return the server's answer; None while it is away."""
        if time.monotonic() < self._away_until:
            return None
        try:
            answer = self._connection.ask(*command)
        except StoreUnavailableError as error:
            self._away_until = time.monotonic() + _PAUSE_S
            if not self._warned:
                _log.warning("Cache %s is bypassed: %s", self.url, error)
            self._warned = True
            return None
        self._warned = False
        return answer


class _Span(NamedTuple):
    """The place of a piece in its blob; ``is_last`` where the blob ends with it."""

    start: int
    end: int
    is_last: bool

    @classmethod
    def parse(cls, text: bytes) -> Self:
        numbers, _, last = text.decode("ascii").partition(".")
        start, _, end = numbers.partition("-")
        return cls(int(start), int(end), last == "last")

    @property
    def text(self) -> str:
        return f"{self.start}-{self.end}{'.last' if self.is_last else ''}"


def _cover(spans: Iterable[_Span], offset: int, length: int | None) -> Sequence[_Span]:
    """Return pieces that follow on each other and hold the range; none where some is missing."""
    known, chosen, position = [*spans], list[_Span](), offset
    while length is None or position < offset + length:
        fitting = [s for s in known if s.start <= position and (position < s.end or s.is_last)]
        if not fitting:
            return []
        chosen.append(max(fitting, key=lambda span: (span.end, span.is_last)))
        if chosen[-1].is_last:
            break
        position = chosen[-1].end
    return chosen
