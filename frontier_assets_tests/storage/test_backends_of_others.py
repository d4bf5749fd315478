"""A storage backend that another package brings: one module and one entry point."""

from collections.abc import Callable
from pathlib import Path

import pytest

from frontier_assets.errors import InvalidValueError, SettingsError
from frontier_assets.orchestration.io_managers.schemes import build_io_managers
from frontier_assets.orchestration.resources import WorkspaceResource
from frontier_assets.storage.backends import GROUP, known_backends, open_blob_store
from frontier_assets.workspace import Workspace
from frontier_assets_tests.storage.contract import write

MODULE = """
from frontier_assets.storage import local

def open_store(location, *, root):
    return local.open_store(location, root=root)
"""
Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Install a package with a backend, as a package manager leaves it on the path."""

    def installed(name: str, scheme: str) -> None:
        folder = tmp_path / "site" / f"{name}-1.0.dist-info"
        folder.mkdir(parents=True)
        (folder / "METADATA").write_text(f"Name: {name}\nVersion: 1.0\n", encoding="utf-8")
        points = f"[{GROUP}]\n{scheme} = {name}\n"
        (folder / "entry_points.txt").write_text(points, encoding="utf-8")
        (tmp_path / "site" / f"{name}.py").write_text(MODULE, encoding="utf-8")
        monkeypatch.syspath_prepend(tmp_path / "site")

    return installed


@pytest.mark.feature("STO-28")
def test_a_backend_of_another_package_keeps_artifacts(
    install: Install, workspace: Workspace, tmp_path: Path
) -> None:
    install("frontier_tape_one", "tape")
    write(open_blob_store(f"tape:{tmp_path}/tape", root=None), "one", b"x")
    assert (tmp_path / "tape" / "one").read_bytes() == b"x"
    with Workspace.open(
        registry_url=workspace.settings.registry_url, stores={"default": f"tape:{tmp_path}/tape"}
    ) as opened:
        (tmp_path / "weights.bin").write_bytes(b"weights")
        files = {"weights.bin": tmp_path / "weights.bin"}
        version = opened.versions.register("m", files=files)
        assert opened.artifact(version).content.read("weights.bin") == b"weights"


def test_dagster_serves_such_a_store(install: Install, tmp_path: Path) -> None:
    install("frontier_tape_two", "tape")
    workspace = WorkspaceResource(project_root=str(tmp_path))
    assert build_io_managers({"archive": "tape:x"}, workspace)["archive"].store == "archive"


@pytest.mark.feature("STO-28")
@pytest.mark.parametrize("scheme", ["file", "s3"])
def test_a_scheme_that_there_is_already_is_refused(install: Install, scheme: str) -> None:
    install("frontier_tape_three", scheme)
    with pytest.raises(SettingsError, match=f"'{scheme}:': is both .* and frontier_tape_three; un"):
        known_backends()


@pytest.mark.feature("STO-28")
def test_one_scheme_of_two_packages_is_refused(install: Install) -> None:
    install("frontier_tape_four", "tape")
    install("frontier_tape_five", "tape")
    with pytest.raises(SettingsError, match="Storage backend 'tape:': is both frontier_tape_"):
        open_blob_store("tape:x", root=None)


@pytest.mark.feature("STO-16")
def test_an_unknown_scheme_lists_those_of_other_packages_too(install: Install) -> None:
    install("frontier_tape_six", "tape")
    with pytest.raises(InvalidValueError, match=r"known: .*s3:, tape:"):
        open_blob_store("ftp:x", root=None)
