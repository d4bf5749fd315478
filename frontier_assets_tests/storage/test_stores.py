import base64
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from frontier_assets.errors import EncryptionKeyError, SettingsError
from frontier_assets.storage.artifacts import ArtifactStore, Entry
from frontier_assets.storage.encrypted import EncryptedBlobStore
from frontier_assets.storage.local import LocalBlobStore
from frontier_assets.storage.stores import ArtifactStores
from frontier_assets_tests.servers import LOOPBACK, free_port
from frontier_assets_tests.storage.contract import write
from frontier_assets_tests.storage.redis_server import redis_running
from frontier_assets_tests.storage.trees import small_tree, tree

URLS = {"default": "file:store"}


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    path = tmp_path / "keys"
    path.write_bytes(base64.b64encode(bytes(32)))
    return path


def test_a_folder_is_opened_as_it_is(tmp_path: Path) -> None:
    assert type(ArtifactStores(URLS, root=tmp_path)["default"].blobs) is LocalBlobStore


def test_an_unknown_store_is_refused_with_the_names_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"Store 'other'.*default"):
        ArtifactStores(URLS, root=tmp_path)["other"]


@pytest.mark.feature("STO-9", "STO-20")
def test_with_a_key_file_every_store_is_encrypted(tmp_path: Path, keys: Path) -> None:
    store = ArtifactStores(URLS, root=tmp_path, encryption_key_file=keys)["default"]
    assert isinstance(store.blobs, EncryptedBlobStore)
    digest = store.put(small_tree()).digest
    again = ArtifactStores(URLS, root=tmp_path, encryption_key_file=keys)["default"]
    again.verify(digest)
    assert list(again.list()) == [digest]
    assert not any(digest in path.name for path in (tmp_path / "store").rglob("*"))


@pytest.mark.feature("STO-20")
def test_an_encrypted_store_is_not_opened_without_its_key(tmp_path: Path, keys: Path) -> None:
    ArtifactStores(URLS, root=tmp_path, encryption_key_file=keys)["default"].put(small_tree())
    with pytest.raises(
        EncryptionKeyError, match="no key is given; set FRONTIER_ENCRYPTION_KEY_FILE"
    ):
        ArtifactStores(URLS, root=tmp_path)["default"]


def test_a_missing_key_file_is_told_when_a_store_is_opened(tmp_path: Path) -> None:
    stores = ArtifactStores(URLS, root=tmp_path, encryption_key_file=tmp_path / "none")
    with pytest.raises(SettingsError, match=r"FRONTIER_ENCRYPTION_KEY_FILE: .*none cannot be read"):
        stores["default"]


def test_a_remote_store_is_retried_cached_and_encrypted(
    tmp_path: Path, keys: Path, redis_server: str
) -> None:
    def opened() -> ArtifactStore:
        urls = {"remote": f"redis://{redis_server}/0?prefix={tmp_path.as_posix().strip('/')}"}
        stores = ArtifactStores(
            urls, root=tmp_path, encryption_key_file=keys, cache_url="file:cache"
        )
        return stores["remote"]

    content = b"plaintext marker" * 1_000
    entry = Entry("one", "uint8", (len(content),), lambda: content)
    digest = opened().put(tree(entry)).digest
    assert opened().open(digest).read("one") == content
    kept = [path.read_bytes() for path in (tmp_path / "cache/pieces").rglob("*") if path.is_file()]
    assert kept
    assert not any(b"plaintext" in data for data in kept)
    (pack,) = (info.name for info in opened().blobs.list("packs/"))
    assert opened().blobs.read(pack, offset=0, length=64)


def test_a_server_that_comes_back_within_the_retries_is_not_missed(tmp_path: Path) -> None:
    port = free_port()
    blobs = ArtifactStores({"remote": f"redis://{LOOPBACK}:{port}/0"}, root=None)
    with redis_running(port):
        store = blobs["remote"].blobs
        write(store, "one", b"before")
    with ThreadPoolExecutor(1) as threads:
        answer = threads.submit(write, store, "two", b"content")
        with redis_running(port):
            answer.result(timeout=60)
            assert bytes(store.read("two")) == b"content"
