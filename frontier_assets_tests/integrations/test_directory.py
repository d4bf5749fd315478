from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from frontier_assets.errors import InvalidValueError
from frontier_assets.integrations.intake import Imported
from frontier_assets.workspace import Workspace


def write(folder: Path, files: Mapping[str, bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def imported(workspace: Workspace, folder: Path, **renamed: str) -> Sequence[Imported]:
    tell = lambda _done, _all: None  # noqa: E731 - nothing watches
    return list(workspace.exchange.import_directory(folder, renamed=renamed, tell=tell))


def test_a_version_is_a_file_or_a_folder_of_files_in_the_order_of_numbers(
    workspace: Workspace, tmp_path: Path
) -> None:
    folder = write(
        tmp_path / "models",
        {
            "ResNet-50/v2/weights.bin": b"two",
            "ResNet-50/v2/labels/names.txt": b"a b",
            "ResNet-50/v2/.cache": b"hidden",
            "ResNet-50/v10.onnx": b"ten",
            "ResNet-50/.DS_Store": b"hidden",
            "9lives/1.bin": b"one",
        },
    )
    found = imported(workspace, folder)
    assert [(item.version, item.ref) for item in found] == [
        ("1.bin", "model_9lives@1.0.0"),
        ("v2", "resnet_50@1.0.0"),
        ("v10.onnx", "resnet_50@1.0.1"),
    ]
    written = workspace.fetch("resnet_50@1", tmp_path / "out")
    assert {
        path.relative_to(tmp_path / "out").as_posix(): path.read_bytes() for path in written
    } == {
        "labels/names.txt": b"a b",
        "weights.bin": b"two",
    }


def test_importing_again_goes_on_where_it_stopped(workspace: Workspace, tmp_path: Path) -> None:
    folder = write(tmp_path / "models", {"m/1.bin": b"one", "m/2.bin": b"two"})
    told: list[tuple[int, int]] = []
    stopped = workspace.exchange.import_directory(
        folder, tell=lambda done, total: told.append((done, total))
    )
    assert next(stopped).outcome == "imported"
    assert [item.outcome for item in imported(workspace, folder)] == ["unchanged", "imported"]
    assert [version.number for version in workspace.versions.list("m")] == ["1.0.0", "1.0.1"]


def test_a_version_that_changed_is_refused_and_what_came_before_it_stays(
    workspace: Workspace, tmp_path: Path
) -> None:
    folder = write(tmp_path / "models", {"m/2.bin": b"two"})
    imported(workspace, folder)
    write(folder, {"m/1.bin": b"one", "m/2.bin": b"owt"})
    with pytest.raises(InvalidValueError, match=r"'m 2.bin' is not valid: its files changed since"):
        imported(workspace, folder)
    assert [version.description for version in workspace.versions.list("m")] == [
        "imported from m/2.bin",
        "imported from m/1.bin",
    ]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"model.onnx": b"x"}, "expected a folder, this is a file"),
        ({"m/1/.hidden": b"x"}, "expected a file or a folder with files"),
        ({"a-b/1": b"x", "a_b/1": b"y"}, "becomes 'a_b' here, as 'a-b' does"),
        ({"模型/1": b"x"}, "Model name '模型' is not valid"),
    ],
)
def test_another_kind_of_folder_is_refused_before_anything_is_stored(
    workspace: Workspace, tmp_path: Path, files: dict[str, bytes], message: str
) -> None:
    folder = write(tmp_path / "models", files)
    with pytest.raises(InvalidValueError, match=message):
        imported(workspace, folder)
    assert workspace.models.list() == []


def test_a_name_of_another_script_is_given_one_here(workspace: Workspace, tmp_path: Path) -> None:
    folder = write(tmp_path / "models", {"模型/1.bin": b"x"})
    (item,) = imported(workspace, folder, 模型="model")
    assert (item.name, item.ref) == ("模型", "model@1.0.0")
    with pytest.raises(InvalidValueError, match=r"Renamed model 'other' .* there are 模型"):
        imported(workspace, folder, 模型="model", other="m")


def test_a_link_out_of_a_version_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    folder = write(tmp_path / "models", {"m/1/a.bin": b"x"})
    write(tmp_path, {"secret": b"key"})
    (folder / "m/1/b.bin").symlink_to(tmp_path / "secret")
    with pytest.raises(InvalidValueError, match=r"b\.bin' is not valid: expected a file, not a"):
        imported(workspace, folder)
    assert workspace.models.list() == []


def test_no_folder_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match="Folder"):
        imported(workspace, tmp_path / "nothing")
