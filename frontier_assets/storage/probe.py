"""Whether a storage backend does what a store needs: write, read back, delete."""

import secrets

from frontier_assets.errors import IntegrityError
from frontier_assets.storage.blob import BlobStore

_CONTENT = b"frontier check"


def probe(blobs: BlobStore) -> None:
    """Write a blob of a new name, read it back and delete it; nothing of it is left.

    Raises:
        FrontierAssetsError: the store cannot be used.
        IntegrityError: what was read is not what was written.
    """
    name = f"probe-{secrets.token_hex(16)}"
    with blobs.create(name, size_hint=len(_CONTENT)) as writer:
        writer.write(_CONTENT)
        writer.commit()
    try:
        if bytes(blobs.read(name)) != _CONTENT:
            raise IntegrityError(name, blobs.url, "a new blob reads back as other bytes")
    finally:
        blobs.delete(name)
