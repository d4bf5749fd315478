"""Loaded models that follow a ref: what swaps, what does not, and what is served meanwhile."""

import contextlib
import gc
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from frontier_assets.errors import (
    FollowingStoppedError,
    FrontierAssetsError,
    IntegrityError,
    InvalidValueError,
    PredictionUnavailableError,
    RegistryUnavailableError,
    StoreUnavailableError,
    VersionNotFoundError,
)
from frontier_assets.predictors.following import FollowedModel
from frontier_assets.predictors.serving import LoadedModel
from frontier_assets.registry import Registry
from frontier_assets.registry.evidence import Decision
from frontier_assets.types import Stage, Version
from frontier_assets.workspace import Workspace
from frontier_assets_tests import tabular, tabular_yaml
from frontier_assets_tests.postgres_server import Postgres, postgres_running, shut_down
from frontier_assets_tests.servers import LOOPBACK, free_port, stop
from frontier_assets_tests.storage.redis_server import redis_running

INPUTS = {"x": tabular.points(20)}
SUMS = INPUTS["x"].sum(axis=1)
PRODUCTION = "m@production"

PROMOTE = """
import sys
from frontier_assets.registry import Registry
from frontier_assets.registry.evidence import Decision
from frontier_assets.types import Stage
with Registry.open(sys.argv[1]) as registry:
    for number in sys.argv[2:]:
        for stage in (Stage.STAGING, Stage.PRODUCTION):
            registry.stages.move("m", number, stage, actor="bob", reason="better",
                                 decide=lambda evidence: Decision(()))
"""
FORK = """
import os, sys
import numpy as np
from frontier_assets.errors import FollowingStoppedError
from frontier_assets.workspace import Workspace
with Workspace.open(registry_url=sys.argv[1], stores={"default": sys.argv[2]}) as workspace:
    model = workspace.load("m@production", follow=True)
    child = os.fork()
    if not child:
        told = isinstance(model.problem, FollowingStoppedError)
        os._exit(not (told and model.predict({"x": np.ones((1, 4))}) == [8.0]))
    sys.exit(os.waitpid(child, 0)[1])
"""


@pytest.fixture
def served(workspace: Workspace, tmp_path: Path) -> Workspace:
    """A workspace whose model multiplies sums: by 2 in 1.0.0, which has production."""
    workspace.record_policy(tabular_yaml.custom("from_bytes"))
    promote(workspace, register(workspace, tmp_path, 2.0))
    return workspace


def register(workspace: Workspace, folder: Path, factor: float) -> str:
    path = folder / f"factor-{factor}"
    path.write_text(str(factor), encoding="utf-8")
    return workspace.versions.register("m", files={"factor": path}).number


def promote(workspace: Workspace, number: str) -> None:
    move(workspace, number, Stage.STAGING)
    move(workspace, number, Stage.PRODUCTION)


def move(workspace: Workspace, number: str, to: Stage) -> None:
    workspace.registry.stages.move(
        "m", number, to, actor="ann", reason="because", decide=lambda _: Decision(())
    )


def factor_of(model: FollowedModel) -> float:
    """Return the one factor by which all rows of one prediction were multiplied."""
    factors = set(np.round(model.predict(INPUTS) / SUMS, 6).tolist())
    assert len(factors) == 1
    return float(factors.pop())


def problem_of(model: FollowedModel) -> FrontierAssetsError | None:
    """Ask anew: a type checker takes a property for what it was."""
    return model.problem


def pack_with(store: Path, content: bytes) -> Path:
    files = [path for path in (store / "packs").rglob("*") if path.is_file()]
    (found,) = [path for path in files if content in path.read_bytes()]
    return found


def followers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("following m@")]


def wait_until(answer: Callable[[], bool]) -> None:
    pause = threading.Event()
    while not answer():
        pause.wait(0.005)


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    yield
    gc.collect()
    for thread in followers():
        thread.join(10)
    assert followers() == []


@pytest.mark.feature("PRO-2")
def test_a_promotion_elsewhere_swaps_the_model_under_threads_that_predict(
    served: Workspace, tmp_path: Path
) -> None:
    number = register(served, tmp_path, 3.0)
    found: list[list[float]] = [[] for _ in range(4)]
    with served.load(PRODUCTION, follow=True, refresh_s=0.01) as model:
        seen = threading.Event()

        def predict(factors: list[float]) -> None:
            while not seen.is_set():
                factors.append(factor_of(model))
            factors.append(factor_of(model))

        threads = [threading.Thread(target=predict, args=[factors]) for factors in found]
        for thread in threads:
            thread.start()
        command = [sys.executable, "-c", PROMOTE, f"sqlite:///{tmp_path}/registry.db", number]
        subprocess.run(command, check=True, timeout=60)
        wait_until(lambda: model.version.number == number)
        seen.set()
        for thread in threads:
            thread.join()
        assert problem_of(model) is None
        assert model.version.stage is Stage.PRODUCTION
    for factors in found:
        # Each thread saw the first version, then the second, and never the first again.
        assert factors == sorted(factors)
        assert (factors[0], factors[-1], set(factors)) == (2.0, 3.0, {2.0, 3.0})


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


def test_a_model_that_nobody_holds_yet_cannot_be_followed(served: Workspace) -> None:
    with pytest.raises(VersionNotFoundError, match="version 'staging' not found"):
        served.load("m@staging", follow=True)


def test_latest_is_followed_as_production_is(served: Workspace, tmp_path: Path) -> None:
    with served.load("m", follow=True, refresh_s=0.01) as model:
        number = register(served, tmp_path, 3.0)
        wait_until(lambda: model.version.number == number)
        assert factor_of(model) == 3.0


@pytest.mark.parametrize("ref", ["m@1.0.0", "m@1", "m@digest:abcd"])
def test_a_ref_that_cannot_move_is_refused(served: Workspace, ref: str) -> None:
    with pytest.raises(InvalidValueError, match="always means the same version; follow MODEL,"):
        served.load(ref, follow=True)


@pytest.mark.parametrize("refresh_s", [0, -1, float("nan"), float("inf")])
def test_a_time_between_looks_that_is_none_is_refused(served: Workspace, refresh_s: float) -> None:
    with pytest.raises(InvalidValueError, match="seconds above 0"):
        served.load(PRODUCTION, follow=True, refresh_s=refresh_s)


def test_a_closed_model_predicts_and_says_that_it_follows_no_more(served: Workspace) -> None:
    model = served.load(PRODUCTION, follow=True)
    model.close()
    assert followers() == []
    assert isinstance(problem_of(model), FollowingStoppedError)
    assert factor_of(model) == 2.0


def test_closing_the_workspace_ends_the_following(served: Workspace) -> None:
    model = served.load(PRODUCTION, follow=True)
    served.close()
    assert followers() == []
    assert isinstance(problem_of(model), FollowingStoppedError)


def test_a_model_that_nobody_uses_any_more_leaves_no_thread(served: Workspace) -> None:
    served.load(PRODUCTION, follow=True)
    gc.collect()
    wait_until(lambda: followers() == [])


def test_a_forked_process_is_told_that_nothing_follows_there(
    served: Workspace, tmp_path: Path
) -> None:
    assert factor_of(served.load(PRODUCTION, follow=True)) == 2.0
    urls = [f"sqlite:///{tmp_path}/registry.db", f"file:{tmp_path}/store"]
    subprocess.run([sys.executable, "-c", FORK, *urls], check=True, timeout=60)


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
