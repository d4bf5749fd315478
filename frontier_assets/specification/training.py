"""The `training` section."""

from typing import Any, Literal

from pydantic import Field

from frontier_assets.specification.section import ENTRYPOINT, Section


class Training(Section):
    """How the model is trained."""

    entrypoint: str = Field(
        pattern=ENTRYPOINT, description="`module:function` taking a TrainingRun."
    )
    dataset: str = Field("train", description="The data set that training reads.")
    parameters: dict[str, Any] = Field(default_factory=dict, description="Hyperparameters.")
    seed: int = Field(0, ge=0, description="Seed handed to the training function.")
    register_: Literal["best", "latest", "never"] = Field(
        "best", alias="register", description="Which checkpoint of a run becomes a version."
    )
    metric: str = Field("loss", description="Checkpoint metric that decides which is best.")
    direction: Literal["lower", "higher"] = Field(
        "lower", description="Whether lower or higher values of the metric are better."
    )
