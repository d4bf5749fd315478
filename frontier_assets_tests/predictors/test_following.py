"""Loaded models that follow a ref: what swaps, what does not, and how it ends."""

import gc
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from frontier_assets.errors import FollowingStoppedError, InvalidValueError, VersionNotFoundError
from frontier_assets.types import Stage
from frontier_assets.workspace import Workspace
from frontier_assets_tests.predictors.followed import (
    PRODUCTION,
    factor_of,
    followers,
    problem_of,
    register,
    wait_until,
)

pytestmark = pytest.mark.usefixtures("no_thread_is_left")


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
