"""One registry and one program over every backend: the store's URL alone says where bytes go."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from frontier_assets.errors import (
    InvalidValueError,
    SettingsError,
    SharedStoreError,
    VersionNotFoundError,
)
from frontier_assets.storage.backends import BACKENDS
from frontier_assets.storage.collect import saved_blobs
from frontier_assets.storage.local import LocalBlobStore
from frontier_assets.workspace import Workspace
from frontier_assets_tests.storage.azure_server import ACCOUNT, CONTAINER
from frontier_assets_tests.storage.azure_server import CREDENTIALS as AZURE
from frontier_assets_tests.storage.gcs_server import BUCKET as GCS_BUCKET
from frontier_assets_tests.storage.s3_server import BUCKET as S3_BUCKET
from frontier_assets_tests.storage.s3_server import CREDENTIALS as S3
from frontier_assets_tests.tabular_yaml import specification

# By scheme: the fixture that is its server, and the URL of a store on it.
URLS: Mapping[str, tuple[str, str]] = {
    "az": (
        "azure_server",
        f"az://{CONTAINER}/{{name}}?account={ACCOUNT}&endpoint={{server}}",
    ),
    "file": ("tmp_path", "file:{server}/{name}"),
    "gs": ("gcs_server", f"gs://{GCS_BUCKET}/{{name}}?endpoint={{server}}"),
    "memory": ("tmp_path", "memory:{name}"),
    "redis": ("redis_server", "redis://{server}/0?prefix={name}"),
    "s3": ("s3_server", f"s3://{S3_BUCKET}/{{name}}?endpoint={{server}}&region=us-east-1"),
}


@pytest.fixture
def url(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    for name, value in {**S3, **AZURE}.items():
        monkeypatch.setenv(name, value)
    server, form = URLS[request.param]
    name = f"whichever-{request.param}"
    return form.format(server=request.getfixturevalue(server), name=name)


@pytest.fixture
def open_with(
    tmp_path: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], Workspace]:
    """Open the registry of the test with the stores that the environment names."""

    def opened(stores: str) -> Workspace:
        monkeypatch.setenv("FRONTIER_STORES", stores)
        monkeypatch.setenv("FRONTIER_REGISTRY_URL", workspace.settings.registry_url)
        monkeypatch.chdir(tmp_path)
        return Workspace.open()

    return opened


def test_every_scheme_is_tried() -> None:
    assert set(URLS) == set(BACKENDS)


@pytest.mark.feature("STO-8", "STO-10", "STO-11", "STO-16")
@pytest.mark.parametrize("url", URLS, indirect=True)
def test_what_is_registered_comes_back_byte_for_byte(
    open_with: Callable[[str], Workspace], url: str, tmp_path: Path
) -> None:
    source = tmp_path / "weights.bin"
    source.write_bytes(bytes(range(256)) * 1_000)
    with open_with(f"default={url}") as opened:
        version = opened.versions.register("m", files={"weights.bin": source})
        (fetched,) = opened.fetch(version.ref, tmp_path / "there")
        assert opened.store.verify().passed
    assert fetched.read_bytes() == source.read_bytes()


@pytest.mark.parametrize("url", URLS, indirect=True)
def test_a_store_that_another_registry_uses_is_not_collected(
    open_with: Callable[[str], Workspace], url: str, tmp_path: Path
) -> None:
    source = tmp_path / "weights.bin"
    source.write_bytes(b"weights")
    other = f"sqlite:///{shutil.copy(tmp_path / 'registry.db', tmp_path / 'other.db')}"
    with open_with(f"default={url}") as opened:
        version = opened.versions.register("m", files={"weights.bin": source})
        stores = {"default": opened.settings.stores["default"]}
        with Workspace.open(registry_url=other, stores=stores, actor="bea") as theirs:
            theirs.versions.register("m", files={"weights.bin": source})
            with pytest.raises(SharedStoreError):
                theirs.store.collect(grace=timedelta(0))
        assert opened.stores["default"].holds(version.digest)


@pytest.mark.feature("STO-10")
def test_a_version_that_there_is_not_is_named(workspace: Workspace, tmp_path: Path) -> None:
    workspace.registry.models.ensure("m", actor="ann")
    with pytest.raises(VersionNotFoundError, match=r"Model 'm' version '9\.9\.9' not found"):
        workspace.fetch("m@9.9.9", tmp_path)


@pytest.mark.feature("STO-11")
def test_the_registry_may_lie_elsewhere_than_the_artifacts(
    empty_registry: Path, tmp_path: Path
) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "registry.db").write_bytes(empty_registry.read_bytes())
    with Workspace.open(
        registry_url=f"sqlite:///{tmp_path}/kept/registry.db",
        stores={"default": f"file:{tmp_path}/first", "other": f"file:{tmp_path}/second"},
    ) as opened:
        version = opened.versions.register("m", files={"a": empty_registry})
    assert version.store == "default"
    assert (tmp_path / "first" / "manifests").is_dir()
    assert not (tmp_path / "second").exists()


@pytest.mark.feature("STO-8", "STO-11", "STO-16")
def test_an_unknown_backend_lists_the_known_ones(open_with: Callable[[str], Workspace]) -> None:
    with (
        open_with("default=ftp://host/models") as opened,
        pytest.raises(InvalidValueError, match=r"'ftp' is not valid: known: az:, file:, gs:"),
    ):
        opened.stores["default"]


@pytest.mark.feature("STO-8", "STO-9")
@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("file://host/share", "file:///absolute/path"),
        ("s3://", "s3://bucket/prefix"),
        ("gs://", "gs://bucket/prefix"),
        ("az://", "az://container/prefix"),
        ("redis://", "redis://host:port/database"),
        ("s3://models?bucket_size=1", "'bucket_size' is not valid: known: cleartext, endpoint"),
    ],
)
def test_a_url_that_lacks_its_place_or_has_an_unknown_option_is_refused(
    open_with: Callable[[str], Workspace], url: str, named: str
) -> None:
    with open_with(f"default={url}") as opened, pytest.raises(InvalidValueError) as caught:
        opened.stores["default"]
    assert named in str(caught.value)


@pytest.mark.feature("STO-16")
def test_an_unknown_store_lists_the_known_ones(open_with: Callable[[str], Workspace]) -> None:
    with (
        open_with("default=memory:x,archive=memory:y") as opened,
        pytest.raises(SettingsError, match=r"Store 'cloud'.*\(archive, default\)"),
    ):
        opened.stores["cloud"]


@pytest.mark.feature("STO-2")
def test_folders_are_made_and_sizes_are_those_of_the_files(
    open_with: Callable[[str], Workspace], tmp_path: Path
) -> None:
    (tmp_path / "weights.bin").write_bytes(b"weights")
    with open_with(f"default=file:{tmp_path}/not/yet/there") as opened:
        files = {"weights.bin": tmp_path / "weights.bin"}
        version = opened.versions.register("m", files=files)
        (usage,) = opened.store.usage().stores
    content = saved_blobs(LocalBlobStore(tmp_path / "not/yet/there"))
    stored = [tmp_path / "not/yet/there" / name for name in content]
    size_bytes = sum(path.stat().st_size for path in stored)
    assert (version.size_bytes, version.stored_bytes) == (7, size_bytes)
    assert usage.stored_bytes == size_bytes


LINEAR = """
class Linear:
    def __init__(self, slope, shift):
        self.slope, self.shift = slope, shift

    def __call__(self, x):
        return self.slope * x + self.shift
"""
IN_A_NEW_PROCESS = """
from frontier_assets.workspace import Workspace

with Workspace.open() as workspace:
    print(workspace.checkpoints.load("m", "latest")["model"](5))
"""


@pytest.mark.feature("STO-3")
def test_an_object_of_ones_own_answers_alike_in_a_new_process(
    open_with: Callable[[str], Workspace], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own_linear.py").write_text(LINEAR, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    linear = __import__("own_linear").Linear(2, 1)
    with open_with(f"default=file:{tmp_path}/store") as opened:
        opened.record_policy(specification("custom", allow_pickle=True))
        opened.checkpoints.save("m", run="r", step=1, state={"model": linear})
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{Path(__file__).parents[2]}")
    arguments = [sys.executable, "-c", IN_A_NEW_PROCESS]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False, timeout=60)
    assert (done.stdout, done.returncode) == ("11\n", 0), done.stderr
