"""Lifecycle management for machine-learning models in Dagster.

Names are imported when they are first used, so that importing the package costs nothing.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from frontier_assets.checkpoints.training import TrainingRun
    from frontier_assets.dataset import Dataset
    from frontier_assets.orchestration.component import ModelLifecycle
    from frontier_assets.registry.foreign_table import SqlTable
    from frontier_assets.workspace import Workspace

__all__ = ["Dataset", "ModelLifecycle", "SqlTable", "TrainingRun", "Workspace"]

_HOMES = {
    "Dataset": "frontier_assets.dataset",
    "ModelLifecycle": "frontier_assets.orchestration.component",
    "SqlTable": "frontier_assets.registry.foreign_table",
    "TrainingRun": "frontier_assets.checkpoints.training",
    "Workspace": "frontier_assets.workspace",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a class from one of several modules
    if name not in _HOMES:
        raise AttributeError(f"module 'frontier_assets' has no attribute '{name}'")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
