"""Observations in a bucket of a server that checks every signature."""

import io
import os
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from frontier_assets.errors import FrontierAssetsError, InvalidValueError
from frontier_assets.storage.connections import S3Connection
from frontier_assets.storage.outside import Outside
from frontier_assets.workspace import Workspace
from frontier_assets_tests.experiments.conftest import CONTROL, MODEL, TREATMENT, Lab, data_frame
from frontier_assets_tests.servers import free_port
from frontier_assets_tests.storage.s3_server import (
    BUCKET,
    REGION,
    Account,
    strict_s3_running,
    without_credentials,
)

Open = Callable[..., Lab]
LONG_AGO = 10_000.0  # seconds


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with strict_s3_running(free_port()) as found:
        yield found


@pytest.fixture(autouse=True)
def _nothing_in_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    without_credentials(monkeypatch, tmp_path / "config")


@pytest.fixture
def client(account: Account) -> Any:
    import boto3

    return boto3.client(
        "s3",
        endpoint_url=account.endpoint,
        region_name=REGION,
        aws_access_key_id=account.key_id,
        aws_secret_access_key=account.secret,
    )


@pytest.fixture
def open_lab(account: Account, empty_registry: Path, tmp_path: Path) -> Iterator[Open]:
    """Open a project with two versions; by the team's S3 resource unless told not to."""
    shutil.copy(empty_registry, tmp_path)
    (tmp_path / "dagster.yaml").touch()
    opened: list[Workspace] = []

    def session() -> Any:
        import boto3

        return boto3.Session(account.key_id, account.secret)

    def open_one(*, by_resource: bool = True) -> Lab:
        workspace = Workspace.open(
            root=tmp_path,
            registry_url=f"sqlite:///{tmp_path}/registry.db",
            stores={"default": f"file:{tmp_path}/store"},
            actor="ann",
            connections={"s3": S3Connection(session)} if by_resource else None,
        )
        opened.append(workspace)
        for content in ("first", "second"):
            (tmp_path / "weights.bin").write_text(content, encoding="utf-8")
            workspace.versions.register(MODEL, files={"weights.bin": tmp_path / "weights.bin"})
        return Lab(workspace)

    yield open_one
    for workspace in opened:
        workspace.close()


def upload(client: Any, lab: Lab, folder: Path, name: str, *, start: int = 0) -> None:
    path = folder / "rows.parquet"
    data_frame(lab.draw(100, start=start, accuracy=(0.5, 0.5))).to_parquet(path)
    client.upload_file(str(path), BUCKET, name)


def uri(account: Account, path: str, bucket: str = BUCKET) -> str:
    return f"s3://{bucket}/{path}?endpoint={account.endpoint}&region={REGION}"


def copies(folder: Path) -> dict[str, int]:
    """Return the inode of every copy that is kept: a copy that is made again has another."""
    return {path.name: path.stat().st_ino for path in (folder / ".frontier/observations").iterdir()}


@pytest.mark.parametrize("by_resource", [True, False])
def test_objects_are_read_with_the_credentials_of_the_team(
    open_lab: Open,
    account: Account,
    client: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    by_resource: bool,
) -> None:
    lab = open_lab(by_resource=by_resource)
    if not by_resource:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", account.key_id)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", account.secret)
    for at in range(2):
        upload(client, lab, tmp_path, f"{by_resource}/day={at}/rows.parquet", start=100 * at)
    client.put_object(Bucket=BUCKET, Key=f"{by_resource}/_SUCCESS", Body=b"")
    running = lab.running(source=uri(account, f"{by_resource}/"))
    assert lab.experiments.analyze(running.id).units == {CONTROL: 100, TREATMENT: 100}


def test_an_object_that_has_not_changed_is_copied_once(
    open_lab: Open, account: Account, client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab = open_lab()
    for name, start in (("stays", 0), ("grows", 100)):
        upload(client, lab, tmp_path, f"once/{name}.parquet", start=start)
    running = lab.running(source=uri(account, "once"))
    lab.experiments.analyze(running.id)
    assert copies(tmp_path) == {}  # as young as this an object may change within its second
    monkeypatch.setattr("frontier_assets.experiments.sources._SETTLED", timedelta(-1))
    lab.experiments.analyze(running.id)
    first = copies(tmp_path)
    assert len(first) == 2
    time.sleep(1.1)  # the server dates objects to the second
    upload(client, lab, tmp_path, "once/grows.parquet", start=5000)
    kept = tmp_path / ".frontier/observations"
    lab.experiments.analyze(running.id)
    assert first.items() < copies(tmp_path).items()
    for path in kept.iterdir():
        os.utime(path, (time.time() - LONG_AGO,) * 2)
    lab.experiments.analyze(running.id)
    left = copies(tmp_path)
    assert len(left) == 2
    assert left != first


def test_an_object_that_is_written_again_while_it_is_read_is_refused(
    open_lab: Open, account: Account, client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab = open_lab()
    upload(client, lab, tmp_path, "again/rows.parquet")
    running = lab.running(source=uri(account, "again"))
    read = Outside.file

    def read_late(outside: Outside, uri: str) -> io.BufferedReader:
        time.sleep(1.1)  # the server dates objects to the second
        upload(client, lab, tmp_path, "again/rows.parquet", start=5000)
        return read(outside, uri)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Outside, "file", read_late)
        with pytest.raises(InvalidValueError, match=r"rows\.parquet.*written again while it was"):
            lab.experiments.analyze(running.id)
    assert copies(tmp_path) == {}
    assert lab.experiments.analyze(running.id).units == {CONTROL: 50, TREATMENT: 50}


def test_what_is_missing_is_named_with_the_remedy(
    open_lab: Open, account: Account, client: Any, tmp_path: Path
) -> None:
    lab = open_lab()
    upload(client, lab, tmp_path, "others/rows.csv")
    for path, bucket, kind, said in (
        ("empty/", BUCKET, InvalidValueError, f"{BUCKET}/empty.*nothing is there"),
        ("others/", BUCKET, InvalidValueError, f"{BUCKET}/others.*names end .parquet"),
        ("rows/", "nowhere", FrontierAssetsError, "'nowhere' does not exist; create it with `aws"),
    ):
        running = lab.running(source=uri(account, path, bucket), namespace=path)
        with pytest.raises(kind, match=said):
            lab.experiments.analyze(running.id)
        assert lab.experiments.looks(running.id) == []
