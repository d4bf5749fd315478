from pathlib import Path

import pytest

from frontier_assets.errors import SettingsError
from frontier_assets.orchestration.io_managers.schemes import IO_MANAGERS, build_io_managers
from frontier_assets.orchestration.resources import WorkspaceResource
from frontier_assets.storage.backends import BACKENDS


def test_every_backend_that_other_processes_can_read_has_an_io_manager() -> None:
    assert set(IO_MANAGERS) == set(BACKENDS) - {"memory"}


@pytest.mark.feature("STO-16")
def test_each_named_store_gets_an_instance_of_its_backends_class(tmp_path: Path) -> None:
    workspace = WorkspaceResource(project_root=str(tmp_path))
    stores = {"default": "file:store", "archive": "s3://models", "copies": "az://models"}
    built = build_io_managers(stores, workspace)
    assert {name: type(manager).__name__ for name, manager in built.items()} == {
        "default": "LocalArtifactIOManager",
        "archive": "S3ArtifactIOManager",
        "copies": "AzureBlobArtifactIOManager",
    }
    assert {name: manager.store for name, manager in built.items()} == {
        name: name for name in stores
    }


def test_a_store_that_no_other_process_can_read_is_refused(tmp_path: Path) -> None:
    workspace = WorkspaceResource(project_root=str(tmp_path))
    with pytest.raises(SettingsError, match="Store 'scratch': has the scheme 'memory'"):
        build_io_managers({"scratch": "memory:scratch"}, workspace)


@pytest.mark.feature("STO-16")
def test_an_unknown_scheme_is_refused_at_load_with_the_known_ones(tmp_path: Path) -> None:
    workspace = WorkspaceResource(project_root=str(tmp_path))
    with pytest.raises(SettingsError, match="has the scheme 'ftp'; use one of: az, file, gs"):
        build_io_managers({"default": "ftp://host/models"}, workspace)
