import dataclasses

import dagster as dg
import pytest

from frontier_assets.errors import InvalidValueError
from frontier_assets.orchestration.io_managers.local import LocalArtifactIOManager
from frontier_assets.orchestration.resources import WorkspaceResource
from frontier_assets.types import Artifact
from frontier_assets_tests.tiny_project import MODEL, Project


def manager_of(project: Project) -> LocalArtifactIOManager:
    workspace = WorkspaceResource(project_root=str(project.root))
    return LocalArtifactIOManager(store="default", workspace=workspace)


def artifact_of(project: Project) -> Artifact:
    number = project.train()
    with project.workspace() as workspace:
        return workspace.artifact(workspace.versions.get(f"{MODEL}@{number}"))


def test_an_output_is_recorded_and_no_byte_is_copied(project: Project) -> None:
    artifact = artifact_of(project)
    before = sorted((project.root / ".frontier" / "store").rglob("*"))
    context = dg.build_output_context(asset_key=[MODEL, "version"], partition_key="1.0.0")
    manager_of(project).handle_output(context, artifact)
    metadata = context.consume_logged_metadata()
    assert {name: value.value for name, value in metadata.items()} == {
        "uri": artifact.uri,
        "digest": artifact.digest,
        "size_bytes": artifact.size_bytes,
        "stored_bytes": artifact.stored_bytes,
    }
    assert sorted((project.root / ".frontier" / "store").rglob("*")) == before


def test_an_input_is_a_handle_on_the_version_of_the_partition(project: Project) -> None:
    artifact = artifact_of(project)
    context = dg.build_input_context(asset_key=[MODEL, "version"], partition_key="1.0.0")
    assert manager_of(project).load_input(context) == artifact


def test_a_partition_that_is_no_version_is_named(project: Project) -> None:
    artifact_of(project)
    context = dg.build_input_context(asset_key=[MODEL, "version"], partition_key="9.9.9")
    with pytest.raises(dg.Failure, match=r"version '9\.9\.9' not found"):
        manager_of(project).load_input(context)


def test_anything_but_a_handle_of_its_own_store_is_refused(project: Project) -> None:
    artifact = artifact_of(project)
    context = dg.build_output_context(asset_key=[MODEL, "version"])
    with pytest.raises(InvalidValueError, match="an Artifact"):
        manager_of(project).handle_output(context, {"weights": 1})
    elsewhere = dataclasses.replace(artifact, store="elsewhere")
    with pytest.raises(InvalidValueError, match="Store of tiny/version 'elsewhere'"):
        manager_of(project).handle_output(context, elsewhere)
