"""The `conversions` and `promotion` sections: what becomes of a version that passed."""

from typing import Any, Literal

from pydantic import Field, field_validator

from frontier_assets.specification.section import Section


class Conversion(Section):
    """A format that every version is converted to and proved in."""

    first_keys = frozenset({"dataset", "required", "target"})

    target: str = Field(description="Conversion target, e.g. `onnx`.")
    required: bool = Field(True, description="Whether promotion waits for its proof.")
    dataset: str = Field(
        "", description="Data set of the parity check; the first evaluated one when left out."
    )


class Promotion(Section):
    """Who moves a version forward."""

    first_keys = frozenset({"production", "staging"})

    staging: Literal["automatic", "manual"] = Field("manual", description="Into staging.")
    production: Literal["automatic", "manual"] = Field("manual", description="Into production.")

    @field_validator("staging", "production", mode="before")
    @classmethod
    def _refuse_planned_forms(cls, value: Any) -> Any:  # noqa: ANN401 - raw YAML
        if isinstance(value, dict):
            raise ValueError(  # noqa: TRY004 - pydantic turns only ValueError into a located error
                f"{sorted(value)} not available in this release: write `automatic` or `manual`"
            )
        return value
