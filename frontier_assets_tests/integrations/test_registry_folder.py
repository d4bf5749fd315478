import json
import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from frontier_assets.errors import InvalidValueError
from frontier_assets.integrations.intake import Imported
from frontier_assets.workspace import Workspace
from frontier_assets_tests.payload import Payload

Document = dict[str, list[dict[str, Any]]]


def entry(name: str = "linear_model", version: str = "1", **changes: Any) -> dict[str, Any]:
    """Return the example of the format's own documentation, as another version or name."""
    return {
        "name": name,
        "version": version,
        "description": "Simple linear predictor",
        "tags": {"type": "function", "complexity": "low"},
        "created_at": "2024-01-15T10:30:00.000000",
        "storage_path": f"{name}/v{version}/model.pkl",
        "file_size": 245,
    } | changes


def write(folder: Path, document: Document) -> Path:
    """Write a registry whose files have the sizes that it says."""
    for listed in document.values():
        for item in listed:
            path = folder / item["storage_path"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(f"{item['name']} {item['version']}".encode().ljust(item["file_size"]))
    folder.mkdir(exist_ok=True)
    (folder / "registry.json").write_text(json.dumps(document, indent=2))
    return folder / "registry.json"


def imported(workspace: Workspace, document: Path) -> Sequence[Imported]:
    tell = lambda _done, _all: None  # noqa: E731 - nothing watches
    return list(workspace.exchange.import_registry_json(document, tell=tell))


@pytest.mark.feature("DB-4", "DB-5")
def test_the_example_of_the_format_comes_out_as_it_went_in(
    workspace: Workspace, tmp_path: Path
) -> None:
    example = {"linear_model": [entry()]}
    document = write(tmp_path / "models", example)
    (item,) = imported(workspace, document)
    assert (item.ref, item.outcome) == ("linear_model@1.0.0", "imported")
    workspace.exchange.export_registry_json(tmp_path / "out" / "registry.json")
    assert json.loads((tmp_path / "out" / "registry.json").read_text()) == example
    files = {
        path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*")
    }
    assert files == {
        "registry.json",
        "linear_model",
        "linear_model/v1",
        "linear_model/v1/model.pkl",
    }
    before, after = (tmp_path / at / "linear_model/v1/model.pkl" for at in ("models", "out"))
    assert after.read_bytes() == before.read_bytes()


@pytest.mark.feature("DB-1", "DB-4")
def test_gaps_other_paths_and_names_that_are_none_here_come_out_again(
    workspace: Workspace, tmp_path: Path
) -> None:
    document: Document = {
        "Wide Net": [
            entry("Wide Net", "1"),
            entry("Wide Net", "4", storage_path="elsewhere/four.bin", tags={}),
        ],
        "a": [entry("a", "2", description="", file_size=9)],
    }
    refs = [item.ref for item in imported(workspace, write(tmp_path / "models", document))]
    assert refs == ["wide_net@1.0.0", "wide_net@1.0.1", "a@1.0.0"]
    workspace.exchange.export_registry_json(tmp_path / "out" / "registry.json")
    assert json.loads((tmp_path / "out" / "registry.json").read_text()) == document
    with Workspace.open(
        registry_url=f"sqlite:///{tmp_path}/second.db",
        stores={"default": f"file:{tmp_path}/second"},
        actor="bob",
    ) as second:
        imported(second, tmp_path / "out" / "registry.json")
        second.exchange.export_registry_json(tmp_path / "again" / "registry.json")
    again, out = (tmp_path / name / "registry.json" for name in ("again", "out"))
    assert again.read_bytes() == out.read_bytes()


def test_importing_again_changes_nothing_and_brings_what_is_new(
    workspace: Workspace, tmp_path: Path
) -> None:
    imported(workspace, write(tmp_path, {"a": [entry("a")]}))
    heads = workspace.audit.heads()
    assert [item.outcome for item in imported(workspace, tmp_path / "registry.json")] == [
        "unchanged"
    ]
    assert workspace.audit.heads() == heads
    document = write(tmp_path, {"a": [entry("a"), entry("a", "2")]})
    assert [item.outcome for item in imported(workspace, document)] == ["unchanged", "imported"]


def test_a_file_that_changed_since_its_import_is_refused(
    workspace: Workspace, tmp_path: Path
) -> None:
    document = write(tmp_path, {"a": [entry("a")]})
    imported(workspace, document)
    (tmp_path / "a/v1/model.pkl").write_bytes(b"y" * 245)
    with pytest.raises(InvalidValueError, match=r"'a 1' .* changed since it was imported as a@1"):
        imported(workspace, document)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tags": None}, r"a\[0\].tags None is not valid: expected an object of texts"),
        ({"tags": {"n": 1}}, r"a\[0\].tags"),
        ({"file_size": -1}, r"a\[0\].file_size -1"),
        ({"file_size": True}, r"a\[0\].file_size True"),
        ({"version": 1}, r"a\[0\].version 1 is not valid: expected a text"),
        ({"version": ""}, r"a\[0\].version"),
        ({"created_at": "yesterday"}, r"a\[0\].created_at 'yesterday'"),
        ({"name": "b"}, r"a\[0\].name 'b' is not valid: expected 'a'"),
        ({"extra": 1}, r"a\[0\].extra 1 is not valid: known: name, version"),
        ({"storage_path": "../a.pkl"}, r"Member name '../a.pkl'"),
        ({"storage_path": "/etc/passwd"}, r"Member name '/etc/passwd'"),
        ({"storage_path": "a/\0.pkl"}, r"Member name"),
        ({"storage_path": "a/v1/none.pkl"}, r"expected a file or a folder with files"),
        ({"file_size": 7}, r"it has 245 bytes and its entry says 7"),
    ],
)
@pytest.mark.feature("DB-4", "DB-5")
def test_an_entry_that_is_not_as_it_should_be_is_named_and_nothing_is_stored(
    workspace: Workspace, tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    write(tmp_path, {"a": [entry("a")]})
    document = {"a": [entry("a") | change], "b": []}
    (tmp_path / "registry.json").write_text(json.dumps(document))
    with pytest.raises(InvalidValueError, match=message):
        imported(workspace, tmp_path / "registry.json")
    assert workspace.models.list() == []


@pytest.mark.feature("DB-4")
def test_a_missing_field_is_named_with_its_place(workspace: Workspace, tmp_path: Path) -> None:
    second = entry("a", "2")
    del second["created_at"]
    (tmp_path / "registry.json").write_text(json.dumps({"a": [entry("a"), second]}))
    with pytest.raises(InvalidValueError, match=r"^a\[1\] .*the field 'created_at' is missing"):
        imported(workspace, tmp_path / "registry.json")


@pytest.mark.feature("DB-2")
def test_broken_json_is_named_by_file_and_line_and_stays(
    workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "registry.json"
    path.write_text('{\n  "a": [\n    {"name": }\n  ]\n}\n')
    before = path.read_bytes()
    with pytest.raises(InvalidValueError, match=r"registry\.json, line 3' .* it is no JSON"):
        imported(workspace, path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "expected an object of models"),
        ('{"a": 1}', "Model 'a' 1 is not valid: expected a list"),
        ('{"a": [1]}', r"a\[0\] 1 is not valid: expected an object"),
        ('{"a": [], "a": []}', "'a' is not valid: it is there twice"),
        ('{"a/b": []}', "Model name 'a/b'"),
        ('{"..": []}', "Member name"),
        ('{"a\\u0000": []}', "Member name"),
    ],
)
@pytest.mark.feature("DB-5")
def test_a_document_of_another_shape_is_refused(
    workspace: Workspace, tmp_path: Path, text: str, message: str
) -> None:
    (tmp_path / "registry.json").write_text(text)
    with pytest.raises(InvalidValueError, match=message):
        imported(workspace, tmp_path / "registry.json")


@pytest.mark.parametrize(
    "second", [entry("a"), entry("a", "2", storage_path="a/v1/model.pkl")], ids=["number", "path"]
)
def test_what_is_there_twice_is_refused(
    workspace: Workspace, tmp_path: Path, second: dict[str, Any]
) -> None:
    document = write(tmp_path, {"a": [entry("a"), second]})
    with pytest.raises(InvalidValueError):
        imported(workspace, document)
    assert workspace.models.list() == []


def test_a_link_out_of_the_folder_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    document = write(tmp_path / "models", {"a": [entry("a")]})
    file = tmp_path / "models/a/v1/model.pkl"
    file.rename(tmp_path / "outside.pkl")
    file.symlink_to(tmp_path / "outside.pkl")
    with pytest.raises(InvalidValueError, match="it leads out of the folder"):
        imported(workspace, document)


def test_a_pickle_that_would_run_code_is_taken_in_without_being_loaded(
    workspace: Workspace, tmp_path: Path
) -> None:
    marker = tmp_path / "ran"
    content = pickle.dumps(Payload(marker))
    document = write(tmp_path, {"a": [entry("a", file_size=len(content))]})
    (tmp_path / "a/v1/model.pkl").write_bytes(content)
    imported(workspace, document)
    workspace.exchange.export_registry_json(tmp_path / "out/registry.json")
    assert (tmp_path / "out/a/v1/model.pkl").read_bytes() == content
    assert not marker.exists()


@pytest.mark.feature("DB-2")
def test_versions_made_here_are_written_as_files_of_their_formats(
    workspace: Workspace, tmp_path: Path
) -> None:
    state = {"model": {"weight": np.arange(4.0)}}
    workspace.checkpoints.save("m", run="r", step=1, state=state)
    workspace.versions.register("m", checkpoint="latest", description="weights", tags={"a": "b"})
    for name in ("one.bin", "two.bin"):
        (tmp_path / name).write_bytes(b"12345")
    files = {name: tmp_path / name for name in ("one.bin", "two.bin")}
    workspace.versions.register("m", files=files)
    document = tmp_path / "out" / "registry.json"
    first, second = workspace.exchange.export_registry_json(document)
    assert (first.version, first.storage_path) == ("1", "m/v1/model.safetensors")
    assert (second.version, second.storage_path, second.file_size) == ("2", "m/v2", 10)
    assert document.read_text().startswith('{\n  "m": [\n    {\n      "name": "m",\n')
    with Workspace.open(
        registry_url=f"sqlite:///{tmp_path}/second.db",
        stores={"default": f"file:{tmp_path}/second"},
        actor="bob",
    ) as other:
        assert [item.ref for item in imported(other, document)] == ["m@1.0.0", "m@1.0.1"]


def test_two_versions_that_would_be_one_are_refused_and_the_old_document_stays(
    workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "weights.bin"
    path.write_bytes(b"own")
    workspace.versions.register("a", files={"weights.bin": path})
    imported(workspace, write(tmp_path / "models", {"a": [entry("a")]}))
    document = tmp_path / "out" / "registry.json"
    document.parent.mkdir()
    document.write_text("{}")
    with pytest.raises(InvalidValueError, match=r"Version of 'a' '1' .* it is there twice"):
        workspace.exchange.export_registry_json(document)
    assert document.read_text() == "{}"
