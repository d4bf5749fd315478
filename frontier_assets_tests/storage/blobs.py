"""Writing and listing blobs in a line, as the tests of stores do."""

from frontier_assets.storage.blob import BlobStore


def write(blobs: BlobStore, name: str, *pieces: bytes, size_hint: int | None = None) -> None:
    with blobs.create(name, size_hint=size_hint) as blob:
        for piece in pieces:
            blob.write(piece)
        blob.commit()


def names(blobs: BlobStore, prefix: str = "") -> set[str]:
    return {info.name for info in blobs.list(prefix)}
