"""Encrypted stores over folders, which the tests of encryption share."""

import base64
import random
from pathlib import Path

from frontier_assets.storage.encrypted import EncryptedBlobStore
from frontier_assets.storage.key_file import KeyFile
from frontier_assets.storage.local import LocalBlobStore
from frontier_assets.storage.sealing import FRAME_BYTES

FIRST, SECOND, THIRD = (base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2, 3))
# Around the borders of frames and of the 32 frames that are fetched at once.
SIZES = (0, 1, FRAME_BYTES - 1, FRAME_BYTES, FRAME_BYTES + 1, 3 * FRAME_BYTES + 7)
CONTENT = random.Random(1).randbytes(34 * FRAME_BYTES)


def key_file(folder: Path, *keys: str) -> KeyFile:
    path = folder / "keys"
    path.write_text("\n".join(["# current first", *keys, ""]))
    return KeyFile.read(path)


def encrypted(folder: Path, *keys: str) -> EncryptedBlobStore:
    return EncryptedBlobStore(LocalBlobStore(folder / "store"), key_file(folder, *keys))


def stored_files(folder: Path) -> list[Path]:
    found = (path for path in (folder / "store").rglob("*") if path.is_file())
    return sorted(path for path in found if path.parent.name != "encryption-keys")
