"""The keys that a person holds: a file with one 256-bit key per line, the current one first."""

import base64
import binascii
import dataclasses
import re
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from frontier_assets.errors import SettingsError

KEY_BYTES = 32
KEY_ID_BYTES = 8
_SETTING = "FRONTIER_ENCRYPTION_KEY_FILE"
_HEXADECIMAL = re.compile(rf"[0-9a-fA-F]{{{2 * KEY_BYTES}}}")
_MAKE_ONE = "`openssl rand -base64 32` makes one"


@dataclasses.dataclass(frozen=True, slots=True)
class MasterKey:
    """A key and its public name. What it encrypts are a store's own keys, never content."""

    secret: bytes = dataclasses.field(repr=False)

    @property
    def id(self) -> bytes:
        """Eight bytes that tell nothing of the key and differ from those of every other."""
        return derived(self.secret, "key id", KEY_ID_BYTES)


@dataclasses.dataclass(frozen=True, slots=True)
class KeyFile:
    """Master keys, the current one first; the others are for what was written before."""

    path: Path
    keys: tuple[MasterKey, ...]

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read base64 or hexadecimal keys; empty lines and lines that start with # do not count.

        Raises:
            SettingsError: the file cannot be read, or a line of it is not a key.
        """
        try:
            lines = path.read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            problem = error.strerror if isinstance(error, OSError) else "it is not text"
            raise SettingsError(
                _SETTING,
                f"{path} cannot be read: {problem}",
                "name a readable file with one key per line, or restore it from where it is kept: "
                "without its key what was encrypted cannot be read by anybody",
            ) from error
        numbered = ((number, line.strip()) for number, line in enumerate(lines, start=1))
        keys = [
            MasterKey(_parsed(line, number, path))
            for number, line in numbered
            if line and not line.startswith("#")
        ]
        if not keys:
            raise SettingsError(_SETTING, f"{path} holds no key", _MAKE_ONE)
        return cls(path, tuple(keys))

    @property
    def current(self) -> MasterKey:
        """The key that everything new is written under."""
        return self.keys[0]


def derived(secret: bytes, purpose: str, length: int, *, salt: bytes | None = None) -> bytes:
    """Return a key for one purpose. Source: RFC 5869 (HKDF), with SHA-256."""
    info = f"frontier_assets {purpose}".encode()
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)


def _parsed(line: str, number: int, path: Path) -> bytes:
    """Return the key of a line; the line itself never comes into a message."""
    if _HEXADECIMAL.fullmatch(line):
        return bytes.fromhex(line)
    try:
        key = base64.b64decode(line, validate=True)
    except (binascii.Error, ValueError):  # ValueError: not ASCII
        key = b""
    if len(key) != KEY_BYTES:
        raise SettingsError(
            _SETTING,
            f"line {number} of {path} is not a key",
            f"write {KEY_BYTES} bytes as base64 or hexadecimal; {_MAKE_ONE}",
        )
    return key
