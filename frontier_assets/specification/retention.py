"""The `retention` section: which checkpoints are kept, and when the others are deleted."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from frontier_assets.errors import InvalidValueError
from frontier_assets.specification.section import Section
from frontier_assets.specification.training import Direction, Objective

# Strict: YAML's `true` is no count.
_Count = Annotated[int, Field(strict=True, ge=1)]


class KeepRule(Section):
    """Which checkpoints are kept. What any of its keys keeps is kept."""

    keep_all: bool = Field(False, description="Keep every checkpoint.")
    keep_best: _Count | None = Field(None, description="Keep this many with the best metric.")
    metric: str | None = Field(
        None, description="Checkpoint metric for `keep_best`; that of `training` when left out."
    )
    direction: Direction | None = Field(
        None,
        description="Whether lower or higher values are better. It can be left out for the metric "
        "of `training` alone.",
    )
    keep_recent: _Count | None = Field(None, description="Keep this many that were saved last.")
    keep_every: _Count | None = Field(
        None, description="Keep those whose step, or epoch, is a multiple of this."
    )
    unit: Literal["step", "epoch"] = Field("step", description="What `keep_every` counts.")
    max_age_days: float | None = Field(
        None, gt=0, le=36_500, description="Keep what was saved within so many days."
    )

    @model_validator(mode="after")
    def _check_keys(self) -> Self:
        counts = (self.keep_best, self.keep_recent, self.keep_every, self.max_age_days)
        if not self.keep_all and all(count is None for count in counts):
            raise ValueError(
                "a rule has to keep something: write `keep_best`, `keep_recent`, `keep_every`, "
                "`max_age_days` or `keep_all: true`"
            )
        if self.metric and self.keep_best is None:
            raise ValueError("`metric` has no meaning without `keep_best`")
        if self.direction and not self.metric:
            raise ValueError("`direction` has no meaning without `metric`")
        if self.keep_every is None and self.unit == "epoch":
            raise ValueError("`unit` has no meaning without `keep_every`")
        return self

    def completed(self, objective: Objective) -> Self:
        """Return the rule with the objective of the training where it names none itself.

        Raises:
            InvalidValueError: it names another metric and not its direction.
        """
        if self.keep_best is None or (self.metric and self.direction):
            return self
        if self.metric not in (None, objective.metric):
            raise InvalidValueError(
                "Retention metric",
                self.metric,
                "write its `direction`, `lower` or `higher`, too: only that of the training's "
                f"own metric, {objective.metric}, is known",
            )
        direction = self.direction or objective.direction
        return self.model_copy(update={"metric": objective.metric, "direction": direction})


class Retention(Section):
    """Which checkpoints are kept, and when the others are deleted; all are kept without it."""

    checkpoints: KeepRule | None = Field(
        None, description="Which checkpoints are kept; the others are deleted."
    )
    rules: list[KeepRule] = Field(
        default_factory=list, description="More such rules; what any rule keeps is kept."
    )
    schedule: str = Field(
        "0 3 * * *", description="When retention runs by itself, as cron has it, in UTC."
    )

    def all_rules(self) -> list[KeepRule]:
        """Return every rule; without any, everything is kept."""
        return [*([self.checkpoints] if self.checkpoints else []), *self.rules]
