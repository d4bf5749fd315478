import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from frontier_assets.errors import InvalidValueError
from frontier_assets.storage.members import (
    FileContent,
    checked_files,
    checked_member_name,
    write_files,
)
from frontier_assets_tests.storage.trees import files

UNSAFE = ["", "/abs", "../up", "a/../b", "a/./b", ".", "a//b", "a/", "a\\b", "a\nb", "a\0b"]
UNSAFE += ["a\x7f", "x" * 256, "\ud800"]


@pytest.mark.parametrize("name", UNSAFE)
def test_a_member_name_that_could_leave_its_folder_is_refused(name: str) -> None:
    with pytest.raises(InvalidValueError, match="Member name"):
        checked_member_name(name)


@pytest.mark.parametrize("name", ["model.onnx", "a/b/c.bin", "é ü", ".config", "..a", "x" * 255])
def test_an_ordinary_member_name_is_returned(name: str) -> None:
    assert checked_member_name(name) == name


def test_a_member_cannot_be_a_file_and_a_folder(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"x")
    with pytest.raises(InvalidValueError, match=r"'a/b'.*'a/b/c' needs it to be a folder"):
        checked_files({"a/b": path, "a/b/c": path})


def test_missing_files_and_folders_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match=r"File for member 'm'.*existing file"):
        checked_files({"m": tmp_path / "none"})
    with pytest.raises(InvalidValueError, match="File for member 'm'"):
        checked_files({"m": tmp_path})


def test_no_files_at_all_are_refused() -> None:
    with pytest.raises(InvalidValueError, match="at least one"):
        checked_files({})


def test_spans_of_a_file_are_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"content")
    content = FileContent(tmp_path / "f")
    assert [bytes(content.span(0, 4)), bytes(content.span(4, 3))] == [b"cont", b"ent"]
    content.check_unchanged()


def test_a_file_that_changes_while_it_is_saved_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"content")
    content = FileContent(path)
    path.write_bytes(b"longer than before")
    with pytest.raises(InvalidValueError, match="changed while it was saved"):
        content.check_unchanged()


def test_a_file_that_is_cut_short_while_it_is_saved_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"content")
    content = FileContent(path)
    path.write_bytes(b"cut")
    with pytest.raises(InvalidValueError, match="changed while it was saved"):
        content.span(0, 7)


def test_files_are_written_with_their_folders(tmp_path: Path) -> None:
    paths = write_files(tmp_path / "new/out", {"a/b/c": [b"1", b"2"], "d": [b""]})
    assert paths == [tmp_path / "new/out/a/b/c", tmp_path / "new/out/d"]
    assert files(tmp_path) == {"new/out/a/b/c": 2, "new/out/d": 0}


def test_other_files_of_the_folder_stay_and_old_ones_are_replaced(tmp_path: Path) -> None:
    write_files(tmp_path / "out", {"a": [b"old"], "sub/b": [b"kept"]})
    write_files(tmp_path / "out", {"a": [b"newer"], "sub/c": [b"added"]})
    assert files(tmp_path) == {"out/a": 5, "out/sub/b": 4, "out/sub/c": 5}


def test_nothing_is_written_when_one_member_fails(tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"begun"
        raise ZeroDivisionError("broken")

    write_files(tmp_path / "out", {"a": [b"old"]})
    with pytest.raises(ZeroDivisionError, match="broken"):
        write_files(tmp_path / "out", {"a": [b"new"], "b": broken()})
    assert files(tmp_path) == {"out/a": 3}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"")
    with pytest.raises(InvalidValueError, match="expected a folder"):
        write_files(tmp_path / "out", {"a": [b"x"]})


def test_writes_that_the_system_cuts_short_are_continued(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: original(fd, data[:3]))
    write_files(tmp_path / "out", {"a": [b"0123456789"]})
    assert (tmp_path / "out/a").read_bytes() == b"0123456789"
