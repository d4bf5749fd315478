"""What every blob store has to do when it reads into its caller's memory."""

import pytest

from frontier_assets.errors import BlobNotFoundError, InvalidValueError
from frontier_assets.storage.blob import BlobStore
from frontier_assets_tests.storage.blobs import write

CONTENT = bytes(range(256)) * 10_000  # several pieces, wherever they are cut


class FillContract:
    @pytest.fixture
    def filled(self, blobs: BlobStore) -> BlobStore:
        write(blobs, "packs/one", CONTENT)
        return blobs

    @pytest.mark.parametrize(
        ("offset", "size"),
        [(0, len(CONTENT)), (0, 10), (1_000_000, 1_100_000), (7, len(CONTENT) - 7), (5, 0)],
    )
    def test_fills_memory_with_a_range(self, filled: BlobStore, offset: int, size: int) -> None:
        target = memoryview(bytearray(size))
        assert filled.fill("packs/one", target, offset=offset) == size
        assert target == CONTENT[offset : offset + size]

    @pytest.mark.parametrize(("offset", "there"), [(len(CONTENT) - 3, 3), (len(CONTENT), 0)])
    def test_fills_as_much_as_the_blob_has(
        self, filled: BlobStore, offset: int, there: int
    ) -> None:
        target, pieces = memoryview(bytearray(b"before")), list[bytes]()
        count = filled.fill(
            "packs/one", target, offset=offset, each=lambda piece: pieces.append(bytes(piece))
        )
        assert count == there
        assert target == CONTENT[offset:] + b"before"[there:]
        assert b"".join(pieces) == CONTENT[offset:]

    def test_every_piece_is_seen_once_and_in_order(self, filled: BlobStore) -> None:
        target, pieces = memoryview(bytearray(len(CONTENT) - 5)), list[memoryview]()
        filled.fill("packs/one", target, offset=5, each=pieces.append)
        assert b"".join(pieces) == CONTENT[5:]
        target[0] = target[-1] = 77  # the pieces are the caller's memory, no copies
        assert (pieces[0][0], pieces[-1][-1]) == (77, 77)

    @pytest.mark.parametrize("size", [0, 10])
    def test_nothing_is_filled_from_a_missing_blob(self, blobs: BlobStore, size: int) -> None:
        with pytest.raises(BlobNotFoundError, match="packs/none"):
            blobs.fill("packs/none", memoryview(bytearray(size)))

    def test_nothing_is_filled_from_outside_the_store(self, blobs: BlobStore) -> None:
        with pytest.raises(InvalidValueError, match="Blob name"):
            blobs.fill("../outside", memoryview(bytearray(1)))
