"""The `conversions` and `promotion` sections: what becomes of a version that passed."""

from fnmatch import fnmatchcase
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    Field,
    FiniteFloat,
    PositiveInt,
    field_validator,
    model_validator,
)
from typing_extensions import override

from frontier_assets.specification.section import Section

OptimizationLevel = Literal["none", "basic", "extended", "maximum"]


def _check_profile(sizes: tuple[int, int, int]) -> tuple[int, int, int]:
    least, usual, most = sizes
    if not 1 <= least <= usual <= most:
        raise ValueError(
            f"{list(sizes)} is no profile; write [smallest, usual, largest], none below 1"
        )
    return sizes


# The smallest, the usual and the largest size of a free dimension.
Profile = Annotated[tuple[int, int, int], AfterValidator(_check_profile)]


class Conversion(Section):
    """A format that every version is converted to and proved in."""

    first_keys = frozenset({"dataset", "required", "target"})

    target: str = Field(description="Conversion target, e.g. `onnx`.")
    required: bool = Field(True, description="Whether promotion waits for its proof.")
    dataset: str = Field(
        "", description="Data set of the parity check; the first evaluated one when left out."
    )
    calibration: str = Field(
        "", description="Data set that an INT8 target is calibrated on; else the training set."
    )
    minimum_agreement: FiniteFloat | None = Field(
        None,
        ge=0,
        le=1,
        description="Fraction of examples with the same decision as the original's; 0.99 below "
        "float32.",
    )
    maximum_drop: FiniteFloat | None = Field(
        None,
        ge=0,
        description="How much worse the first evaluated metric may be; 0.01 for INT8.",
    )
    maximum_error: FiniteFloat | None = Field(
        None,
        gt=0,
        description="Largest difference of an example's outputs, relative to their size; 0.002 "
        "for FP16, 0.05 for INT8.",
    )
    batch_sizes: list[PositiveInt] = Field(
        default_factory=lambda: [1, 8, 64],
        min_length=1,
        description="How many examples a call has when its speed is measured; latency gates judge "
        "the first.",
    )
    optimization_level: OptimizationLevel | None = Field(
        None,
        description="How far the graph is optimised for its runtime; when left out, an ONNX file "
        "not at all and an engine as usual.",
    )
    profiles: dict[str, Profile] = Field(
        default_factory=dict,
        description="Smallest, usual and largest size of each free dimension, for engines; "
        "`[1, 32, 256]` examples when left out.",
    )
    time_limit_s: FiniteFloat = Field(
        1800, gt=0, description="Seconds after which a conversion is ended."
    )
    memory_limit_gib: FiniteFloat = Field(
        16, gt=0, description="Memory beyond which a conversion is ended, in GiB."
    )

    @property
    def datasets(self) -> list[str]:
        """The data sets that the YAML names here."""
        return [name for name in (self.dataset, self.calibration) if name]


class StageEntry(Section):
    """What a version needs to enter a stage beside its proof, and who moves it there."""

    mode: Literal["automatic", "manual"] = Field(
        "automatic", description="Whether the sensor moves a version or a person does."
    )
    after: list[str] = Field(
        default_factory=lambda: ["gates"],
        description="What has to be over: always the gates; `ab_test` for an experiment that "
        "the version has won.",
    )
    approvals: int = Field(
        0, strict=True, ge=0, le=100, description="How many people have to approve by signature."
    )
    approvers: list[str] = Field(
        default_factory=list,
        description="Whose approvals count: names in the allowed-signers file, `*` for any part; "
        "everybody in it when left out.",
    )
    expires_hours: FiniteFloat = Field(
        72, gt=0, le=8760, description="How long an approval stays good, in hours."
    )

    @field_validator("after")
    @classmethod
    def _refuse_planned_steps(cls, steps: list[str]) -> list[str]:
        if unknown := sorted({*steps} - {"gates", "ab_test"}):
            raise ValueError(
                f"'{unknown[0]}' is not available in this release: write `gates` or `ab_test`"
            )
        return steps

    @model_validator(mode="after")
    def _check_approvals(self) -> Self:
        named = {name for name in self.approvers if "*" not in name}
        if self.approvers and not self.approvals:
            raise ValueError("`approvers` has no meaning without `approvals`")
        if named == {*self.approvers} and 0 < len(named) < self.approvals:
            raise ValueError(
                f"`approvals: {self.approvals}` cannot be reached with {len(named)} `approvers`"
            )
        return self

    def may_approve(self, signer: str) -> bool:
        """Tell whether the approval of a signer counts."""
        return not self.approvers or any(fnmatchcase(signer, name) for name in self.approvers)


class Promotion(Section):
    """Who moves a version forward, and with whose approval."""

    first_keys = frozenset({"production", "staging"})

    staging: StageEntry = Field(
        StageEntry(mode="manual"), description="Into staging: `automatic`, `manual`, or a section."
    )
    production: StageEntry = Field(
        StageEntry(mode="manual"),
        description="Into production: `automatic`, `manual`, or a section.",
    )

    @field_validator(
        "staging",
        "production",
        mode="before",
        json_schema_input_type=Literal["automatic", "manual"] | StageEntry,
    )
    @classmethod
    def _read_word(cls, value: Any) -> Any:  # noqa: ANN401 - raw YAML
        return {"mode": value} if isinstance(value, str) else value

    @override
    def canonical_values(self) -> dict[str, Any]:
        # One word where nothing else is said: so policies were recorded before there was more.
        entries = {"staging": self.staging, "production": self.production}
        return {
            name: entry.mode if entry == StageEntry(mode=entry.mode) else entry.canonical_values()
            for name, entry in entries.items()
        }

    def entry(self, stage: str) -> StageEntry:
        """Return what the YAML says about entering ``staging`` or ``production``."""
        return self.staging if stage == "staging" else self.production
