import os
from pathlib import Path

import pytest

from frontier_assets.storage.mapping import mapped, may_be_mapped, read_ahead
from frontier_assets_tests.benchmarks.page_cache import evict, resident_pages

PAGE = os.sysconf("SC_PAGESIZE")
CONTENT = bytes(range(256)) * (64 * PAGE // 256)


@pytest.fixture
def path(on_disk: Path) -> Path:
    file = on_disk / "pack"
    file.write_bytes(CONTENT)
    return file


def view(path: Path) -> memoryview:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return mapped(descriptor)
    finally:
        os.close(descriptor)


def test_writing_to_a_mapped_file_changes_neither_the_file_nor_other_maps(path: Path) -> None:
    first, second = view(path), view(path)
    first[:3] = b"abc"
    assert (bytes(first[:4]), bytes(second)) == (b"abc\3", CONTENT)
    assert path.read_bytes() == CONTENT


def test_it_outlives_the_name_of_the_file(path: Path) -> None:
    found = view(path)
    path.unlink()
    assert bytes(found) == CONTENT


def test_an_empty_file_is_empty_memory(path: Path) -> None:
    path.write_bytes(b"")
    assert bytes(view(path)) == b""


def test_a_part_is_brought_into_memory_before_it_is_touched(path: Path) -> None:
    if not may_be_mapped(path.parent):
        pytest.skip("the temporary folder lies on no disk of this machine")
    try:
        evict(path)
    except RuntimeError as error:  # a file system that is memory itself
        pytest.skip(str(error))
    found = view(path)
    read_ahead(found, 8 * PAGE + 5, 40 * PAGE + 5)
    assert resident_pages(path) >= 33
    assert bytes(found) == CONTENT


@pytest.mark.parametrize("stop", [5, PAGE, 64 * PAGE])
def test_what_is_in_memory_already_stays_as_it_is(path: Path, stop: int) -> None:
    found = view(path)
    found[:1] = b"x"
    read_ahead(found, 0, stop)
    assert bytes(found) == b"x" + CONTENT[1:]


def test_memory_that_is_no_map_needs_no_reading() -> None:
    read_ahead(memoryview(bytearray(5)), 0, 5)


@pytest.mark.parametrize("folder", ["/proc", "/sys/fs"])
def test_a_file_system_that_is_no_disk_is_not_mapped(folder: str) -> None:
    assert not may_be_mapped(Path(folder))
