"""A store's own keys, kept in the store, wrapped under each master key that opens it.

The ring holds one key for names, which never changes, and a data key for each master key that
the store had; a blob's own key is derived from a data key and the blob's random salt. So another
master key means one small blob more, ``encryption-keys/<key id>``, and no blob of data is touched:
the rejected alternative, a wrapped key per blob, needs a write per blob and protects no more, as
whoever held the old master key could unwrap each of them as well. What is written after the
rotation is under a data key that the old master key never opened.
"""

import contextlib
import dataclasses
import hmac
import os
from collections.abc import Sequence
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from frontier_assets.errors import (
    BlobExistsError,
    BlobNotFoundError,
    EncryptionKeyError,
    IntegrityError,
    UnsupportedFormatError,
)
from frontier_assets.storage.blob import BlobStore
from frontier_assets.storage.key_file import KEY_BYTES, KEY_ID_BYTES, KeyFile, MasterKey, derived

RINGS = "encryption-keys/"
FORMAT_VERSION = 1
# Whoever creates it first has made the store's ring: a create-only write has one winner.
_FIRST = f"{RINGS}first"
_MAGIC = b"FRNTRING"
_NONCE_BYTES = 12
_ATTEMPTS = 4
_SEALED_AT = len(_MAGIC) + 4 + KEY_ID_BYTES + _NONCE_BYTES
# What an artifact store calls its blobs stays readable, so that one kind is listed without reading
# the other; sizes tell the two apart anyway.
_GROUPS = ("manifests", "packs")
_OTHER_GROUP = "blobs"


@dataclasses.dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys of a store. ``data_keys`` go by the id of the master key they came with."""

    name_key: bytes = dataclasses.field(repr=False)
    data_keys: dict[bytes, bytes] = dataclasses.field(repr=False)
    current: bytes

    @classmethod
    def new(cls, master: MasterKey) -> Self:
        """Return a ring of fresh random keys."""
        return cls(os.urandom(KEY_BYTES), {master.id: os.urandom(KEY_BYTES)}, master.id)

    def extended(self, master: MasterKey) -> "KeyRing":
        """Return the ring with a fresh data key for ``master``, which becomes the current one."""
        keys = {**self.data_keys, master.id: os.urandom(KEY_BYTES)}
        return KeyRing(self.name_key, keys, master.id)

    def stored_name(self, name: str) -> str:
        """Return ``<group>/ab/<HMAC-SHA256 of the name>``."""
        digest = hmac.digest(self.name_key, name.encode(), "sha256").hex()
        group = name.partition("/")[0]
        if group == name or group not in _GROUPS:
            group = _OTHER_GROUP
        return f"{group}/{digest[:2]}/{digest}"

    def wrapped(self, master: MasterKey) -> bytes:
        """Return the ring encrypted and authenticated under ``master``."""
        nonce = os.urandom(_NONCE_BYTES)
        plain = self.name_key + b"".join(key_id + key for key_id, key in self.data_keys.items())
        head = _MAGIC + FORMAT_VERSION.to_bytes(4, "little") + master.id + nonce
        return head + _wrapping(master).encrypt(nonce, plain, head)


def groups_of(prefix: str) -> tuple[str, ...]:
    """Return the groups that can hold blobs whose names start with ``prefix``."""
    for group in _GROUPS:
        if prefix.startswith(f"{group}/"):
            return (group,)
    return (*(group for group in _GROUPS if f"{group}/".startswith(prefix)), _OTHER_GROUP)


def load(blobs: BlobStore, key_file: KeyFile) -> KeyRing | None:
    """Return the ring of a store, or None where the store is empty and has none yet.

    Raises:
        EncryptionKeyError: no key of the file opens it, or the store holds unencrypted blobs.
        IntegrityError: a stored ring was changed.
    """
    ring = _opened(blobs, key_file)
    if ring is None and next(iter(blobs.list()), None) is not None:
        # Another process may have made the ring since, and blobs under it.
        ring = _opened(blobs, key_file)
        if ring is None:
            raise _refusal(blobs, key_file)
    return ring


def establish(blobs: BlobStore, key_file: KeyFile) -> KeyRing:
    """Return the ring as the current key opens it, made or wrapped again where that is needed.

    Raises as `load` does.
    """
    master = key_file.current
    for _ in range(_ATTEMPTS):
        ring = load(blobs, key_file)
        if ring is not None and master.id in ring.data_keys:
            return dataclasses.replace(ring, current=master.id)
        if ring is None:
            name, ring = _FIRST, KeyRing.new(master)
        else:
            name, ring = _place(master), ring.extended(master)
        # Another process may be faster; then its ring counts, and it is loaded in the next round.
        with contextlib.suppress(BlobExistsError):
            _create(blobs, name, ring.wrapped(master))
    raise IntegrityError("key ring", blobs.url, "a ring that was written is not found again")


def retire_others(blobs: BlobStore, key_file: KeyFile) -> set[str]:
    """Make the current key the only one that opens the store; the file needs no other then.

    A process that works with another key goes on until it ends, and its blobs stay readable.
    Returns the ids of the keys that opened the store before.
    """
    ring, own = establish(blobs, key_file), _place(key_file.current)
    with contextlib.suppress(BlobExistsError):
        _create(blobs, own, ring.wrapped(key_file.current))
    others = [info.name for info in blobs.list(RINGS) if info.name != own]
    # The first ring may be under the current key itself.
    retired = {_key_id(bytes(blobs.read(name))) for name in others} - {key_file.current.id}
    for name in others:
        blobs.delete(name)
    return {key_id.hex() for key_id in retired}


def is_encrypted(blobs: BlobStore) -> bool:
    """Return whether the store has a ring, so that its blobs can be read with a key only."""
    return next(iter(blobs.list(RINGS)), None) is not None


def _opened(blobs: BlobStore, key_file: KeyFile) -> KeyRing | None:
    for master in key_file.keys:
        ring = _unwrapped(blobs, _place(master), (master,))
        if ring is not None:
            return ring
    return _unwrapped(blobs, _FIRST, key_file.keys)


def _place(master: MasterKey) -> str:
    return f"{RINGS}{master.id.hex()}"


def _create(blobs: BlobStore, name: str, content: bytes) -> None:
    with blobs.create(name, size_hint=len(content)) as blob:
        blob.write(content)
        blob.commit()


def _unwrapped(blobs: BlobStore, name: str, masters: Sequence[MasterKey]) -> KeyRing | None:
    """Return the ring of a blob, or None where there is no such blob."""
    try:
        data = bytes(blobs.read(name))
    except BlobNotFoundError:
        return None
    version = int.from_bytes(data[len(_MAGIC) : len(_MAGIC) + 4], "little")
    if not data.startswith(_MAGIC) or len(data) < _SEALED_AT:
        raise IntegrityError("key ring", f"{blobs.url}/{name}", "this is not a key ring")
    if version != FORMAT_VERSION:
        raise UnsupportedFormatError(f"Key ring {blobs.url}/{name}", version, FORMAT_VERSION)
    key_id = _key_id(data)
    master = next((item for item in masters if item.id == key_id), None)
    if master is None:
        raise foreign_key(blobs.url, key_id, [item.id for item in masters])
    nonce, head = data[_SEALED_AT - _NONCE_BYTES : _SEALED_AT], data[:_SEALED_AT]
    try:
        plain = _wrapping(master).decrypt(nonce, data[_SEALED_AT:], head)
    except InvalidTag as error:
        raise IntegrityError("key ring", f"{blobs.url}/{name}", "it was changed") from error
    return _parsed(plain)


def _key_id(data: bytes) -> bytes:
    """Return the id of the master key that a stored ring is wrapped under."""
    return data[len(_MAGIC) + 4 : _SEALED_AT - _NONCE_BYTES]


def _parsed(plain: bytes) -> KeyRing:
    entry_bytes = KEY_ID_BYTES + KEY_BYTES
    starts = range(KEY_BYTES, len(plain), entry_bytes)
    entries = [plain[start : start + entry_bytes] for start in starts]
    keys = {entry[:KEY_ID_BYTES]: entry[KEY_ID_BYTES:] for entry in entries}
    return KeyRing(plain[:KEY_BYTES], keys, entries[-1][:KEY_ID_BYTES])


def _wrapping(master: MasterKey) -> AESGCM:
    return AESGCM(derived(master.secret, "key ring", KEY_BYTES))


def foreign_key(url: str, key_id: bytes, known: Sequence[bytes]) -> EncryptionKeyError:
    """Return the error for what was written under a key that is not at hand."""
    return EncryptionKeyError(
        url,
        f"it was written under key {key_id.hex()}; at hand are {_shown(known)}",
        "add the key of that id to FRONTIER_ENCRYPTION_KEY_FILE, below the current one",
    )


def _shown(ids: Sequence[bytes]) -> str:
    return ", ".join(key_id.hex() for key_id in ids)


def _refusal(blobs: BlobStore, key_file: KeyFile) -> EncryptionKeyError:
    """Return the error for a store that others have filled: with other keys, or without any."""
    rings = [info.name.removeprefix(RINGS) for info in blobs.list(RINGS)]
    if rings:
        return EncryptionKeyError(
            blobs.url,
            f"it opens with key {', '.join(sorted(rings))}; {key_file.path} has "
            f"{_shown([key.id for key in key_file.keys])}",
            "put that key into the file, or set FRONTIER_STORES to the store of this key",
        )
    return EncryptionKeyError(
        blobs.url,
        "it holds blobs that are not encrypted",
        "unset FRONTIER_ENCRYPTION_KEY_FILE, or set FRONTIER_STORES to a new store",
    )
