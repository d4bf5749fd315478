"""What a target that is made from another target's artifact is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from frontier_assets.dataset import Dataset
from frontier_assets.predictors.predictor import Array, Shape


@dataclass(frozen=True, slots=True)
class Derivation:
    """The file ``parent`` of a version, what its inputs are and, if needed, calibration data."""

    ref: str
    parent: Path
    inputs: Mapping[str, Shape]
    sample: Mapping[str, Array]
    calibration: Dataset | None = None
