"""What a model that follows a ref serves while something is away, damaged or broken."""

import contextlib
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from frontier_assets.errors import (
    IntegrityError,
    PredictionUnavailableError,
    RegistryUnavailableError,
    StoreUnavailableError,
    VersionNotFoundError,
)
from frontier_assets.predictors.following import FollowedModel
from frontier_assets.predictors.serving import LoadedModel
from frontier_assets.registry import Registry
from frontier_assets.types import Stage, Version
from frontier_assets.workspace import Workspace
from frontier_assets_tests import tabular_yaml
from frontier_assets_tests.postgres_server import Postgres, postgres_running, shut_down
from frontier_assets_tests.predictors.followed import (
    PRODUCTION,
    factor_of,
    move,
    problem_of,
    promote,
    register,
    wait_until,
)
from frontier_assets_tests.servers import LOOPBACK, free_port, stop
from frontier_assets_tests.storage.redis_server import redis_running

pytestmark = pytest.mark.usefixtures("no_thread_is_left")


def pack_with(store: Path, content: bytes) -> Path:
    files = [path for path in (store / "packs").rglob("*") if path.is_file()]
    (found,) = [path for path in files if content in path.read_bytes()]
    return found


def test_a_damaged_version_is_not_served_and_is_once_it_was_mended(
    served: Workspace, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with served.load(PRODUCTION, follow=True, refresh_s=1000) as model:
        number = register(served, tmp_path, 3.0)
        pack = pack_with(tmp_path / "store", b"3.0")
        content = pack.read_bytes()
        pack.write_bytes(content.replace(b"3.0", b"4.0"))
        promote(served, number)
        for _ in range(2):
            model.refresh()
        assert isinstance(problem_of(model), IntegrityError)
        assert (factor_of(model), model.version.number) == (2.0, "1.0.0")
        assert len(caplog.records) == 1
        assert "m@production is still served by 1.0.0" in caplog.text
        pack.write_bytes(content)
        model.refresh()
        assert problem_of(model) is None
        assert (factor_of(model), model.version.number) == (3.0, number)


def test_the_last_version_is_served_while_the_registry_is_away(
    served: Workspace, tmp_path: Path
) -> None:
    here, away = tmp_path / "registry.db", tmp_path / "away.db"
    with served.load(PRODUCTION, follow=True, refresh_s=1000) as model:
        served.registry.close()  # a file that was opened before stays readable wherever it goes
        here.rename(away)
        here.mkdir()
        age_s = model.age_s
        model.refresh()
        assert isinstance(problem_of(model), RegistryUnavailableError)
        assert factor_of(model) == 2.0
        assert (alone_s := model.age_s) > age_s
        here.rmdir()
        away.rename(here)
        model.refresh()
        assert problem_of(model) is None
        assert model.age_s < alone_s


def test_the_last_version_is_served_while_the_store_is_away(
    empty_registry: Path, tmp_path: Path
) -> None:
    shutil.copy(empty_registry, tmp_path)
    port = free_port()
    with (
        redis_running(port) as server,
        Workspace.open(
            registry_url=f"sqlite:///{tmp_path}/registry.db",
            stores={"default": f"redis://{LOOPBACK}:{port}/0"},
            actor="ann",
        ) as workspace,
    ):
        workspace.record_policy(tabular_yaml.custom("from_bytes"))
        promote(workspace, register(workspace, tmp_path, 2.0))
        number = register(workspace, tmp_path, 3.0)
        model = workspace.load(PRODUCTION, follow=True, refresh_s=1000)
        stop(server)
        model.refresh()
        assert problem_of(model) is None  # nothing of the store is needed while nothing changes
        promote(workspace, number)
        model.refresh()
        assert isinstance(problem_of(model), StoreUnavailableError)
        assert (factor_of(model), model.version.number) == (2.0, "1.0.0")
        assert model.signature == model.current.version.signature


def test_a_database_server_that_stops_and_returns_interrupts_no_prediction(tmp_path: Path) -> None:
    port = free_port()
    # Not a folder of pytest's: those are its user's alone, and the server is not that user's.
    with TemporaryDirectory() as folder, contextlib.ExitStack() as opened:
        url, stores = Postgres(port).url("postgres"), {"default": f"file:{tmp_path}/store"}
        with postgres_running(port, Path(folder)) as server:
            Registry.upgrade(url)
            workspace = opened.enter_context(
                Workspace.open(registry_url=url, stores=stores, actor="ann")
            )
            workspace.record_policy(tabular_yaml.custom("from_bytes"))
            promote(workspace, register(workspace, tmp_path, 2.0))
            number = register(workspace, tmp_path, 3.0)
            model = workspace.load(PRODUCTION, follow=True, refresh_s=0.01)
            shut_down(server)
            wait_until(lambda: isinstance(problem_of(model), RegistryUnavailableError))
            assert factor_of(model) == 2.0
        with postgres_running(port, Path(folder)):
            wait_until(lambda: problem_of(model) is None)
            promote(workspace, number)
            wait_until(lambda: model.version.number == number)
            assert factor_of(model) == 3.0
            workspace.close()


def test_what_was_served_stays_when_nobody_has_production_any_more(served: Workspace) -> None:
    with served.load(PRODUCTION, follow=True, refresh_s=1000) as model:
        move(served, "1.0.0", Stage.ARCHIVED)
        model.refresh()
        assert isinstance(problem_of(model), VersionNotFoundError)
        assert factor_of(model) == 2.0


def test_a_version_that_cannot_be_loaded_is_tried_ever_more_rarely(
    served: Workspace, tmp_path: Path
) -> None:
    good = served.load("m")
    bad = served.versions.get(f"m@{register(served, tmp_path, 3.0)}")
    found, tried_at = [good.version], []

    def find() -> Version:
        found.append(bad)
        return found[-2]

    def load(version: Version) -> LoadedModel:
        if version is good.version:
            return good
        tried_at.append(len(found) - 2)
        raise PredictionUnavailableError(version.ref, "it is broken", "mend it")

    with FollowedModel("m", find=find, load=load, refresh_s=0.001) as model:
        wait_until(lambda: len(tried_at) == 6)
        assert isinstance(problem_of(model), PredictionUnavailableError)
        assert factor_of(model) == 2.0
    assert tried_at[:6] == [1, 3, 6, 11, 20, 37]
