import os
import signal
import subprocess
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from frontier_assets.errors import (
    CorruptTransferError,
    InvalidValueError,
    ServerUnavailableError,
    UntrustedContentError,
)
from frontier_assets.integrations.intake import Imported
from frontier_assets.types import Stage
from frontier_assets.workspace import Workspace
from frontier_assets_tests.cli import own_process
from frontier_assets_tests.integrations.tracking_server import TrackingServer, wire
from frontier_assets_tests.servers import LOOPBACK, free_port

PICKLE = b"\x80\x04K\x01." * 1000
FILES = {"MLmodel": b"flavors: {}\n", "model.pkl": PICKLE, "data/empty.bin": b""}
ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts/"


def imported(workspace: Workspace, url: str, *models: str) -> Sequence[Imported]:
    found = workspace.exchange.import_mlflow(url, models=models, tell=lambda _done, _all: None)
    return list(found)


def flips_once(name: str) -> Callable[[str, bytes], bytes]:
    """Return a wire on which one bit of the first reading of a file turns over."""
    seen: Counter[str] = Counter()

    def through(path: str, content: bytes) -> bytes:
        if not path.endswith(name):
            return content
        seen[path] += 1
        return content if seen[path] > 1 else bytes([content[0] ^ 1]) + content[1:]

    return through


def test_a_version_comes_with_files_tags_parameters_and_last_metrics(
    workspace: Workspace, tracking: TrackingServer, tmp_path: Path
) -> None:
    name = tracking.model("Fraud Detector (v2)")
    metrics, tags = {"accuracy": 0.95, "loss": float("nan")}, {"team": "risk"}
    tracking.version(
        name, FILES, metrics=metrics, parameters={"lr": "0.1"}, tags=tags, alias="champion"
    )
    (item,) = imported(workspace, tracking.url, name)
    version = workspace.versions.get(item.ref)
    assert (item.ref, item.outcome) == ("fraud_detector_v2@1.0.0", "imported")
    assert (version.metrics, version.parameters) == ({"accuracy": 0.95}, {"lr": "0.1"})
    assert version.description == f"the {name} of a run"
    assert version.tags == {
        "team": "risk",
        "mlflow.alias.champion": "true",
        "mlflow.metric.loss": "nan",
    }
    assert version.origin is not None
    assert (version.origin["source"], version.origin["version"]) == (f"mlflow {tracking.url}", "1")
    written = workspace.fetch(item.ref, tmp_path / "out")
    found = {path.relative_to(tmp_path / "out").as_posix(): path.read_bytes() for path in written}
    assert found == FILES


def test_an_alias_promotes_nothing_and_says_what_may_come_next(
    workspace: Workspace, tracking: TrackingServer
) -> None:
    name = tracking.model("aliased")
    tracking.version(name, FILES)
    tracking.version(name, FILES, alias="production")
    first, second = imported(workspace, tracking.url, name)
    assert first.notes == ()
    (note,) = second.notes
    assert note == (
        "production there, in development here: `frontier why aliased@1.0.1 --to staging` says "
        "what a promotion needs"
    )
    stages = {version.stage for version in workspace.versions.list("aliased")}
    assert stages == {Stage.DEVELOPMENT}


def test_importing_again_brings_what_is_new_and_nothing_that_was_deleted(
    workspace: Workspace, tracking: TrackingServer
) -> None:
    name = tracking.model("again")
    for content in (b"one", b"two"):
        tracking.version(name, {"weights.bin": content})
    imported(workspace, tracking.url, name)
    workspace.versions.delete("again@1.0.0", reason="old")
    tracking.version(name, {"weights.bin": b"three"})
    heads = workspace.audit.heads()["again"]
    outcomes = [(item.ref, item.outcome) for item in imported(workspace, tracking.url, name)]
    assert outcomes == [
        ("again@1.0.0", "deleted"),
        ("again@1.0.1", "unchanged"),
        ("again@1.0.2", "imported"),
    ]
    assert workspace.audit.heads()["again"] == heads + 1


def on_disk(tracking: TrackingServer, name: str, folder: Path) -> None:
    """Register what a run wrote to the disk, past the server."""
    place = {"name": name, "artifact_location": folder.as_uri()}
    experiment = tracking.post("experiments/create", **place)["experiment_id"]
    run = tracking.post("runs/create", experiment_id=experiment)["run"]["info"]
    model = Path(run["artifact_uri"].removeprefix("file://")) / "model"
    model.mkdir(parents=True)
    (model / "weights.bin").write_bytes(b"local")
    source = f"runs:/{run['run_id']}/model"
    tracking.post("model-versions/create", name=name, source=source, run_id=run["run_id"])


def test_a_copy_of_another_models_version_and_files_on_this_machine_are_found(
    workspace: Workspace, tracking: TrackingServer, tmp_path: Path
) -> None:
    source, name = tracking.model("copied_from"), tracking.model("copied_to")
    tracking.version(source, {"weights.bin": b"copied"})
    tracking.post("model-versions/create", name=name, source=f"models:/{source}/1")
    on_disk(tracking, name, tmp_path / "runs")
    found = [item.ref for item in imported(workspace, tracking.url, name)]
    contents = [workspace.fetch(ref, tmp_path / ref)[0].read_bytes() for ref in found]
    assert contents == [b"copied", b"local"]


def test_a_server_elsewhere_names_no_file_of_this_machine(
    workspace: Workspace,
    tracking: TrackingServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("frontier_assets.integrations.mlflow_server._LOOPBACK", ())
    name = tracking.model("elsewhere")
    on_disk(tracking, name, tmp_path / "runs")
    with pytest.raises(InvalidValueError, match="its server is on another machine"):
        imported(workspace, tracking.url, name)
    assert workspace.models.list() == []


def test_more_versions_than_a_page_come_in_the_order_of_their_numbers(
    workspace: Workspace, tracking: TrackingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("frontier_assets.integrations.mlflow_server._PAGE", 2)
    name = tracking.model("paged")
    numbers = [tracking.version(name, {"weights.bin": bytes([number])}) for number in range(5)]
    assert [item.version for item in imported(workspace, tracking.url, name)] == numbers


@pytest.mark.parametrize(
    "through",
    [flips_once("weights.bin"), lambda path, content: content[: 5 if "weights" in path else None]],
    ids=["a flipped bit", "half of it"],
)
def test_a_file_that_does_not_arrive_whole_is_found_and_nothing_is_recorded(
    workspace: Workspace, tracking: TrackingServer, through: Callable[[str, bytes], bytes]
) -> None:
    name = f"wired_{free_port()}"
    tracking.model(name)
    tracking.version(name, {"weights.bin": b"weights" * 100})
    with (
        wire(tracking, through) as url,
        pytest.raises(CorruptTransferError, match=rf"'weights.bin' of {name} 1 did not arrive"),
    ):
        imported(workspace, url, name)
    assert workspace.models.list() == []
    assert [item.outcome for item in imported(workspace, tracking.url, name)] == ["imported"]


def test_an_import_that_was_killed_goes_on_where_it_stopped(
    workspace: Workspace, tracking: TrackingServer, tmp_path: Path
) -> None:
    name = tracking.model("killed")
    for number in range(3):
        tracking.version(name, {f"part_{number}.bin": b"x" * 1000})
    processes: list[subprocess.Popen[bytes]] = []
    asked: list[str] = []

    def through(path: str, content: bytes) -> bytes:
        if path.startswith(ARTIFACTS):
            asked.append(path.rpartition("/")[2])
            if asked[-1] == "part_1.bin" and processes:
                os.kill(processes.pop().pid, signal.SIGKILL)
        return content

    with wire(tracking, through) as url:
        settings = own_process.environment(
            FRONTIER_REGISTRY_URL=f"sqlite:///{tmp_path}/registry.db",
            FRONTIER_STORES=f"default=file:{tmp_path}/store",
            FRONTIER_ACTOR="ann",
        )
        command = [*own_process.COMMAND, "import", "mlflow", url, "--model", name]
        process = subprocess.Popen(command, env=settings, stdout=-3, stderr=-3)
        processes.append(process)
        assert process.wait(120) == -signal.SIGKILL
        assert [version.number for version in workspace.versions.list(name)] == ["1.0.0"]
        asked.clear()
        outcomes = [item.outcome for item in imported(workspace, url, name)]
    assert outcomes == ["unchanged", "imported", "imported"]
    assert Counter(asked) == {"part_1.bin": 2, "part_2.bin": 2}
    assert workspace.store.verify().damaged == ()


def test_a_pickle_is_kept_as_bytes_and_not_loaded_without_leave(
    workspace: Workspace, tracking: TrackingServer, tmp_path: Path
) -> None:
    name = tracking.model("pickled")
    tracking.version(name, {"model.pkl": PICKLE})
    (item,) = imported(workspace, tracking.url, name)
    (path,) = workspace.fetch(item.ref, tmp_path / "out")
    assert path.read_bytes() == PICKLE
    with pytest.raises(UntrustedContentError):
        workspace.versions.register(name, files={"model.pkl": path})


def test_models_that_would_be_one_here_are_refused_until_one_is_renamed(
    workspace: Workspace, tracking: TrackingServer
) -> None:
    names = [tracking.model("Twin-A"), tracking.model("twin_a")]
    for name in names:
        tracking.version(name, {"weights.bin": name.encode()})
    with pytest.raises(InvalidValueError, match="becomes 'twin_a' here, as 'Twin-A' does; rename"):
        imported(workspace, tracking.url, *names)
    found = workspace.exchange.import_mlflow(
        tracking.url, models=names, renamed={"Twin-A": "twin_b"}, tell=lambda _done, _all: None
    )
    assert sorted(item.ref for item in found) == ["twin_a@1.0.0", "twin_b@1.0.0"]


def test_an_unknown_model_lists_the_known_ones(
    workspace: Workspace, tracking: TrackingServer
) -> None:
    name = tracking.model("known")
    with pytest.raises(InvalidValueError, match=f"'nothing' is not valid: .*{name}"):
        imported(workspace, tracking.url, "nothing")


@pytest.mark.parametrize("url", ["sqlite:///mlflow.db", "localhost:5000", "file:mlruns", ""])
def test_what_is_no_address_of_a_server_is_refused(workspace: Workspace, url: str) -> None:
    with pytest.raises(InvalidValueError, match="MLflow server"):
        imported(workspace, url)


def test_a_server_that_does_not_answer_is_named_without_the_password(workspace: Workspace) -> None:
    port = free_port()
    with pytest.raises(ServerUnavailableError) as refused:
        imported(workspace, f"http://ann:secret@{LOOPBACK}:{port}")
    assert str(refused.value).startswith(f"Server http://{LOOPBACK}:{port} cannot be read: ")
    assert "secret" not in str(refused.value)


def test_a_server_that_is_no_mlflow_is_refused(
    workspace: Workspace, tracking: TrackingServer
) -> None:
    with (
        wire(tracking, lambda _path, _content: b"<html>") as url,
        pytest.raises(ServerUnavailableError, match="cannot be read: Expecting value"),
    ):
        imported(workspace, url)
