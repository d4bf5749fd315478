"""The `datasets` section."""

from pydantic import Field, field_validator

from frontier_assets.specification.section import ENTRYPOINT, Section
from frontier_assets.types import checked_segment


class DatasetSource(Section):
    """A named data set and the function that loads it."""

    name: str = Field(description="Name of the data set, and of its asset.")
    entrypoint: str = Field(pattern=ENTRYPOINT, description="`module:function` -> Dataset.")
    description: str = Field("", description="What the examples are.")

    @field_validator("name")
    @classmethod
    def _check_name(cls, name: str) -> str:
        return checked_segment("Data set name", name)
