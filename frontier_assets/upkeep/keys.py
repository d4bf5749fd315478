"""Changing the key of encrypted stores."""

import dataclasses
from typing import TYPE_CHECKING

from frontier_assets.errors import SettingsError
from frontier_assets.storage.stores import ArtifactStores

if TYPE_CHECKING:
    from frontier_assets.storage.encrypted import EncryptedBlobStore


@dataclasses.dataclass(frozen=True, slots=True)
class RotatedStore:
    """A store that opens with ``key`` alone now, and the keys that opened it before; their ids."""

    store: str
    key: str
    retired: tuple[str, ...]


def rotate_keys(stores: ArtifactStores) -> list[RotatedStore]:
    """Make the first key of the key file the only one that opens each store.

    Raises:
        SettingsError: no key file is set, so no store is encrypted.
        EncryptionKeyError: no key of the file opens a store, or it holds blobs that are not
            encrypted; no store was changed.
    """
    encrypted = {store.name: _encrypted(stores, store.name) for store in stores.values()}
    for blobs in encrypted.values():
        blobs.adopt_current()
    return [
        RotatedStore(name, blobs.current_key_id, tuple(sorted(blobs.retire_others())))
        for name, blobs in sorted(encrypted.items())
    ]


def _encrypted(stores: ArtifactStores, name: str) -> "EncryptedBlobStore":
    # Loads `cryptography`.
    from frontier_assets.storage.encrypted import EncryptedBlobStore  # noqa: PLC0415

    blobs = stores[name].blobs
    if not isinstance(blobs, EncryptedBlobStore):
        raise SettingsError(
            "FRONTIER_ENCRYPTION_KEY_FILE",
            f"is not set, and store '{name}' is not encrypted",
            "set it to the key file, the new key first and the old one below it",
        )
    return blobs
