"""The `framework` and the `architecture` section: what a version is made of and what it takes."""

from typing import Literal

from pydantic import Field, field_validator

from frontier_assets.specification.section import Entrypoint, Section

Framework = Literal["pytorch", "sklearn", "xgboost", "lightgbm", "onnx", "custom"]
FRAMEWORKS: tuple[Framework, ...] = ("pytorch", "sklearn", "xgboost", "lightgbm", "onnx", "custom")
# Other spellings of the same names.
FRAMEWORK_ALIASES = {"torch": "pytorch", "scikit-learn": "sklearn", "keras": "tensorflow"}
PLANNED_FRAMEWORKS = ("tensorflow",)
Outputs = Literal["logits", "probabilities", "labels", "values"]


class Architecture(Section):
    """What a version takes and returns, and how one is rebuilt that does not rebuild itself."""

    first_keys = frozenset({"entrypoint", "inputs", "outputs"})

    entrypoint: Entrypoint | None = Field(
        None,
        description="`module:function` that builds the model: of `pytorch` the network, of "
        "`custom` the predictor around what was saved; other frameworks need none.",
    )
    inputs: dict[str, list[str | int]] = Field(
        min_length=1, description="Input names with their shapes; a word names a free dimension."
    )
    outputs: Outputs = Field(
        "values", description="What the model returns; `logits` are turned into probabilities."
    )
    classes: list[str] = Field(
        default_factory=list, description="Names of the classes, in the order of their indices."
    )

    @field_validator("inputs")
    @classmethod
    def _check_batch(cls, inputs: dict[str, list[str | int]]) -> dict[str, list[str | int]]:
        firsts = {shape[0] if shape else None for shape in inputs.values()}
        if len(firsts) != 1 or not isinstance(next(iter(firsts)), str):
            raise ValueError(
                "every input's shape has to begin with the same word for the examples, "
                "e.g. `image: [batch, 1, 8, 8]`"
            )
        return inputs


def checked_framework(name: object) -> object:
    """Return a framework's own name for one of its spellings, refusing what is not built yet."""
    name = FRAMEWORK_ALIASES.get(name, name) if isinstance(name, str) else name
    if name in PLANNED_FRAMEWORKS:
        raise ValueError(
            f"framework '{name}' is not available in this release; write `onnx` and register the "
            f"exported model, or `custom` with a function that builds the predictor; "
            f"there are {', '.join(FRAMEWORKS)}"
        )
    return name
