"""What a process of its own does that looks at experiments together with another one."""

from datetime import datetime
from pathlib import Path
from threading import Barrier
from typing import Any

from frontier_assets.errors import ExperimentLookError
from frontier_assets.workspace import Workspace

_TOGETHER: list[Barrier] = []
_WAIT_S = 60.0


def prepare(together: Barrier) -> None:
    """Remember where the processes wait for each other."""
    _TOGETHER.append(together)


def opened(url: str, folder: Path) -> Workspace:
    """Open the registry with the store beside it."""
    return Workspace.open(registry_url=url, stores={"default": f"file:{folder}/store"}, actor="ann")


def look(url: str, folder: Path, experiments: list[str], at: datetime) -> list[Any]:
    """Look at each experiment when the other process does; say what was decided, or refused."""
    found = []
    with opened(url, folder) as workspace:
        for experiment in experiments:
            _TOGETHER[0].wait(_WAIT_S)
            try:
                found.append(workspace.experiments.analyze(experiment, at=at).decision.value)
            except ExperimentLookError as error:
                found.append(str(error))
    return found
