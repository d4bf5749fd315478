"""What a conversion is told beside the version, and what a derived target is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from frontier_assets.dataset import Dataset
from frontier_assets.predictors.predictor import Array, Shape
from frontier_assets.specification import OptimizationLevel, Profile


@dataclass(frozen=True, slots=True)
class Options:
    """What the YAML says of one conversion, and the digest of the version that is converted.

    ``level`` None is what the target does by itself. ``profiles`` has the smallest, the usual and
    the largest size of free dimensions.
    """

    level: OptimizationLevel | None = None
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    source_digest: str = ""


@dataclass(frozen=True, slots=True)
class Derivation:
    """The file ``parent`` of a version, what its inputs are and, if needed, calibration data."""

    ref: str
    parent: Path
    inputs: Mapping[str, Shape]
    sample: Mapping[str, Array]
    calibration: Dataset | None = None
    target: str = ""
    options: Options = field(default_factory=Options)
