"""Which of an ONNX file's outputs is the one that a model's YAML means."""

from collections.abc import Mapping, Sequence
from typing import Any

from frontier_assets.errors import InvalidValueError
from frontier_assets.specification import Outputs

_FLOATS = ("tensor(float)", "tensor(double)", "tensor(float16)")
_INTEGERS = ("tensor(int64)", "tensor(int32)")
# What an output of each kind holds, and a word in its name: converted scikit-learn classifiers have
# `label` and `probabilities`, or `output_label` and `output_probability`.
_MARKS: Mapping[str, tuple[Sequence[str], str]] = {
    "probabilities": (_FLOATS, "probabilit"),
    "logits": (_FLOATS, "logit"),
    "labels": (_INTEGERS, ""),
}


def chosen_output(source: str, declared: Sequence[Any], outputs: Outputs | None) -> str:
    """Return the name of the output that ``outputs`` means; a single one is always meant.

    Raises:
        InvalidValueError: none or several of those ``declared`` can be it.
    """
    if len(declared) == 1:
        return str(declared[0].name)
    kinds, word = _MARKS.get(outputs or "", ((), ""))
    fitting = [str(o.name) for o in declared if o.type in kinds and word in o.name.lower()]
    if len(fitting) == 1:
        return fitting[0]
    raise InvalidValueError(
        f"Outputs of {source}",
        ", ".join(f"{item.name} {item.type}" for item in declared),
        _expected(outputs, declared),
    )


def _expected(outputs: Outputs | None, declared: Sequence[Any]) -> str:
    if any(item.type.startswith("seq(") for item in declared):
        return "expected arrays; convert the classifier with skl2onnx's option `zipmap: False`"
    wanted = "exactly one"
    if outputs is not None and outputs in _MARKS:
        kinds, word = _MARKS[outputs]
        named = f" named like `{word}`" if word else ""
        wanted += f" of {' or '.join(kinds)}{named}, as `architecture.outputs` is {outputs}"
    return f"expected {wanted}; export the model with that output alone"
