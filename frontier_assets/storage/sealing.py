"""The format of an encrypted blob: a header of 1,024 bytes, then frames of 1 MiB, AES-256-GCM.

Header: magic, format version, id of the data key, 32 bytes of salt, the nonces' random prefix, a
checksum of these, then the encrypted name, padded so that its length does not show. Keys for the
header and for the frames are derived from the data key and the salt, so no two blobs share one.

Frame ``i`` is encrypted under the nonce ``prefix || i || 1 if it is the last, else 0``, with the
whole header as associated data: a frame that was moved, repeated, left out, taken from another
blob or followed by more does not open. Source: Hoang, Reyhanitabar, Rogaway, Vizár (2015), "Online
Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", section 7 (STREAM).
"""

import dataclasses
import os
from typing import Self

from blake3 import blake3
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from frontier_assets.errors import IntegrityError, UnsupportedFormatError
from frontier_assets.storage.key_file import KEY_BYTES, KEY_ID_BYTES, derived
from frontier_assets.storage.key_ring import KeyRing, foreign_key

FORMAT_VERSION = 1
HEADER_BYTES = 1_024
FRAME_BYTES = 1 << 20
TAG_BYTES = 16
STORED_FRAME_BYTES = FRAME_BYTES + TAG_BYTES

_Bytes = bytes | bytearray | memoryview
_MAGIC = b"FRNTBLOB"
_SALT_AT = len(_MAGIC) + 4 + KEY_ID_BYTES
_PREFIX_AT = _SALT_AT + 32
_PREFIX_BYTES = 7
_CHECK_AT = _PREFIX_AT + _PREFIX_BYTES
_NAME_AT = _CHECK_AT + 16
_NAME_BYTES = HEADER_BYTES - _NAME_AT - TAG_BYTES
_HEADER_FRAME = 0xFFFFFFFF


@dataclasses.dataclass(frozen=True, slots=True)
class Sealed:
    """One encrypted blob: its ``header`` as stored, its logical ``name``, and its cipher."""

    header: bytes
    name: str
    _cipher: AESGCM = dataclasses.field(repr=False)

    @classmethod
    def new(cls, name: str, ring: KeyRing) -> Self:
        """Begin a blob under the ring's current data key."""
        head = _MAGIC + FORMAT_VERSION.to_bytes(4, "little") + ring.current
        head += os.urandom(_CHECK_AT - len(head))
        head += blake3(head).digest(_NAME_AT - _CHECK_AT)
        of_names, of_frames = _ciphers(head, ring.data_keys[ring.current])
        plain = len(name).to_bytes(2, "little") + name.encode()
        sealed = of_names.encrypt(
            _nonce(head, _HEADER_FRAME, last=True), plain.ljust(_NAME_BYTES, b"\0"), head
        )
        return cls(head + sealed, name, of_frames)

    @classmethod
    def parse(cls, header: bytes, ring: KeyRing, *, where: str, url: str) -> Self:
        """Open a stored header; ``where`` names the blob in errors, ``url`` the store.

        Raises:
            IntegrityError: it was changed, or is no header.
            UnsupportedFormatError: a newer release wrote it.
            EncryptionKeyError: it was written under a key that the ring lacks.
        """
        head = header[:_NAME_AT]
        if len(header) < HEADER_BYTES or blake3(head[:_CHECK_AT]).digest(16) != head[_CHECK_AT:]:
            raise IntegrityError(where, url, "the header was changed or cut short")
        version = int.from_bytes(head[len(_MAGIC) : len(_MAGIC) + 4], "little")
        if version != FORMAT_VERSION or not head.startswith(_MAGIC):
            raise UnsupportedFormatError(f"Encrypted blob {where}", version, FORMAT_VERSION)
        key_id = head[_SALT_AT - KEY_ID_BYTES : _SALT_AT]
        if key_id not in ring.data_keys:
            raise foreign_key(url, key_id, list(ring.data_keys))
        of_names, of_frames = _ciphers(head, ring.data_keys[key_id])
        nonce = _nonce(head, _HEADER_FRAME, last=True)
        try:
            plain = of_names.decrypt(nonce, header[_NAME_AT:], head)
        except InvalidTag as error:
            raise IntegrityError(where, url, "the header was changed") from error
        length = int.from_bytes(plain[:2], "little")
        return cls(header, plain[2 : 2 + length].decode(), of_frames)

    def seal(self, index: int, data: _Bytes, *, last: bool) -> bytes:
        """Encrypt frame ``index``; ``last`` says that the blob ends with it."""
        return self._cipher.encrypt(_nonce(self.header, index, last=last), data, self.header)

    def open(self, index: int, data: _Bytes, *, last: bool) -> bytes | None:
        """Return the plain frame, or None where it is not this frame of this blob."""
        try:
            return self._cipher.decrypt(_nonce(self.header, index, last=last), data, self.header)
        except InvalidTag:
            return None


def stored_size(size_bytes: int) -> int:
    """Return how many bytes an encrypted blob of ``size_bytes`` takes."""
    frames = max(1, -(-size_bytes // FRAME_BYTES))
    return HEADER_BYTES + size_bytes + frames * TAG_BYTES


def plain_size(stored_bytes: int) -> int | None:
    """Return the length of the content; None where no encrypted blob has ``stored_bytes``."""
    body = stored_bytes - HEADER_BYTES
    frames = frame_count(stored_bytes)
    is_possible = body - (frames - 1) * STORED_FRAME_BYTES >= TAG_BYTES
    return body - frames * TAG_BYTES if is_possible else None


def frame_count(stored_bytes: int) -> int:
    """Return how many frames, the last perhaps a short one, follow the header."""
    return max(1, -(-(stored_bytes - HEADER_BYTES) // STORED_FRAME_BYTES))


def _ciphers(head: bytes, data_key: bytes) -> tuple[AESGCM, AESGCM]:
    """Return the ciphers of the header and of the frames."""
    keys = derived(data_key, "blob", 2 * KEY_BYTES, salt=head[_SALT_AT:_PREFIX_AT])
    return AESGCM(keys[:KEY_BYTES]), AESGCM(keys[KEY_BYTES:])


def _nonce(head: bytes, index: int, *, last: bool) -> bytes:
    return head[_PREFIX_AT:_CHECK_AT] + index.to_bytes(4, "little") + bytes([last])
