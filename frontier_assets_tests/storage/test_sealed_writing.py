from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontier_assets.errors import StoreUnavailableError
from frontier_assets.storage.encrypted import EncryptedBlobStore
from frontier_assets.storage.sealing import FRAME_BYTES
from frontier_assets_tests.storage.contract import write
from frontier_assets_tests.storage.encrypted_stores import CONTENT, FIRST, encrypted, key_file
from frontier_assets_tests.storage.unsteady import LosesAnswers


@settings(max_examples=60)
@given(pieces=st.lists(st.sampled_from([0, 1, 70, FRAME_BYTES - 1, FRAME_BYTES, 2_500_000])))
def test_how_the_content_was_cut_into_writes_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[int]
) -> None:
    blobs = encrypted(tmp_path_factory.mktemp("pieces"), FIRST)
    content = (CONTENT * 2)[: sum(pieces)]
    starts = [sum(pieces[:count]) for count in range(len(pieces))]
    cut = [content[at : at + size] for at, size in zip(starts, pieces, strict=True)]
    write(blobs, "one", *cut)
    assert blobs.read("one") == content


@pytest.mark.parametrize("size", [0, FRAME_BYTES, FRAME_BYTES + 1])
def test_a_commit_that_failed_is_repeated(tmp_path: Path, size: int) -> None:
    behind = LosesAnswers(tmp_path / "store")
    behind.carried_out = False
    write(encrypted(tmp_path, FIRST), "other", b"so that the store has its keys")
    with EncryptedBlobStore(behind, key_file(tmp_path, FIRST)).create("one") as blob:
        blob.write(CONTENT[:size])
        with pytest.raises(StoreUnavailableError):
            blob.commit()
        blob.commit()
    assert encrypted(tmp_path, FIRST).read("one") == CONTENT[:size]
