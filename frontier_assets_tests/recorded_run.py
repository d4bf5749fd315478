"""A training run that keeps everything in memory: no registry, no store."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import frontier_assets as fa

if TYPE_CHECKING:
    from frontier_assets.checkpoints.training import TrainingRun


@dataclass
class RecordedRun:
    """What was saved and logged, in order; ``resumed`` is what `resume` answers."""

    dataset: fa.Dataset
    parameters: Mapping[str, Any]
    seed: int = 0
    resumed: Any = None
    states: list[Any] = field(default_factory=list)
    steps: list[int] = field(default_factory=list)
    epochs: list[int | None] = field(default_factory=list)
    metrics: list[Mapping[str, float]] = field(default_factory=list)
    logged: list[Mapping[str, float]] = field(default_factory=list)

    def resume(self) -> Any:
        return copy.deepcopy(self.resumed)

    def save(
        self, *, step: int, state: object, metrics: Mapping[str, float], epoch: int | None = None
    ) -> None:
        self.states.append(copy.deepcopy(state))
        self.steps.append(step)
        self.epochs.append(epoch)
        self.metrics.append(metrics)

    def log(self, metrics: Mapping[str, float]) -> None:
        self.logged.append(metrics)

    def typed(self) -> "TrainingRun":
        return cast("TrainingRun", self)
