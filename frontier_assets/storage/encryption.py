"""Whether a store is encrypted: what the settings say of it, and what it says itself."""

from pathlib import Path

from frontier_assets.errors import EncryptionKeyError
from frontier_assets.storage import key_ring
from frontier_assets.storage.blob import BlobStore
from frontier_assets.storage.encrypted import EncryptedBlobStore
from frontier_assets.storage.key_file import KeyFile


def unlocked(blobs: BlobStore, key_file: Path | None) -> BlobStore:
    """Return ``blobs`` encrypted under the keys of a file, or as they are where none is given.

    Raises:
        SettingsError: the file cannot be read, or holds no key.
        EncryptionKeyError: none is given, and the store is encrypted.
    """
    if key_file is not None:
        return EncryptedBlobStore(blobs, KeyFile.read(key_file))
    if key_ring.is_encrypted(blobs):
        raise EncryptionKeyError(
            blobs.url, "no key is given", "set FRONTIER_ENCRYPTION_KEY_FILE to its key file"
        )
    return blobs
