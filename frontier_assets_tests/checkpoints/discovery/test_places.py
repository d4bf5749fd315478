import os
from pathlib import Path

import pytest

from frontier_assets.checkpoints.discovery.places import open_place
from frontier_assets.errors import InvalidValueError, StoreUnavailableError


def names(location: str, root: Path | None = None) -> set[str]:
    return {str(file.path) for file in open_place(location, root=root).files()}


def test_a_folder_is_named_by_a_path_or_a_url(tmp_path: Path) -> None:
    (tmp_path / "runs" / "exp").mkdir(parents=True)
    (tmp_path / "runs" / "exp" / "a b.pt").touch()
    for location in ("runs/", "runs", "file:runs", f"{tmp_path}/runs", f"file://{tmp_path}/runs"):
        place = open_place(location, root=tmp_path)
        assert place.url == f"file:{tmp_path}/runs"
        assert [str(file.path) for file in place.files()] == ["exp/a b.pt"]


def test_a_folder_that_is_not_there_yet_holds_nothing(tmp_path: Path) -> None:
    assert names("runs/", tmp_path) == set()


def test_a_relative_folder_needs_a_project() -> None:
    with pytest.raises(InvalidValueError, match="needs a project root to start from"):
        open_place("runs/", root=None)


def test_hidden_files_links_and_unfinished_folders_are_left_out(tmp_path: Path) -> None:
    for name in (".hidden.pt", ".tmp/a.pt", "tmp-checkpoint-5/model.safetensors", "exp/a.pt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "last.pt").symlink_to(tmp_path / "exp" / "a.pt")
    (tmp_path / "linked").symlink_to(tmp_path / "exp")
    (tmp_path / "odd\udcff.pt").touch()
    assert names(str(tmp_path)) == {"exp/a.pt"}


def test_a_file_of_the_same_size_is_told_apart_by_its_time_and_by_its_inode(tmp_path: Path) -> None:
    path, place = tmp_path / "a.pt", open_place(str(tmp_path), root=None)
    seen = set()
    for moment in (1, 2):
        path.write_bytes(b"1234")
        os.utime(path, ns=(moment, moment))
        seen |= set(place.files())
    other = tmp_path / ".other"
    other.write_bytes(b"1234")
    os.utime(other, ns=(2, 2))
    other.replace(path)
    assert len(seen | set(place.files())) == 3


def test_what_is_no_folder_cannot_be_watched(tmp_path: Path) -> None:
    (tmp_path / "runs").touch()
    with pytest.raises(StoreUnavailableError, match="Not a directory"):
        names("runs", tmp_path)
