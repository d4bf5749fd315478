from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from frontier_assets.errors import ArtifactNotFoundError, IntegrityError, InvalidValueError
from frontier_assets.types import AttachmentKind
from frontier_assets.workspace import Workspace
from frontier_assets_tests.storage.trees import damage, files, packs

PNG = b"\x89PNG\r\n\x1a\n and more"
REF = "m@1.0.0"


@pytest.fixture(autouse=True)
def version(workspace: Workspace, write: Callable[..., Path]) -> None:
    workspace.versions.register("m", files={"weights.bin": write("weights.bin", b"weights")})


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def written(name: str, content: bytes = PNG) -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return written


@pytest.mark.feature("STO-18")
def test_files_of_every_kind_are_attached_listed_and_read(
    workspace: Workspace, write: Callable[..., Path]
) -> None:
    for kind in AttachmentKind:
        workspace.versions.attach(REF, {f"a_{kind}": write("one", kind.encode())}, kind=kind)
    listed = workspace.versions.attachments("m")
    assert {(item.name, item.kind) for item in listed} == {(f"a_{k}", k) for k in AttachmentKind}
    for item in listed:
        assert workspace.versions.attachment("m", item.name).read(item.name) == item.kind.encode()


@pytest.mark.feature("STO-18")
def test_an_unknown_kind_lists_the_known_ones(
    workspace: Workspace, write: Callable[..., Path]
) -> None:
    with pytest.raises(InvalidValueError, match=r"'drawing' is not valid: expected one of binary,"):
        workspace.versions.attach(REF, {"a.png": write("a.png")}, kind="drawing")


@pytest.mark.feature("STO-19")
@pytest.mark.parametrize("name", ["plots/a.png", "..\\a.png", "../a.png", "/a.png"])
def test_a_name_with_a_separator_is_refused_and_nothing_is_stored(
    workspace: Workspace, write: Callable[..., Path], tmp_path: Path, name: str
) -> None:
    before = files(tmp_path / "store")
    given = {"b.png": write("b.png"), name: write("a.png")}
    with pytest.raises(InvalidValueError, match="Attachment name"):
        workspace.versions.attach(REF, given, kind="plot")
    assert files(tmp_path / "store") == before


@pytest.mark.feature("STO-19")
def test_an_empty_or_missing_file_is_refused(
    workspace: Workspace, write: Callable[..., Path], tmp_path: Path
) -> None:
    with pytest.raises(InvalidValueError, match=r"the file for 'a\.png' is empty"):
        workspace.versions.attach(REF, {"a.png": write("a.png", b"")}, kind="plot")
    with pytest.raises(InvalidValueError, match=r"there is no such file for 'a\.png'"):
        workspace.versions.attach(REF, {"a.png": tmp_path / "nowhere"}, kind="plot")
    with pytest.raises(InvalidValueError, match="at least one"):
        workspace.versions.attach(REF, {}, kind="plot")


def test_the_same_file_again_is_fine_and_another_is_not(
    workspace: Workspace, write: Callable[..., Path]
) -> None:
    first = workspace.versions.attach(REF, {"a.png": write("a.png")}, kind="plot")
    assert workspace.versions.attach(REF, {"a.png": write("b.png")}, kind="plot") == first
    with pytest.raises(InvalidValueError, match="choose a new name"):
        workspace.versions.attach(REF, {"a.png": write("b.png", b"other")}, kind="plot")


def test_collection_keeps_what_is_attached(
    workspace: Workspace, write: Callable[..., Path]
) -> None:
    workspace.versions.attach(REF, {"a.png": write("a.png")}, kind="plot")
    workspace.store.collect(grace=timedelta(0))
    workspace.store.collect(grace=timedelta(0))
    assert workspace.versions.attachment(REF, "a.png").read("a.png") == PNG
    assert workspace.store.verify().artifacts == 2


def test_damage_of_an_attached_file_is_found(
    workspace: Workspace, write: Callable[..., Path], tmp_path: Path
) -> None:
    before = {*packs(tmp_path / "store")}
    workspace.versions.attach(REF, {"a.png": write("a.png")}, kind="plot")
    (pack,) = {*packs(tmp_path / "store")} - before
    damage(pack, 64)
    with pytest.raises(IntegrityError):
        workspace.versions.attachment(REF, "a.png").read("a.png")
    (found,) = workspace.store.verify().damaged
    assert found.owners == ("m@1.0.0 a.png",)


def test_a_file_that_is_not_attached_is_named(workspace: Workspace) -> None:
    with pytest.raises(ArtifactNotFoundError, match=r"'b\.png' not found in m@1\.0\.0"):
        workspace.versions.attachment(REF, "b.png")
