"""One run of a model's training function: what it is given, and what it may save and log."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from frontier_assets import entrypoints
from frontier_assets.checkpoints.checkpoints import Checkpoints
from frontier_assets.checkpoints.session import Session
from frontier_assets.dataset import Dataset
from frontier_assets.datasets.loading import load
from frontier_assets.errors import (
    CheckpointNotFoundError,
    EntrypointError,
    InvalidValueError,
    ModelNotFoundError,
)
from frontier_assets.specification import ModelSpecification, Training
from frontier_assets.types import Checkpoint, Digest

OnCheckpoint = Callable[[Checkpoint], None]
OnMetrics = Callable[[Mapping[str, float]], None]


class TrainingRun:
    """What a training function works with.

    ``parameters`` and ``seed`` come from the YAML, ``dataset`` is the loaded training set.
    """

    def __init__(
        self,
        specification: ModelSpecification,
        *,
        name: str,
        dataset: Dataset,
        checkpoints: Checkpoints,
        on_checkpoint: OnCheckpoint,
        on_metrics: OnMetrics,
        run_id: str | None = None,
    ) -> None:
        training = _training_of(specification)
        self.model = specification.name
        self.name = name
        self.parameters: Mapping[str, Any] = dict(training.parameters)
        self.seed = training.seed
        self.dataset = dataset
        self.data_digest: Digest = dataset.digest()
        self._recipe = {**self.parameters, "seed": self.seed}
        self._data_digests = {training.dataset: self.data_digest}
        self._checkpoints = checkpoints
        self._on_checkpoint = on_checkpoint
        self._on_metrics = on_metrics
        self._run_id = run_id

    def resume(self) -> Any | None:  # noqa: ANN401 - the state as saved
        """Return the state that this run saved last, or None when it saved none yet.

        A step that is retried after a crash carries on from there. A damaged checkpoint is passed
        over for the one before, with a warning in the log.

        Raises:
            IntegrityError, ArtifactNotFoundError: all checkpoints of the run are damaged.
        """
        found = self._checkpoints.newest_whole(self.model, self.name)
        return found.state if found else None

    def session(self, *, state: Mapping[str, Any]) -> Session:
        """Return the block that resumes this run and saves in the background.

        `Session` says what ``state`` may hold and what becomes of it.
        """
        return self._checkpoints.session(
            self.model,
            run=self.name,
            state=state,
            parameters=self._recipe,
            data_digests=self._data_digests,
            run_id=self._run_id,
            on_checkpoint=self._on_checkpoint,
        )

    def save(
        self,
        *,
        step: int,
        state: object,
        metrics: Mapping[str, float] | None = None,
        epoch: int | None = None,
    ) -> Checkpoint:
        """Save ``state`` durably as the checkpoint of ``step`` and report it."""
        checkpoint = self._checkpoints.save(
            self.model,
            run=self.name,
            step=step,
            state=state,
            metrics=metrics,
            epoch=epoch,
            parameters=self._recipe,
            data_digests=self._data_digests,
            run_id=self._run_id,
        )
        self._on_checkpoint(checkpoint)
        return checkpoint

    def log(self, metrics: Mapping[str, float]) -> None:
        """Show the run's progress; finite numbers only.

        Raises:
            InvalidValueError: a number is not finite.
        """
        for name, value in metrics.items():
            if not math.isfinite(value):
                raise InvalidValueError(
                    f"Metric '{name}' of run {self.name}", value, "expected a finite number"
                )
        self._on_metrics(metrics)


def run_name(run_id: str) -> str:
    """Return the name that a run's checkpoints carry: short enough to type.

    Two runs of one name would resume from each other, so it keeps 48 bits of the id.
    """
    return run_id.replace("-", "")[:12]


def train(
    specification: ModelSpecification,
    *,
    name: str,
    checkpoints: Checkpoints,
    on_checkpoint: OnCheckpoint,
    on_metrics: OnMetrics,
    run_id: str | None = None,
) -> TrainingRun:
    """Run the model's training function once under the run name ``name``.

    Raises:
        EntrypointError: user code failed, the YAML does not allow what is in the training set, or
            the run ended without a checkpoint.
    """
    training = _training_of(specification)
    run = TrainingRun(
        specification,
        name=name,
        dataset=load(specification.source(training.dataset)),
        checkpoints=checkpoints,
        on_checkpoint=on_checkpoint,
        on_metrics=on_metrics,
        run_id=run_id,
    )
    entrypoints.call(training.entrypoint, run)
    if newest_of_run(checkpoints, specification.name, name) is None:
        raise EntrypointError(training.entrypoint, "ended without calling `run.save`")
    return run


def newest_of_run(checkpoints: Checkpoints, model: str, run: str) -> Checkpoint | None:
    """Return what ``run`` saved last; None when it saved nothing, or nobody saved for the model."""
    try:
        return checkpoints.latest_of_run(model, run)
    except (CheckpointNotFoundError, ModelNotFoundError):
        return None


def _training_of(specification: ModelSpecification) -> Training:
    if specification.training is None:
        raise InvalidValueError(
            "Model", specification.name, "a `training` section is needed to train it"
        )
    return specification.training
