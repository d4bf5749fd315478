"""The `framework` and the `architecture` section: what a version is made of and what it takes."""

import re
from typing import Literal, get_args

from pydantic import Field, field_validator

from frontier_assets.specification.section import Entrypoint, Section

Framework = Literal["pytorch", "sklearn", "xgboost", "lightgbm", "onnx", "custom", "tensorflow"]
FRAMEWORKS: tuple[Framework, ...] = get_args(Framework)
# Other spellings of the same names.
FRAMEWORK_ALIASES = {"torch": "pytorch", "scikit-learn": "sklearn", "keras": "tensorflow"}
# Formats that people ask for under these names, and what takes their place here.
REFUSED_FORMATS = {
    "savedmodel": "a SavedModel is a graph of TensorFlow's own, which nothing here runs: save the "
    "model as `.keras` (`framework: tensorflow`), or convert it with tf2onnx (`framework: onnx`)",
    "torchscript": "PyTorch gave TorchScript up: the target `exported` needs no code of the model "
    "either (`framework: pytorch`)",
}
Outputs = Literal["logits", "probabilities", "labels", "values", "texts"]


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
        "values",
        description="What the model returns; `logits` are turned into probabilities, `texts` take "
        "`framework: custom`. Of (examples, tokens, classes) every token is judged whose target is "
        "not negative.",
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
        for name, shape in inputs.items():
            if any(isinstance(size, int) and size < 1 for size in shape):
                raise ValueError(
                    f"input '{name}' has the shape {shape}; a dimension is 1 or more, or a word "
                    "where it is free"
                )
        return inputs

    @property
    def free_dimensions(self) -> list[str]:
        """The words of the inputs' shapes, that of the examples first."""
        words = (size for shape in self.inputs.values() for size in shape if isinstance(size, str))
        return list(dict.fromkeys(words))


def checked_framework(name: object) -> object:
    """Return a framework's own name for one of its spellings; refuse `REFUSED_FORMATS`."""
    if not isinstance(name, str):
        return name
    if reason := refused_format(name):
        raise ValueError(f"framework '{name}': {reason}")
    return FRAMEWORK_ALIASES.get(name, name)


def refused_format(name: str) -> str:
    """Return why a format of this name, however it is spelt, is not there; empty for others."""
    return REFUSED_FORMATS.get(re.sub(r"[\W_]", "", name).lower(), "")
