"""The training runs of each model as their authors use them: a block that records how it ended."""

import types
from typing import Self

from frontier_assets.errors import (
    ChangeUncertainError,
    FrontierAssetsError,
    RegistryUnavailableError,
)
from frontier_assets.registry.database import Registry
from frontier_assets.registry.training_runs import TrainingRunRecord
from frontier_assets.types import BuildStatus, Version


class TrainingRuns:
    """The training runs of every model, from Dagster, scripts and notebooks alike."""

    def __init__(self, registry: Registry, *, actor: str) -> None:
        self._registry = registry
        self._actor = actor

    def recorded(self, model: str, name: str, *, run_id: str | None = None) -> "Recording":
        """Return the block around a training run; leaving it records how the run ended.

        ``name`` is the ``run`` that its checkpoints are saved under, ``run_id`` that of Dagster's
        run, if there is one. A name that is used again is the same run, started again.

        >>> with workspace.training_runs.recorded("m", "r1") as run:  # doctest: +SKIP
        ...     workspace.checkpoints.save("m", run="r1", step=1, state=state)
        ...     run.version = workspace.versions.register("m", checkpoint="latest")
        """
        return Recording(self._registry, model, name, actor=self._actor, run_id=run_id)

    def fail(
        self,
        model: str,
        name: str,
        problem: str,
        *,
        run_id: str | None = None,
        actor: str | None = None,
    ) -> TrainingRunRecord:
        """Record that a run failed which can no longer say so itself.

        Nothing changes when it has ended already, or when another ``run_id`` trains by now.

        Raises:
            TrainingRunNotFoundError: no run of this name was ever started.
        """
        return self._registry.training_runs.fail(
            model, name, problem, actor=actor or self._actor, run_id=run_id
        )

    def get(self, model: str, name: str) -> TrainingRunRecord:
        """Return the run of this name.

        Raises:
            TrainingRunNotFoundError: no run of this name was ever started.
        """
        return self._registry.training_runs.get(model, name)

    def unfinished(self) -> list[TrainingRunRecord]:
        """Return the runs of every model that train, as far as anybody said."""
        return self._registry.training_runs.unfinished()

    def list(
        self, model: str, *, status: BuildStatus | str | None = None
    ) -> list[TrainingRunRecord]:
        """Return the model's runs, oldest start first; those in one ``status`` if one is given."""
        return self._registry.training_runs.list(model, status=status)


class Recording:
    """The block around one training run. Set ``version`` to what was registered from it."""

    def __init__(
        self, registry: Registry, model: str, name: str, *, actor: str, run_id: str | None
    ) -> None:
        self.model = model
        self.name = name
        self.version: Version | None = None
        self._registry = registry
        self._actor = actor
        self._run_id = run_id

    def __enter__(self) -> Self:
        self._registry.models.ensure(self.model, actor=self._actor)
        self._registry.training_runs.start(
            self.model, self.name, actor=self._actor, run_id=self._run_id
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: types.TracebackType | None,
    ) -> None:
        runs = self._registry.training_runs
        if error is None:
            number = self.version.number if self.version else None
            runs.finish(
                self.model, self.name, version=number, actor=self._actor, run_id=self._run_id
            )
            return
        try:
            runs.fail(
                self.model, self.name, _problem(error), actor=self._actor, run_id=self._run_id
            )
        except (RegistryUnavailableError, ChangeUncertainError) as unavailable:
            # What made the training fail is what its author has to see.
            error.add_note(f"The failed run {self.name} could not be recorded: {unavailable}")


def _problem(error: BaseException) -> str:
    if isinstance(error, FrontierAssetsError):
        return str(error)
    said = f": {error}" if str(error) else ""
    return f"{type(error).__name__}{said}"
