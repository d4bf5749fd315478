import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from typing_extensions import override

from frontier_assets.errors import (
    BlobExistsError,
    BlobNotFoundError,
    InvalidValueError,
    StoreUnavailableError,
)
from frontier_assets.storage.blob import BlobStore
from frontier_assets.storage.local import LocalBlobStore
from frontier_assets_tests.storage.contract import BlobStoreContract, write
from frontier_assets_tests.storage.damage_contract import DamageContract
from frontier_assets_tests.storage.trees import files


@pytest.mark.feature("STO-1", "STO-2")
class TestLocalBlobStore(BlobStoreContract, DamageContract):
    scheme = "file"

    @override
    def open_store(self, folder: Path) -> BlobStore:
        return LocalBlobStore(folder / "store")


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record, in order, what is done to the file system; descriptors show as their paths."""
    recorded: list[str] = []

    def watch(name: str) -> None:
        original: Callable[..., object] = getattr(os, name)

        def recording(*args: object, **kwargs: object) -> object:
            target = args[-1] if name in ("link", "rename") else args[0]
            opened = Path(f"/proc/self/fd/{target}")
            path = opened.readlink() if isinstance(target, int) else Path(str(target))
            recorded.append(f"{name} {path.parent.name}/{path.name}")
            return original(*args, **kwargs)

        monkeypatch.setattr(os, name, recording)

    for name in (
        "pwrite",
        "ftruncate",
        "fsync",
        "link",
        "rename",
        "unlink",
        "mkdir",
        "posix_fallocate",
    ):
        watch(name)
    return recorded


def test_bytes_are_durable_before_the_name_and_the_name_before_the_return(
    tmp_path: Path, calls: list[str]
) -> None:
    blobs = LocalBlobStore(tmp_path / "store")
    write(blobs, "packs/aa/warm", b"x")
    calls.clear()
    write(blobs, "packs/aa/one", b"content", size_hint=100)
    kinds = [call.split()[0] for call in calls]
    assert kinds == ["posix_fallocate", "pwrite", "ftruncate", "fsync", "link", "fsync", "unlink"]
    assert calls[-3:-1] == ["link aa/one", "fsync packs/aa"]


@pytest.mark.feature("STO-2")
def test_a_new_folder_is_durable_before_a_blob_is_named_in_it(
    tmp_path: Path, calls: list[str]
) -> None:
    write(LocalBlobStore(tmp_path / "store"), "packs/aa/one", b"x")
    order = [calls.index(call) for call in ("mkdir packs/aa", "fsync store/packs", "link aa/one")]
    assert order == sorted(order)


def test_a_refused_name_is_durable_all_the_same(tmp_path: Path, calls: list[str]) -> None:
    blobs = LocalBlobStore(tmp_path / "store")
    write(blobs, "packs/aa/one", b"x")
    calls.clear()
    with pytest.raises(BlobExistsError):
        write(blobs, "packs/aa/one", b"x")
    assert "fsync packs/aa" in calls[calls.index("link aa/one") :]


def test_the_reservation_beyond_the_content_is_given_back(tmp_path: Path) -> None:
    write(LocalBlobStore(tmp_path), "one", b"x" * 1_000, size_hint=50 << 20)
    assert (tmp_path / "one").stat().st_size == 1_000
    assert (tmp_path / "one").stat().st_blocks * 512 < 1 << 20


def test_a_file_system_that_reserves_nothing_is_fine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(descriptor: int, offset: int, length: int) -> None:
        raise OSError(errno.EOPNOTSUPP, "not supported")

    monkeypatch.setattr(os, "posix_fallocate", refuse)
    write(LocalBlobStore(tmp_path), "one", b"x", size_hint=1_000)
    assert files(tmp_path) == {"one": 1}


def test_a_full_disk_is_noticed_at_once_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(descriptor: int, offset: int, length: int) -> None:
        raise OSError(errno.ENOSPC, "no space left on device")

    monkeypatch.setattr(os, "posix_fallocate", refuse)
    with pytest.raises(OSError, match="no space"):
        LocalBlobStore(tmp_path).create("one", size_hint=1_000)
    assert files(tmp_path) == {}


def test_writes_that_the_system_cuts_short_are_continued(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = os.pwrite
    monkeypatch.setattr(os, "pwrite", lambda fd, data, at: original(fd, data[:7], at))
    content = bytes(range(100))
    write(LocalBlobStore(tmp_path), "one", content)
    assert (tmp_path / "one").read_bytes() == content


def test_a_failed_fsync_leaves_nothing_visible(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs = LocalBlobStore(tmp_path)
    write(blobs, "warm", b"x")

    def fail(descriptor: int) -> None:
        raise OSError(errno.EIO, "input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="input/output"):
        write(blobs, "one", b"x")
    assert files(tmp_path) == {"warm": 1}


def test_temporary_files_are_not_blobs(tmp_path: Path) -> None:
    blobs = LocalBlobStore(tmp_path)
    with blobs.create("one") as blob:
        blob.write(b"x" * (1 << 20))
        assert len(files(tmp_path)) == 1
        assert list(blobs.list()) == []
    with pytest.raises(InvalidValueError, match="store's own"):
        blobs.read("tmp/abc")


@pytest.mark.feature("STO-2")
@pytest.mark.parametrize("root", ["/proc/none", "/dev/null/store"])
def test_a_place_where_nothing_can_be_written_is_named(root: str) -> None:
    with pytest.raises(StoreUnavailableError, match=rf"Store file:{root} cannot be used: \w+"):
        LocalBlobStore(Path(root)).create("one")


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "store").write_bytes(b"")
    with pytest.raises(InvalidValueError, match="this is a file"):
        LocalBlobStore(tmp_path / "store")


def test_a_store_whose_folder_was_removed_starts_again(tmp_path: Path) -> None:
    blobs = LocalBlobStore(tmp_path / "store")
    write(blobs, "packs/aa/one", b"x")
    (tmp_path / "store").rename(tmp_path / "moved")
    write(blobs, "packs/aa/one", b"y")
    assert bytes(blobs.read("packs/aa/one")) == b"y"


def test_a_replacement_is_durable_before_its_name_and_that_before_the_return(
    tmp_path: Path, calls: list[str]
) -> None:
    blobs = LocalBlobStore(tmp_path / "store")
    write(blobs, "manifests/aa/one", b"before")
    calls.clear()
    blobs.replace("manifests/aa/one", b"after", expected=b"before")
    kinds = [call.split()[0] for call in calls]
    kept = ["posix_fallocate", "pwrite", "fsync", "rename", "fsync", "unlink", "unlink"]
    assert kinds == kept
    assert calls[3:5] == ["rename aa/one", "fsync manifests/aa"]
    assert files(tmp_path / "store") == {"manifests/aa/one": 5}


def test_what_could_not_be_replaced_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs = LocalBlobStore(tmp_path)
    write(blobs, "one", b"before")

    def fail(source: Path, target: Path) -> None:
        raise OSError(errno.EIO, "input/output error")

    monkeypatch.setattr(os, "rename", fail)
    with pytest.raises(StoreUnavailableError, match="input/output"):
        blobs.replace("one", b"after", expected=b"before")
    assert bytes(blobs.read("one")) == b"before"
    assert files(tmp_path) == {"one": 6}


def test_a_replacement_of_a_missing_blob_makes_no_folder(tmp_path: Path) -> None:
    with pytest.raises(BlobNotFoundError):
        LocalBlobStore(tmp_path / "store").replace("one", b"after", expected=b"")
    assert not (tmp_path / "store").exists()


def test_a_full_disk_does_not_keep_a_blob_from_being_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs, original = LocalBlobStore(tmp_path), os.open
    write(blobs, "one", b"x")

    def refuse(path: Path, flags: int, mode: int = 0o777) -> int:
        if flags & os.O_CREAT:
            raise OSError(errno.ENOSPC, "no space left on device")
        return original(path, flags, mode)

    monkeypatch.setattr(os, "open", refuse)
    blobs.delete("one")
    assert files(tmp_path) == {}


def test_a_read_that_the_system_cuts_short_is_continued(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, content = os.preadv, bytes(range(100))
    monkeypatch.setattr(os, "preadv", lambda fd, into, at: original(fd, [into[0][:7]], at))
    write(LocalBlobStore(tmp_path), "one", content)
    pieces: list[bytes] = []
    target = memoryview(bytearray(90))
    LocalBlobStore(tmp_path).fill("one", target, offset=10, each=lambda p: pieces.append(bytes(p)))
    assert b"".join(pieces) == bytes(target) == content[10:]
    assert bytes(LocalBlobStore(tmp_path).read("one")) == content
