"""The `datasets` section: where examples come from, and what they have to be like."""

from typing import Literal

from pydantic import Field, field_validator

from frontier_assets.specification.section import Entrypoint, Range, Section
from frontier_assets.types import checked_segment


class DatasetSource(Section):
    """A named data set, the function that loads it, and the quality that is demanded of it."""

    first_keys = frozenset({"description", "entrypoint", "name"})

    name: str = Field(description="Name of the data set, and of its asset.")
    entrypoint: Entrypoint = Field(description="`module:function` -> Dataset.")
    description: str = Field("", description="What the examples are.")
    units: dict[str, str] = Field(
        default_factory=dict,
        description="Units of inputs and of `targets`, shown with the columns: `{length: mm}`.",
    )
    missing: Literal["refused", "allowed"] = Field(
        "refused",
        description="Whether NaN and infinity may stand in inputs, targets and weights.",
    )
    ranges: dict[str, Range] = Field(
        default_factory=dict,
        description="Lowest and highest value of inputs, `targets` or `weights`, both included: "
        "`{image: [0, 1]}`. Anything outside is refused.",
    )
    duplicates: Literal["warned", "refused", "allowed"] = Field(
        "warned", description="What is said of rows that repeat an earlier one in every input."
    )
    leakage: Literal["refused", "allowed"] = Field(
        "refused",
        description="Whether evaluation accepts rows or ids that the training set has too; write "
        "`allowed` for a set that shares them on purpose.",
    )

    @field_validator("name")
    @classmethod
    def _check_name(cls, name: str) -> str:
        return checked_segment("Data set name", name)
