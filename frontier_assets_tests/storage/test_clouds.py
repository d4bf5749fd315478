"""One version in every cloud: the same bytes under the same digest."""

from pathlib import Path

import pytest

from frontier_assets.errors import InvalidValueError
from frontier_assets.storage.backends import open_blob_store
from frontier_assets_tests.storage import azure_server as azure
from frontier_assets_tests.storage import gcs_server as gcs
from frontier_assets_tests.storage import s3_server as s3
from frontier_assets_tests.storage.trees import files
from frontier_assets_tests.upkeep.two_stores import MODEL, opened, save


@pytest.fixture
def clouds(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The URLs of three stores by name, each with a place for a prefix."""
    for name, value in (s3.CREDENTIALS | azure.CREDENTIALS).items():
        monkeypatch.setenv(name, value)
    endpoint = {name: request.getfixturevalue(f"{name}_server") for name in ("s3", "gcs", "azure")}
    return {
        "s3": f"s3://{s3.BUCKET}{{}}?endpoint={endpoint['s3']}&region={s3.REGION}",
        "gcs": f"gs://{gcs.BUCKET}{{}}?endpoint={endpoint['gcs']}",
        "azure": f"az://{azure.CONTAINER}{{}}?account={azure.ACCOUNT}&endpoint={endpoint['azure']}",
    }


@pytest.mark.feature("STO-24")
def test_a_version_goes_from_cloud_to_cloud_and_loads_equal_everywhere(
    clouds: dict[str, str], tmp_path: Path, empty_registry: Path
) -> None:
    urls = {name: url.format(tmp_path) for name, url in clouds.items()}
    with opened(tmp_path, empty_registry, urls) as workspace:
        version = workspace.versions.register(MODEL, checkpoint=save(workspace, 1, 2.0).key)
        artifact = workspace.stores["default"].open(version.digest)
        contents = set()
        for name in urls:
            artifact = workspace.stores[name].copy_from(artifact)
            (copied,) = workspace.store.copy(version.ref, to=name)
            assert (copied.digest, copied.stored_bytes) == (version.digest, 0)
            (path,) = workspace.fetch(version.ref, tmp_path / name, store=name)
            contents.add(path.read_bytes())
        (original,) = workspace.fetch(version.ref, tmp_path / "original")
        assert contents == {original.read_bytes()}
        assert workspace.store.verify().passed


@pytest.mark.feature("VER-22")
@pytest.mark.parametrize("cloud", ["s3", "gcs", "azure"])
def test_what_lies_in_a_cloud_is_registered_by_its_uri_without_being_copied(
    clouds: dict[str, str], tmp_path: Path, empty_registry: Path, cloud: str
) -> None:
    place = clouds[cloud].format(f"{tmp_path}/v1")
    content = bytes(range(256)) * 100_000
    with open_blob_store(place, root=None).create("weights.bin") as blob:
        blob.write(content)
        blob.commit()
    with opened(tmp_path, empty_registry) as workspace:
        whole = workspace.versions.register(MODEL, uri=place)
        url, _, query = place.partition("?")
        alone = workspace.versions.register(MODEL, uri=f"{url}/weights.bin?{query}")
        assert whole.digest == alone.digest
        assert not any(name.startswith("packs/") for name in files(tmp_path / "store"))
        (path,) = workspace.fetch(whole.ref, tmp_path / "out")
        assert path.read_bytes() == content
        assert workspace.store.verify().passed
        open_blob_store(place, root=None).delete("weights.bin")
        (damaged,) = workspace.store.verify().damaged
        assert f"{url}/weights.bin" in damaged.problem
        with pytest.raises(InvalidValueError, match="nothing is there"):
            workspace.versions.register(MODEL, uri=place)
