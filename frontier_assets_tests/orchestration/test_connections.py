"""A team's own S3Resource and GCSResource, against servers that nothing else has told of."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import dagster as dg
import pytest
from dagster_aws.s3 import S3Resource
from dagster_gcp import GCSResource
from google.cloud.storage import Client
from typing_extensions import override

from frontier_assets.errors import SettingsError
from frontier_assets.orchestration.connections import build_connections
from frontier_assets.orchestration.io_managers.gcs import GCSArtifactIOManager
from frontier_assets.orchestration.io_managers.s3 import S3ArtifactIOManager
from frontier_assets.orchestration.resources import WorkspaceResource
from frontier_assets.storage.connections import S3Connection
from frontier_assets.types import Artifact
from frontier_assets_tests.generated_project import GeneratedProject, generate_project
from frontier_assets_tests.servers import free_port
from frontier_assets_tests.storage.gcs_server import BUCKET, client_of, gcs_running
from frontier_assets_tests.storage.s3_server import Account, strict_s3_running
from frontier_assets_tests.tiny_project import PROJECT


class OwnGCSResource(GCSResource):
    """Stands for one with a team's own credentials."""

    endpoint: str

    @override
    def get_client(self) -> Client:
        return client_of(self.endpoint)


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with strict_s3_running(free_port()) as running:
        yield running


@pytest.fixture
def s3(account: Account) -> S3Resource:
    return S3Resource(
        endpoint_url=account.endpoint,
        aws_access_key_id=account.key_id,
        aws_secret_access_key=account.secret,
    )


@pytest.fixture(scope="module")
def gcs() -> Iterator[OwnGCSResource]:
    with gcs_running(free_port()) as endpoint:
        yield OwnGCSResource(endpoint=endpoint)


@pytest.fixture
def flowers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GeneratedProject:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    generated = generate_project(tmp_path, monkeypatch)
    generated.scaffold("flowers", framework="pytorch")
    monkeypatch.setenv("FRONTIER_STORES", f"default=s3://models/{generated.name}")
    return generated


def live(defs: dg.Definitions) -> Mapping[str, dg.MetadataValue]:
    """Train and build a version; return the metadata of its asset."""
    with dg.DagsterInstance.ephemeral() as instance:
        assert defs.resolve_job_def("flowers__train").execute_in_process(instance=instance).success
        build = defs.resolve_job_def("flowers__build")
        assert build.execute_in_process(instance=instance, partition_key="1.0.0").success
        event = instance.get_latest_materialization_event(dg.AssetKey(["flowers", "version"]))
        assert event is not None
        assert event.asset_materialization is not None
        return event.asset_materialization.metadata


@pytest.mark.feature("STO-15")
def test_a_resource_given_to_the_location_is_used_by_every_step(
    flowers: GeneratedProject, s3: S3Resource
) -> None:
    metadata = live(flowers.load(s3=s3))
    assert str(metadata["uri"].value).startswith(f"s3://models/{flowers.name}/")


def test_a_resource_of_the_projects_own_is_found_by_its_name(
    flowers: GeneratedProject, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEAM_SECRET", account.secret)
    (flowers.defs / "resources.py").write_text(
        "import dagster as dg\nfrom dagster_aws.s3 import S3Resource\n\n"
        "defs = dg.Definitions(resources={'s3': S3Resource(\n"
        f"    endpoint_url={account.endpoint!r}, aws_access_key_id={account.key_id!r},\n"
        "    aws_secret_access_key=dg.EnvVar('TEAM_SECRET'))})\n"
    )
    live(flowers.load())


def test_a_gcs_resource_is_used_by_every_step(
    flowers: GeneratedProject, gcs: OwnGCSResource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRONTIER_STORES", f"default=gs://{BUCKET}/{flowers.name}")
    metadata = live(flowers.load(gcs=gcs))
    assert str(metadata["uri"].value).startswith(f"gs://{BUCKET}/{flowers.name}/")


def test_something_else_of_that_name_is_left_alone(
    flowers: GeneratedProject, s3: S3Resource
) -> None:
    (flowers.defs / "resources.py").write_text(
        "import dagster as dg\n\ndefs = dg.Definitions(resources={'s3': 3, 'gcs': 4})\n"
    )
    resources = flowers.load().resources or {}
    assert resources["s3"] == 3
    assert resources["workspace"].s3 is None
    assert flowers.load(s3=s3).resources["workspace"].s3 is s3  # type: ignore[index]


def test_an_io_manager_goes_by_its_own_resource(
    flowers: GeneratedProject,
    s3: S3Resource,
    gcs: OwnGCSResource,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stores = f"default=s3://models/{flowers.name},other=gs://{BUCKET}/{flowers.name}"
    monkeypatch.setenv("FRONTIER_STORES", stores)
    live(flowers.load(s3=s3))
    workspace = WorkspaceResource(project_root=str(flowers.root))
    context = dg.build_input_context(asset_key=["flowers", "version"], partition_key="1.0.0")
    manager = S3ArtifactIOManager(store="default", workspace=workspace, s3=s3)
    loaded = manager.load_input(context)
    assert isinstance(loaded, Artifact)
    assert loaded.store == "default"
    other = GCSArtifactIOManager(store="other", workspace=workspace, gcs=gcs)
    with workspace.opened(other.connections()) as opened:
        assert list(opened.stores["other"].list()) == []


def test_what_an_s3_resource_says_reaches_the_connection() -> None:
    resource = S3Resource(endpoint_url="https://host", use_unsigned_session=True, verify=False)
    found = build_connections(s3=resource)["s3"]
    assert isinstance(found, S3Connection)
    assert (found.endpoint, found.signed, found.verified) == ("https://host", False, False)
    plain = build_connections(s3=S3Resource(region_name="eu-west-1"))["s3"]
    assert isinstance(plain, S3Connection)
    assert (plain.endpoint, plain.signed, plain.verified) == ("", True, True)
    assert plain.session().region_name == "eu-west-1"


def test_transport_without_tls_needs_an_endpoint() -> None:
    with pytest.raises(SettingsError, match="has `use_ssl: false` and no `endpoint_url`; give"):
        build_connections(s3=S3Resource(use_ssl=False))


@pytest.mark.parametrize("stores", ["default=file:store", "default=s3://models,more=gs://models"])
def test_definitions_load_without_the_clouds_libraries(tmp_path: Path, stores: str) -> None:
    code = (
        "import sys, frontier_assets.definitions as d; d.defs.resolve_asset_graph();"
        "bad = {'dagster_aws', 'dagster_gcp', 'boto3', 'google.cloud.storage', 'obstore'}"
        " & set(sys.modules); assert not bad, bad"
    )
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "FRONTIER_STORES": stores}
    command = [sys.executable, "-W", "ignore", "-c", code]
    subprocess.run(command, cwd=PROJECT, env=environment, check=True, timeout=120)
