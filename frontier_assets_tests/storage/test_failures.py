"""What can go wrong with a store: each failure has a type, a remedy, and leaves nothing behind."""

import contextlib
import os
import resource
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from frontier_assets.errors import (
    ArtifactTooLargeError,
    EncryptionKeyError,
    FrontierAssetsError,
    IntegrityError,
    InvalidValueError,
    SettingsError,
    StoreUnavailableError,
)
from frontier_assets.storage.artifacts import ArtifactStore
from frontier_assets.storage.blob import BlobStore
from frontier_assets.storage.encrypted import EncryptedBlobStore
from frontier_assets.storage.key_file import KeyFile
from frontier_assets.storage.local import LocalBlobStore
from frontier_assets.storage.store_options import StoreOptions
from frontier_assets.types import Digest
from frontier_assets_tests.storage import azure_server, s3_server, test_azure, test_gcs, test_s3
from frontier_assets_tests.storage.damage_contract import put_anew
from frontier_assets_tests.storage.encrypted_stores import FIRST, SECOND, encrypted, stored_files
from frontier_assets_tests.storage.trees import damage, files, floats, small_tree, tree

NOBODY = 65_534
LARGE = tree(floats("large", 100_000))
# Opened before the failure, so that what is tried is one operation.
Attempt = Callable[[Path, Digest], object]


def put_large(store: ArtifactStore) -> object:
    return store.put(LARGE)


def wrong_key(folder: Path, _digest: Digest) -> object:
    return put_large(ArtifactStore("default", encrypted(folder, SECOND)))


def missing_key(folder: Path, _digest: Digest) -> object:
    behind = LocalBlobStore(folder / "store")
    key_file = KeyFile.read(folder / "no-keys")
    return put_large(ArtifactStore("default", EncryptedBlobStore(behind, key_file)))


def foreign_key_id(folder: Path, _digest: Digest) -> object:
    old = encrypted(folder, FIRST)
    newer = ArtifactStore("default", encrypted(folder, SECOND, FIRST)).put(tree(floats("new", 3)))
    return ArtifactStore("default", old).open(newer.digest)


def tampered_ciphertext(folder: Path, digest: Digest) -> None:
    for path in stored_files(folder):
        damage(path, -1)
    ArtifactStore("default", encrypted(folder, FIRST)).verify(digest)


def full_disk(folder: Path, _digest: Digest) -> object:
    store = ArtifactStore("default", encrypted(folder, FIRST))
    store.blobs.read(next(store.blobs.list()).name)
    with files_of_at_most(100_000):
        return put_large(store)


def permission_denied(folder: Path, _digest: Digest) -> object:
    store = ArtifactStore("default", encrypted(folder, FIRST))
    store.blobs.read(next(store.blobs.list()).name)
    with forbidden(folder / "store"):
        return put_large(store)


def outside_blob(folder: Path, _digest: Digest) -> None:
    put_anew(encrypted(folder, FIRST), "packs/../../outside", b"x")


def outside_member(folder: Path, _digest: Digest) -> object:
    source = folder / "keys"
    return ArtifactStore("default", encrypted(folder, FIRST)).put_files({"../outside": source})


def too_large(folder: Path, _digest: Digest) -> object:
    options = StoreOptions(maximum_bytes=1_000)
    return put_large(ArtifactStore("default", encrypted(folder, FIRST), options))


FAILURES: dict[str, tuple[Attempt, type[FrontierAssetsError], str]] = {
    "wrong key": (wrong_key, EncryptionKeyError, "Store file:.*written under key.*add the key"),
    "missing key": (missing_key, SettingsError, "no-keys cannot be read.*name a readable file"),
    "foreign key id": (foreign_key_id, EncryptionKeyError, "written under key.*add the key"),
    "tampered": (tampered_ciphertext, IntegrityError, "manifests/.*restore the file from a backup"),
    "full disk": (full_disk, StoreUnavailableError, "Store file:.*check.*the space that is left"),
    "permission": (permission_denied, StoreUnavailableError, "Permission denied.*permissions"),
    "blob outside": (outside_blob, InvalidValueError, "Blob name 'packs/../../outside'.*expected"),
    "member outside": (outside_member, InvalidValueError, "Member name '../outside'"),
    "too large": (too_large, ArtifactTooLargeError, "400000 bytes.*raise maximum_bytes"),
}
# These write something first that stays.
PREPARING = {"foreign key id"}


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_names_the_thing_and_the_remedy_and_leaves_nothing(
    tmp_path: Path, name: str
) -> None:
    attempt, error, message = FAILURES[name]
    digest = ArtifactStore("default", encrypted(tmp_path, FIRST)).put(small_tree()).digest
    before = files(tmp_path / "store")
    with pytest.raises(error, match=message) as caught:
        attempt(tmp_path, digest)
    for secret in (FIRST, SECOND):
        assert secret not in str(caught.value)
    if name not in PREPARING:
        assert files(tmp_path / "store") == before
        assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize("service", ["s3", "gcs", "azure"])
def test_an_artifact_for_a_container_that_is_missing_says_how_to_make_it(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, service: str
) -> None:
    blobs = nowhere(service, request, monkeypatch)
    with pytest.raises(StoreUnavailableError, match=r"nowhere.*create it") as caught:
        ArtifactStore("default", blobs).put(small_tree())
    assert not caught.value.retryable


def nowhere(
    service: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> BlobStore:
    for name, value in (azure_server.CREDENTIALS | s3_server.CREDENTIALS).items():
        monkeypatch.setenv(name, value)
    opened = {"s3": test_s3.opened, "gcs": test_gcs.opened, "azure": test_azure.opened}[service]
    return opened(request.getfixturevalue(f"{service}_server"), container="nowhere")


@contextlib.contextmanager
def files_of_at_most(size_bytes: int) -> Iterator[None]:
    """Refuse this process more, as a full disk does; the limit needs no privilege."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextlib.contextmanager
def forbidden(folder: Path) -> Iterator[None]:
    """Take the right to write there; whoever is root becomes nobody meanwhile."""
    is_root = os.geteuid() == 0
    found = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
    for path in found:
        path.chmod(0o500)
    if is_root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)
        for path in found:
            path.chmod(0o700)
