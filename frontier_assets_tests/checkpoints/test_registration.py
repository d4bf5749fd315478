import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from frontier_assets.checkpoints.environment import current_environment
from frontier_assets.errors import (
    BranchNotFoundError,
    IntegrityError,
    InvalidValueError,
    ModelNotFoundError,
    VersionExistsError,
    VersionNotFoundError,
)
from frontier_assets.types import Version
from frontier_assets.workspace import Workspace


def register(workspace: Workspace, content: int = 0, model: str = "m", **said: Any) -> Version:
    return workspace.versions.register(model, object={"w": np.full(9, content)}, **said)


def stored_files(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "store").rglob("*") if path.is_file()]


@pytest.mark.feature("VER-6", "VER-21")
def test_what_is_said_of_a_version_is_kept(workspace: Workspace) -> None:
    said: dict[str, Any] = {
        "description": "wider",
        "tags": {"team": "vision"},
        "metrics": {"accuracy": 0.97},
        "parameters": {"layers": [8, 8]},
    }
    version = register(workspace, **said)
    found = workspace.versions.get("m@1.0.0")
    assert found == version
    assert {name: getattr(found, name) for name in said} == said
    assert isinstance(found.metrics["accuracy"], float)


@pytest.mark.feature("VER-6", "VER-21")
@pytest.mark.parametrize(
    "said",
    [
        {"metrics": {"accuracy": float("nan")}},
        {"metrics": {"accuracy": "high"}},
        {"parameters": {"rate": float("inf")}},
        {"parameters": {"net": object()}},
        {"tags": {"team": 5}},
        {"tags": ["team"]},
        {"description": b"bytes"},
        {"change": "huge"},
        {"number": "7"},
        {"number": "1.0.0-side.1"},
    ],
)
def test_what_cannot_be_kept_is_refused_before_anything_is_stored(
    workspace: Workspace, tmp_path: Path, said: dict[str, Any]
) -> None:
    before = stored_files(tmp_path)
    with pytest.raises(InvalidValueError):
        register(workspace, **said)
    assert stored_files(tmp_path) == before
    assert workspace.registry.models.list() == []


@pytest.mark.feature("VER-7")
def test_a_number_and_a_parent_can_be_given(workspace: Workspace) -> None:
    for content in range(2):
        register(workspace, content)
    version = register(workspace, number="v2.0.0", parent="1.0.0", description="from the first")
    assert (version.number, version.parent) == ("2.0.0", "1.0.0")
    with pytest.raises(VersionExistsError, match=r"'2\.0\.0' of 'm' already exists"):
        register(workspace, number="2.0.0")
    by_sequence = register(workspace, parent="m@2")
    assert (by_sequence.number, by_sequence.parent) == ("2.0.1", "1.0.1")


@pytest.mark.feature("VER-5", "VER-7")
@pytest.mark.parametrize(
    ("placed", "error", "text"),
    [
        ({"parent": "other@1.0.0"}, InvalidValueError, "'other@1.0.0'.*a version of 'm'"),
        ({"parent": "9.9.9"}, VersionNotFoundError, "Model 'm' version '9.9.9' not found"),
        ({"branch": "side"}, BranchNotFoundError, "Model 'm' branch 'side' not found"),
        ({"branch": "main/.."}, BranchNotFoundError, "branch 'main/..' not found"),
        (
            {"model": "x", "parent": "1.0.0"},
            ModelNotFoundError,
            "^Model 'x' not found in registry$",
        ),
    ],
)
def test_a_place_that_is_not_there_is_refused_before_anything_is_stored(
    workspace: Workspace, tmp_path: Path, placed: dict[str, Any], error: type[Exception], text: str
) -> None:
    register(workspace)
    register(workspace, model="other")
    before = stored_files(tmp_path)
    with pytest.raises(error, match=text):
        register(workspace, 5, **placed)
    assert stored_files(tmp_path) == before
    assert [model.name for model in workspace.registry.models.list()] == ["m", "other"]


@pytest.mark.feature("VER-8")
def test_versions_are_counted_and_found_by_their_count(workspace: Workspace) -> None:
    made = [register(workspace, content) for content in range(3)]
    assert [item.sequence for item in made] == [1, 2, 3]
    assert workspace.versions.get("m@1") == made[0]
    assert workspace.versions.get("m") == made[2]


@pytest.mark.feature("VER-13", "VER-14")
def test_a_branch_is_used_from_python(workspace: Workspace) -> None:
    register(workspace)
    workspace.branches.create("m", "side", source="1.0.0")
    head = register(workspace, 1, branch="side")
    assert head.number == "1.0.1-side.1"
    merged = workspace.branches.merge("m", "side", change="auto")
    assert (merged.number, merged.digest) == ("1.0.1", head.digest)
    assert workspace.artifact(merged).digest == head.digest
    assert [item.last_merge for item in workspace.branches.list("m")] == ["1.0.1"]
    workspace.branches.delete("m", "side", reason="merged")
    assert workspace.branches.list("m") == []
    with pytest.raises(InvalidValueError, match="'huge'"):
        workspace.branches.merge("m", "side", change="huge")  # type: ignore[arg-type]


@pytest.mark.feature("VER-20")
def test_the_same_bytes_have_the_same_digest_and_a_flipped_byte_is_found(
    workspace: Workspace, tmp_path: Path
) -> None:
    first, again, other = (register(workspace, content) for content in (1, 1, 2))
    assert first.digest == again.digest != other.digest
    raw = np.full(9, 2).tobytes()
    (pack,) = (path for path in stored_files(tmp_path) if raw in path.read_bytes())
    pack.chmod(0o600)
    pack.write_bytes(pack.read_bytes().replace(raw, b"\x03" + raw[1:]))
    with pytest.raises(IntegrityError):
        workspace.artifact(other).content.tensors()
    assert workspace.artifact(first).content.tensors()


@pytest.mark.feature("DB-13")
def test_the_environment_is_recorded_with_the_commit_where_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    outside = current_environment()
    assert outside["git_commit"] == "unknown"
    assert {"python", "platform", "numpy", "torch"} <= set(outside)
    git = ["git", "-c", "user.name=ann", "-c", "user.email=ann@example.org"]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "first"], check=True)
    assert len(current_environment()["git_commit"]) == 40
