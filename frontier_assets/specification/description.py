"""What is said about a model as a whole, in its YAML or, where it has none, in the registry."""

from typing import Self

from pydantic import Field, ValidationError, field_validator

from frontier_assets.errors import InvalidValueError
from frontier_assets.specification.architecture import Framework, checked_framework
from frontier_assets.specification.labels import Owner
from frontier_assets.specification.model import ModelSpecification, Task
from frontier_assets.specification.section import Section


class ModelDescription(Section):
    """A model for people. Its tags are free, unlike those of assets."""

    title: str = Field("", description="Name for people, free text.")
    description: str = Field("", description="What the model does.")
    task: Task | None = Field(None, description="What kind of problem it solves.")
    framework: Framework | None = Field(None, description="What it is written in.")
    owners: list[Owner] = Field(default_factory=list, description="`team:name` or an address.")
    tags: dict[str, str] = Field(default_factory=dict, description="Tags.")

    @field_validator("framework", mode="before")
    @classmethod
    def _check_framework(cls, framework: object) -> object:
        return checked_framework(framework)

    @classmethod
    def of(cls, specification: ModelSpecification) -> Self:
        """Return what a YAML says."""
        return cls(**{name: getattr(specification, name) for name in cls.model_fields})

    def updated(self, **changes: object) -> Self:
        """Return this with the ``changes`` that are not None.

        Raises:
            InvalidValueError: a value is none of its field's; the field is named.
        """
        given = {name: value for name, value in changes.items() if value is not None}
        try:
            return type(self).model_validate({**self.model_dump(), **given})
        except ValidationError as error:
            first = error.errors()[0]
            field = str(first["loc"][0])
            raise InvalidValueError(f"Model {field}", given[field], first["msg"]) from error
