"""Two versions and an experiment between them, with observations drawn as a test wants them."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from frontier_assets.registry.experiment_records import Experiment
from frontier_assets.workspace import Workspace

MODEL = "m"
CONTROL, TREATMENT = "1.0.0", "1.0.1"


@dataclasses.dataclass(frozen=True)
class Lab:
    """Runs experiments between two versions of `MODEL`."""

    workspace: Workspace

    @property
    def experiments(self) -> Any:
        return self.workspace.experiments

    def create(self, **values: Any) -> Experiment:
        facts: dict[str, Any] = {
            "control": CONTROL,
            "treatments": [TREATMENT],
            "metric": "accuracy",
            "planned_units": 2000,
            "minimum_units": 100,
            "seed": "fixed",
        }
        made: Experiment = self.experiments.create(MODEL, "wider net", **(facts | values))
        return made

    def running(self, **values: Any) -> Experiment:
        return self.experiments.start(self.create(**values).id)  # type: ignore[no-any-return]

    def draw(
        self, units: int, *, seed: int = 1, start: int = 0, **means: tuple[float, float]
    ) -> dict[str, Any]:
        """Return one row for each unit; ``means`` are those of control and of treatment."""
        random = np.random.default_rng(seed)
        treated = np.arange(units) % 2 == 1
        table: dict[str, Any] = {
            "unit": [f"user-{start + at}" for at in range(units)],
            "variant": np.where(treated, TREATMENT, CONTROL),
        }
        for name, (control, treatment) in means.items():
            centre = np.where(treated, treatment, control)
            table[name] = centre * (1 + 0.2 * random.standard_normal(units))
        return table


@pytest.fixture
def lab(workspace: Workspace, tmp_path: Path) -> Lab:
    for content in ("first", "second"):
        path = tmp_path / "weights.bin"
        path.write_text(content, encoding="utf-8")
        workspace.versions.register(MODEL, files={"weights.bin": path})
    return Lab(workspace)


def data_frame(columns: dict[str, Any]) -> Any:
    import pandas as pd

    return pd.DataFrame(columns)


def write_parquet(columns: dict[str, Any], path: Path) -> None:
    """Write the columns with their NaNs, which pandas would write as values that are missing."""
    import pyarrow as pa
    from pyarrow import parquet

    parquet.write_table(pa.table(columns), path)
