from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from frontier_assets.storage.blob import BlobStore
from frontier_assets.storage.local import LocalBlobStore
from frontier_assets.storage.tenants import Tenants
from frontier_assets_tests.storage.encrypted_stores import FIRST, encrypted

IDENTITY, URL = "ab" * 32, "sqlite:///registry.db"


@pytest.fixture(params=["plain", "encrypted"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    if request.param == "encrypted":
        return encrypted(tmp_path, FIRST)
    return LocalBlobStore(tmp_path / "store")


def test_a_registry_is_found_by_the_note_that_it_left(blobs: BlobStore) -> None:
    tenants = Tenants(blobs)
    assert (tenants.all(), tenants.knows(URL)) == ({}, False)
    tenants.announce(IDENTITY, URL)
    assert tenants.knows(URL)
    (tenant,) = Tenants(blobs).all().values()
    assert tenant.identity == IDENTITY
    assert tenant.described.startswith(f"{URL} on ")


def test_a_note_stays_as_it_was_first_written(blobs: BlobStore) -> None:
    Tenants(blobs).announce(IDENTITY, URL)
    before = Tenants(blobs).all()
    Tenants(blobs).announce(IDENTITY, "postgresql://elsewhere")
    assert Tenants(blobs).all() == before


def test_several_processes_may_announce_the_same_registry_at_once(blobs: BlobStore) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: Tenants(blobs).announce(IDENTITY, URL), range(8)))
    assert list(Tenants(blobs).all()) == [IDENTITY]


def test_each_registry_has_a_note_of_its_own(blobs: BlobStore) -> None:
    for identity in (IDENTITY, "cd" * 32):
        Tenants(blobs).announce(identity, URL)
    assert list(Tenants(blobs).all()) == [IDENTITY, "cd" * 32]
    Tenants(blobs).forget(IDENTITY)
    assert list(Tenants(blobs).all()) == ["cd" * 32]
