import pytest

from frontier_assets.errors import InvalidValueError
from frontier_assets.storage.blob import BlobStore, checked_blob_name
from frontier_assets_tests.storage.contract import UNSAFE_NAMES


@pytest.mark.parametrize("name", UNSAFE_NAMES)
def test_a_name_that_a_backend_could_misread_is_refused(name: str) -> None:
    with pytest.raises(InvalidValueError, match="Blob name"):
        checked_blob_name(name)


@pytest.mark.parametrize(
    "name", ["a", "packs/00/0f3c", "a-b_c.d/E.f", "epoch=3-step=100.ckpt", "x" * 900]
)
def test_an_ordinary_name_is_returned(name: str) -> None:
    assert checked_blob_name(name) == name


@pytest.mark.feature("STO-1")
def test_a_backend_that_lacks_a_part_cannot_be_opened() -> None:
    class Incomplete(BlobStore):
        url = "tape:x"

    with pytest.raises(TypeError, match="create"):
        Incomplete()  # type: ignore[abstract]  # what is tested
