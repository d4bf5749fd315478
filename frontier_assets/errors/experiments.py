"""What experiments refuse."""

from frontier_assets.errors.missing import NotFoundError
from frontier_assets.errors.root import FrontierAssetsError


class ExperimentNotFoundError(NotFoundError):
    """There is no experiment of this id, or none that assigns units now."""

    def __init__(self, experiment: str) -> None:
        """Name the id as it was asked for."""
        self.experiment = experiment
        super().__init__(f"No active test found: {experiment}")


class ExperimentStateError(FrontierAssetsError, ValueError):
    """The experiment is in a state that does not allow this; nothing was changed."""

    def __init__(self, experiment: str, state: str, attempted: str) -> None:
        """Name the experiment, its ``state`` and what was ``attempted``."""
        self.experiment, self.state = experiment, state
        super().__init__(
            f"Experiment '{experiment}' is {state} and cannot be {attempted}; "
            f"`frontier experiments show {experiment}` tells where it stands"
        )


class ExperimentLookError(FrontierAssetsError):
    """Somebody else looked at the experiment, or ended it, meanwhile; nothing was recorded."""

    retryable = True

    def __init__(self, experiment: str) -> None:
        """Name the experiment."""
        self.experiment = experiment
        super().__init__(
            f"Experiment '{experiment}' was looked at or ended by somebody else meanwhile; "
            f"`frontier experiments look {experiment}` looks again"
        )


class ExperimentConflictError(FrontierAssetsError):
    """Another running experiment uses some of the same units; nothing was started."""

    def __init__(self, experiment: str, other: str, namespace: str) -> None:
        """Name the experiment, the ``other`` one and the ``namespace`` that they share."""
        self.experiment, self.other, self.namespace = experiment, other, namespace
        super().__init__(
            f"Experiment '{experiment}' overlaps with '{other}', which runs in namespace "
            f"'{namespace}'; stop that one, or give both parts of the namespace (namespace_range)"
        )


class ForecastError(FrontierAssetsError, ValueError):
    """The experiment cannot finish in its maximum duration; it was not started."""

    def __init__(self, experiment: str, forecast_days: float, maximum_days: float) -> None:
        """Name the experiment, the days that it needs and those that it may take."""
        self.experiment = experiment
        self.forecast_days, self.maximum_days = forecast_days, maximum_days
        super().__init__(
            f"Experiment '{experiment}' needs {forecast_days:.1f} days and may take "
            f"{maximum_days:g}; raise `maximum_days` or `minimum_effect`, or start it all the "
            "same with `--allow-unfinished`"
        )
