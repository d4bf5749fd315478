"""A model that is wrong where it is told to be, whose predicted examples are counted."""

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from frontier_assets.registry.evidence import Decision
from frontier_assets.specification import ModelSpecification
from frontier_assets.types import Stage, Version
from frontier_assets.workspace import Workspace

MODULE = "counted_model"
CODE = """
import numpy as np
import frontier_assets as fa

ROWS = 400
PREDICTED = []


def build(state):
    def predict(inputs):
        rows = inputs["row"]
        PREDICTED.append(len(rows))
        return rows % 2 ^ np.isin(rows, state["wrong"])

    return predict


def holdout():
    rows = np.arange(ROWS)
    light = np.where(rows < ROWS // 4, "night", "day")
    return fa.Dataset(inputs={"row": rows}, targets=rows % 2, segments={"light": light})
"""


class Counted:
    """A project around a model that is wrong where it is told to be; its examples are counted."""

    def __init__(self, folder: Path, workspace: Workspace) -> None:
        self.file = folder / f"{MODULE}.py"
        self.file.write_text(CODE, encoding="utf-8")
        self.workspace = workspace

    @property
    def module(self) -> Any:
        return importlib.import_module(MODULE)

    def policy(self, gates: Sequence[dict[str, Any]] = (), **evaluation: Any) -> None:
        self.workspace.record_policy(
            ModelSpecification.model_validate(
                {
                    "name": "m",
                    "task": "classification",
                    "framework": "custom",
                    "architecture": {
                        "entrypoint": f"{MODULE}:build",
                        "inputs": {"row": ["batch"]},
                        "outputs": "labels",
                    },
                    "datasets": [{"name": "holdout", "entrypoint": f"{MODULE}:holdout"}],
                    "evaluation": {"datasets": ["holdout"], "metrics": ["accuracy"], **evaluation},
                    "gates": [
                        {"dataset": "holdout", "metric": "accuracy", **gate} for gate in gates
                    ],
                }
            )
        )

    def register(self, *wrong: int) -> Version:
        return self.workspace.versions.register("m", object={"wrong": np.array(wrong, np.int64)})

    def predicted(self) -> int:
        """Return the number of examples predicted since the last time."""
        count: int = sum(self.module.PREDICTED)
        self.module.PREDICTED.clear()
        return count

    def release(self, version: Version) -> None:
        for stage in (Stage.STAGING, Stage.PRODUCTION):
            self.workspace.registry.stages.move(
                "m", version.number, stage, actor="ann", reason="-", decide=lambda _: Decision(())
            )
