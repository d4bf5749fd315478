"""A bucket prefix of a real S3 server that a trainer writes to."""

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from frontier_assets.errors import InvalidValueError, StoreUnavailableError
from frontier_assets.storage.backends import open_blob_store
from frontier_assets_tests.foreign_trainers import lightning_state, weights, write_hugging_face
from frontier_assets_tests.servers import free_port
from frontier_assets_tests.storage.s3_server import BUCKET, CREDENTIALS, s3_running

if TYPE_CHECKING:
    from frontier_assets.storage.blob import BlobStore
    from frontier_assets_tests.checkpoints.discovery.conftest import Watched


@pytest.fixture(scope="module")
def s3_server() -> Iterator[str]:
    with s3_running(free_port()) as endpoint:
        yield endpoint


@pytest.fixture
def prefix(s3_server: str, watched: "Watched", monkeypatch: pytest.MonkeyPatch) -> "BlobStore":
    """The watched prefix, into which the tests put what they wrote to the watched folder."""
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    path = f"{BUCKET}/runs-{secrets.token_hex(4)}"
    url = f"s3://{path}?endpoint={s3_server}&region=us-east-1"
    watched.change(location=url)
    return open_blob_store(url, root=None)


def upload(prefix: "BlobStore", folder: Path, name: str) -> None:
    content = (folder / name).read_bytes()
    with prefix.create(name, size_hint=len(content)) as blob:
        blob.write(content)
        blob.commit()


def save(value: object, path: Path) -> None:
    import torch

    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(value, path)


def test_a_file_of_lightning_is_taken_in_under_its_default_name(
    watched: "Watched", prefix: "BlobStore"
) -> None:
    name = "version_0/checkpoints/epoch=3-step=100.ckpt"
    save(lightning_state(), watched.folder / name)
    upload(prefix, watched.folder, name)
    saved, state = watched.ingest()
    assert (saved.key, saved.metrics) == ("version_0-step-100", {"val_loss": 0.25})
    assert (state["model"]["layer.weight"] == weights()["layer.weight"]).all()
    assert watched.ingest_all() == []


def test_a_folder_is_ready_when_its_last_file_is_there_and_only_what_is_read_is_copied(
    watched: "Watched", prefix: "BlobStore"
) -> None:
    folder = write_hugging_face(watched.folder)
    names = sorted(f"{folder.name}/{path.name}" for path in folder.iterdir())
    for name in names:
        assert watched.look() == []
        upload(prefix, watched.folder, name)
    saved, state = watched.ingest()
    assert saved.key.endswith("-step-500")
    assert [*state] == ["model", "optimizer", "rng_state", "scheduler", "trainer_state"]


def test_a_damaged_object_is_refused_and_a_new_one_taken_in(
    watched: "Watched", prefix: "BlobStore"
) -> None:
    save(weights(), watched.folder / "step_1.pt")
    whole = (watched.folder / "step_1.pt").read_bytes()
    (watched.folder / "step_1.pt").write_bytes(whole[:-100])
    upload(prefix, watched.folder, "step_1.pt")
    with pytest.raises(InvalidValueError, match="it is not finished, damaged or of another kind"):
        watched.ingest_all()
    assert watched.ingest_all() == []
    prefix.delete("step_1.pt")
    (watched.folder / "step_1.pt").write_bytes(whole)
    upload(prefix, watched.folder, "step_1.pt")
    assert watched.ingest()[0].step == 1


def test_a_server_that_is_away_is_an_error_and_no_refusal(watched: "Watched") -> None:
    watched.change(location=f"s3://{BUCKET}/runs?endpoint=http://127.0.0.1:9&region=us-east-1")
    with pytest.raises(StoreUnavailableError):
        watched.look()
