"""The `training` section."""

from collections.abc import Mapping
from typing import Any, Final, Literal, NamedTuple, Self

from pydantic import Field, ValidationError, model_validator

from frontier_assets.errors import InvalidValueError
from frontier_assets.specification.section import Entrypoint, Range, Section

Direction = Literal["lower", "higher"]


class Objective(NamedTuple):
    """The checkpoint metric that decides which is best, and which of its values are better."""

    metric: str
    direction: Direction


# What a model goes by whose YAML has no `training`, or that has no YAML.
DEFAULT_OBJECTIVE: Final = Objective("loss", "lower")


class Training(Section):
    """How the model is trained."""

    first_keys = frozenset(
        {"dataset", "direction", "entrypoint", "metric", "parameters", "register", "seed"}
    )

    entrypoint: Entrypoint = Field(description="`module:function` taking a TrainingRun.")
    dataset: str = Field("train", description="The data set that training reads.")
    parameters: dict[str, Any] = Field(default_factory=dict, description="Hyperparameters.")
    limits: dict[str, Range] = Field(
        default_factory=dict,
        description="Lowest and highest value of hyperparameters, both included: "
        "`{epochs: [1, 1000]}`. A parameter outside is refused when the YAML is loaded.",
    )
    seed: int = Field(0, ge=0, description="Seed handed to the training function.")
    register_: Literal["best", "latest", "never"] = Field(
        "best", alias="register", description="Which checkpoint of a run becomes a version."
    )
    metric: str = Field(
        DEFAULT_OBJECTIVE.metric, description="Checkpoint metric that decides which is best."
    )
    direction: Direction = Field(
        DEFAULT_OBJECTIVE.direction,
        description="Whether lower or higher values of the metric are better.",
    )

    @model_validator(mode="after")
    def _check_limits(self) -> Self:
        for name, (low, high) in self.limits.items():
            if name not in self.parameters:
                raise ValueError(
                    f"`limits` names parameter '{name}'; "
                    f"`parameters` has {', '.join(self.parameters) or 'none'}"
                )
            value = self.parameters[name]
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise ValueError(  # noqa: TRY004 - pydantic turns only ValueError into a located error
                    f"parameter '{name}' is {value!r}, which is no number, and `limits` allow "
                    f"{low:g} to {high:g}; YAML reads `1e-3` as text, write `1.0e-3`"
                )
            if not low <= value <= high:
                raise ValueError(
                    f"parameter '{name}' is {value!r}; `limits` allow {low:g} to {high:g}"
                )
        return self

    def with_parameters(self, changed: Mapping[str, Any]) -> "Training":
        """Return this section with other values for some of its parameters.

        Raises:
            InvalidValueError: it has no such parameter, or the value is outside its limits.
        """
        for name, value in changed.items():
            if name not in self.parameters:
                expected = f"the YAML's `parameters` has {', '.join(self.parameters) or 'none'}"
                raise InvalidValueError(f"Parameter '{name}'", value, expected)
        values = self.model_dump(by_alias=True)
        try:
            return Training.model_validate(values | {"parameters": {**self.parameters, **changed}})
        except ValidationError as error:
            problem = error.errors()[0]["msg"].removeprefix("Value error, ")
            raise InvalidValueError("Parameters", dict(changed), problem) from error
