"""A model that multiplies by what its version says, and what tests ask of one that is followed."""

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np

from frontier_assets.errors import FrontierAssetsError
from frontier_assets.predictors.following import FollowedModel
from frontier_assets.registry.evidence import Decision
from frontier_assets.types import Stage
from frontier_assets.workspace import Workspace
from frontier_assets_tests import tabular

INPUTS = {"x": tabular.points(20)}
SUMS = INPUTS["x"].sum(axis=1)
PRODUCTION = "m@production"


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


def followers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("following m@")]


def wait_until(answer: Callable[[], bool]) -> None:
    pause = threading.Event()
    while not answer():
        pause.wait(0.005)
