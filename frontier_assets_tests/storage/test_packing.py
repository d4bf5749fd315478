"""Saves that fill several packs, on a service that is a process of its own."""

import contextlib
import time
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from frontier_assets.errors import StoreUnavailableError
from frontier_assets.storage.artifacts import ArtifactStore, Entry, Tree
from frontier_assets.storage.backends import open_blob_store
from frontier_assets.storage.blob import BlobStore
from frontier_assets.storage.manifest import STATE
from frontier_assets_tests.servers import LOOPBACK, free_port
from frontier_assets_tests.storage.contract import names
from frontier_assets_tests.storage.s3_server import BUCKET, CREDENTIALS, s3_running

_ENTRY_BYTES = 5 << 20


def noise(number: int) -> bytes:
    return np.random.default_rng(number).bytes(_ENTRY_BYTES)


def entries(count: int) -> list[Entry]:
    return [Entry(f"w{i}", "uint8", (_ENTRY_BYTES,), partial(noise, i)) for i in range(count)]


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def blobs(s3_server: str, tmp_path: Path) -> BlobStore:
    url = f"s3://{BUCKET}{tmp_path}?endpoint={s3_server}&region=us-east-1"
    return open_blob_store(url, root=None)


def test_packs_roll_below_the_stores_size_and_come_back_equal(blobs: BlobStore) -> None:
    saved = ArtifactStore("remote", blobs).put(Tree(STATE, None, entries(15)))
    packs = [info.size_bytes for info in blobs.list("packs/")]
    assert (len(packs), max(packs) <= (blobs.roll_bytes or 0)) == (3, True)
    assert saved.stored_bytes == sum(info.size_bytes for info in blobs.list())
    opened = ArtifactStore("remote", blobs).open(saved.digest)
    opened.verify()
    assert [opened.read(f"w{i}") == noise(i) for i in range(15)] == [True] * 15


def test_the_digest_does_not_depend_on_the_packs(blobs: BlobStore, tmp_path: Path) -> None:
    tree = Tree(STATE, None, entries(8))
    whole = ArtifactStore("local", open_blob_store("file:store", root=tmp_path)).put(tree)
    assert ArtifactStore("remote", blobs).put(tree).digest == whole.digest


def test_saving_it_again_leaves_no_second_packs(blobs: BlobStore) -> None:
    store = ArtifactStore("remote", blobs)
    store.put(Tree(STATE, None, entries(8)))
    before = names(blobs)
    assert store.put(Tree(STATE, None, entries(8))).stored_bytes == 0
    assert names(blobs) == before


def test_a_save_that_raises_midway_deletes_the_packs_that_it_sent(blobs: BlobStore) -> None:
    def refuse() -> bytes:
        while not names(blobs, "packs/"):
            time.sleep(0.01)
        raise ZeroDivisionError("no data")

    bad = Entry("bad", "uint8", (_ENTRY_BYTES,), refuse)
    with pytest.raises(ZeroDivisionError, match="no data"):
        ArtifactStore("remote", blobs).put(Tree(STATE, None, [*entries(18), bad]))
    assert names(blobs) == set()


def test_a_server_that_stops_in_mid_save_is_named_and_the_save_can_be_repeated() -> None:
    port = free_port()
    url = f"s3://{BUCKET}/store?endpoint=http://{LOOPBACK}:{port}&region=us-east-1"
    store = ArtifactStore("remote", open_blob_store(url, root=None))
    with contextlib.ExitStack() as server:
        server.enter_context(s3_running(port))

        def stop() -> bytes:
            server.close()
            return noise(10)

        last = Entry("last", "uint8", (_ENTRY_BYTES,), stop)
        with pytest.raises(StoreUnavailableError, match="does not answer") as caught:
            store.put(Tree(STATE, None, [*entries(10), last]))
    assert caught.value.retryable
    with s3_running(port):
        store.verify(store.put(Tree(STATE, None, entries(10))).digest)
