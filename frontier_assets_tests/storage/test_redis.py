import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from frontier_assets.errors import (
    BlobChangedError,
    BlobExistsError,
    BlobNotFoundError,
    IntegrityError,
    InvalidValueError,
    MissingExtraError,
    StoreUnavailableError,
)
from frontier_assets.storage import redis
from frontier_assets.storage.backends import open_blob_store
from frontier_assets.storage.redis import RedisBlobStore
from frontier_assets.storage.redis_connection import CHUNK_BYTES
from frontier_assets.storage.redis_writing import STAGED_S, RedisWriter
from frontier_assets_tests.servers import LOOPBACK, free_port, stop
from frontier_assets_tests.storage.contract import names, write
from frontier_assets_tests.storage.redis_server import redis_running
from frontier_assets_tests.storage.remote_contract import RemoteStoreContract


def opened(server: str, path: str) -> RedisBlobStore:
    blobs = open_blob_store(f"redis://{server}/0?prefix={path.strip('/')}", root=None)
    assert isinstance(blobs, RedisBlobStore)
    return blobs


def keys(blobs: RedisBlobStore) -> list[bytes]:
    found: list[bytes] = blobs.connection.ask(
        "KEYS", f"{blobs.connection.records.removesuffix(':blobs')}:*"
    )
    return sorted(found)


@pytest.mark.feature("STO-1", "STO-7")
class TestRedisBlobStore(RemoteStoreContract):
    scheme = "redis"
    server = "redis_server"
    opened = staticmethod(opened)


@pytest.fixture
def blobs(redis_server: str, tmp_path: Path) -> RedisBlobStore:
    return opened(redis_server, str(tmp_path))


@pytest.fixture
def own_server() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A server of this test alone: its address and its process."""
    port = free_port()
    with redis_running(port) as process:
        yield f"{LOOPBACK}:{port}", process


@pytest.mark.feature("STO-7")
@pytest.mark.parametrize(
    "size_bytes", [CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES + 5]
)
def test_a_blob_over_chunks_keeps_its_bytes_and_gives_ranges(
    blobs: RedisBlobStore, size_bytes: int
) -> None:
    content = np.random.default_rng(0).bytes(size_bytes)
    write(blobs, "large", content[:7], content[7:])
    assert blobs.read("large") == content
    assert (
        blobs.read("large", offset=CHUNK_BYTES - 10, length=100)
        == content[CHUNK_BYTES - 10 :][:100]
    )
    assert (
        blobs.read("large", offset=CHUNK_BYTES, length=CHUNK_BYTES)
        == content[CHUNK_BYTES : 2 * CHUNK_BYTES]
    )


def test_one_of_four_concurrent_writers_of_several_chunks_wins(blobs: RedisBlobStore) -> None:
    def attempt(writer: int) -> bool:
        try:
            write(blobs, "contended", bytes([writer]) * (2 * CHUNK_BYTES + 1))
        except BlobExistsError:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        outcomes = list(threads.map(attempt, range(4)))
    assert sorted(outcomes) == [False, False, False, True]
    assert set(bytes(blobs.read("contended"))) == {outcomes.index(True)}
    assert len(keys(blobs)) == 3 + 2  # the winner's chunks, the records, the names


def test_a_deletion_and_a_refusal_leave_no_bytes(blobs: RedisBlobStore) -> None:
    write(blobs, "one", b"x" * (CHUNK_BYTES + 1))
    with pytest.raises(BlobExistsError):
        write(blobs, "one", b"y" * (CHUNK_BYTES + 1))
    blobs.delete("one")
    assert keys(blobs) == []


def test_a_replacement_leaves_no_old_bytes_and_neither_does_a_refused_one(
    blobs: RedisBlobStore,
) -> None:
    content = b"x" * (CHUNK_BYTES + 1)
    write(blobs, "one", content)
    blobs.replace("one", b"small", expected=content)
    with pytest.raises(BlobChangedError):
        blobs.replace("one", b"other", expected=content)
    assert len(keys(blobs)) == 1 + 2  # its chunk, the records, the names
    assert {blobs.connection.ask("TTL", key) for key in keys(blobs)} == {-1}


def test_a_replacement_whose_answer_was_lost_is_not_taken_for_somebody_elses(
    blobs: RedisBlobStore,
) -> None:
    write(blobs, "one", b"before")
    record = blobs._record("one")
    with RedisWriter(blobs.connection, "one") as writer:
        writer.write(b"after")
        answers = [writer.put((record.token, record.size_bytes)) for _ in range(2)]
    assert answers == [True, True]
    assert bytes(blobs.read("one")) == b"after"


@pytest.mark.feature("STO-7")
def test_bytes_of_an_unfinished_blob_expire_and_those_of_a_blob_do_not(
    blobs: RedisBlobStore,
) -> None:
    with blobs.create("one") as blob:
        blob.write(b"x" * CHUNK_BYTES)
        (staged,) = keys(blobs)
        assert 0 < blobs.connection.ask("TTL", staged) <= STAGED_S
        blob.commit()
    assert {blobs.connection.ask("TTL", key) for key in keys(blobs)} == {-1}


def test_a_blob_whose_bytes_expired_before_the_commit_is_not_made(blobs: RedisBlobStore) -> None:
    with blobs.create("one") as blob:
        blob.write(b"x" * (CHUNK_BYTES + 1))
        blobs.connection.ask("DEL", *keys(blobs))
        with pytest.raises(StoreUnavailableError, match=r"'one' expired.*noeviction"):
            blob.commit()
    assert (names(blobs), keys(blobs)) == (set(), [])


def test_a_lost_chunk_is_damage_and_a_deleted_blob_is_missing(blobs: RedisBlobStore) -> None:
    write(blobs, "one", b"x" * (CHUNK_BYTES + 1))
    record = blobs._record("one")
    blobs.connection.ask("DEL", blobs.connection.chunk(record.token, 1))
    with pytest.raises(IntegrityError, match="lost a part of it"):
        blobs.read("one")
    blobs.delete("one")
    with pytest.raises(BlobNotFoundError):
        blobs.read("one")


def test_more_names_than_one_answer_holds_are_listed_once(
    blobs: RedisBlobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis, "_PAGE", 3)
    made = [f"packs/{number:02}" for number in range(8)]
    for name in made:
        write(blobs, name, b"x")
    write(blobs, "packsz", b"x")
    assert [info.name for info in blobs.list("packs/")] == made


def test_a_killed_writer_leaves_nothing_visible(blobs: RedisBlobStore, tmp_path: Path) -> None:
    program = (
        "import sys, time\n"
        "from frontier_assets.storage.backends import open_blob_store\n"
        "blob = open_blob_store(sys.argv[1], root=None).create('one')\n"
        "blob.write(b'x' * (20 << 20))\n"
        "print('written', flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, blobs.url], stdout=subprocess.PIPE, cwd=Path.cwd()
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"written\n"
        os.kill(writer.pid, signal.SIGKILL)
    assert names(blobs) == set()
    with pytest.raises(BlobNotFoundError):
        blobs.read("one")
    write(blobs, "one", b"again")
    assert bytes(blobs.read("one")) == b"again"


def test_a_server_that_stops_in_mid_write_is_worth_another_attempt(
    own_server: tuple[str, subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    address, process = own_server
    blobs = opened(address, str(tmp_path))
    with blobs.create("one") as blob:
        blob.write(b"x" * CHUNK_BYTES)
        stop(process)
        with pytest.raises(StoreUnavailableError, match=r"does not answer.*try again") as caught:
            blob.write(b"x" * CHUNK_BYTES)
    assert caught.value.retryable


def test_a_committed_blob_survives_the_servers_death(tmp_path: Path) -> None:
    durable = ("--appendonly", "yes", "--appendfsync", "always", "--dir", str(tmp_path))
    port = free_port()
    blobs = opened(f"{LOOPBACK}:{port}", str(tmp_path))
    with redis_running(port, *durable) as process:
        write(blobs, "one", b"x" * (CHUNK_BYTES + 1))
        blobs.create("two").write(b"y" * CHUNK_BYTES)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
    with redis_running(port, *durable):
        loaded = opened(f"{LOOPBACK}:{port}", str(tmp_path))
        assert names(loaded) == {"one"}
        assert loaded.read("one") == b"x" * (CHUNK_BYTES + 1)


def test_a_full_server_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    port = free_port()
    with redis_running(port, "--maxmemory", "12mb"):
        blobs = opened(f"{LOOPBACK}:{port}", str(tmp_path))
        with pytest.raises(StoreUnavailableError, match=r"memory is full; .*maxmemory"):
            write(blobs, "one", b"x" * (32 << 20))
        assert (names(blobs), keys(blobs)) == (set(), [])


def test_a_wrong_or_missing_password_names_the_variable_and_shows_no_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    with redis_running(port, "--requirepass", "right"):
        for password in ("wrong-secret", "", "right"):
            monkeypatch.setenv("REDISCLI_AUTH", password)
            blobs = opened(f"{LOOPBACK}:{port}", str(tmp_path))
            if password == "right":
                write(blobs, "one", b"x")
                continue
            with pytest.raises(StoreUnavailableError, match="set REDISCLI_AUTH") as caught:
                blobs.size("one")
            assert "secret" not in str(caught.value)


def test_a_database_that_the_server_lacks_is_named(redis_server: str) -> None:
    with pytest.raises(StoreUnavailableError, match="DB index is out of range"):
        open_blob_store(f"redis://{redis_server}/99", root=None).size("one")


def test_a_credential_in_the_url_is_refused_and_not_shown() -> None:
    with pytest.raises(InvalidValueError, match="REDISCLI_AUTH") as caught:
        open_blob_store("redis://ann:secret@host:6379/0", root=None)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "redis:6379",
        "redis://",
        "redis://host:port/0",
        "redis://host/name",
        "redis://h?tls=no",
        "redis://[::1",
    ],
)
def test_another_form_of_url_is_refused(url: str) -> None:
    with pytest.raises(InvalidValueError, match="expected redis://host:port/database"):
        open_blob_store(url, root=None)


@pytest.mark.feature("STO-7")
def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redis", None)
    blobs = open_blob_store(f"redis://{LOOPBACK}:1/0", root=None)
    with pytest.raises(MissingExtraError, match=r"pip install 'frontier_assets\[redis\]'"):
        blobs.size("one")
