"""The table of conversion targets, each with its converter."""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from frontier_assets.dataset import Dataset
from frontier_assets.errors import InvalidValueError
from frontier_assets.predictors.packages import require_packages
from frontier_assets.predictors.predictor import Predictor
from frontier_assets.specification import Framework

Convert = Callable[[str, Predictor, Dataset, Path], Mapping[str, Path]]


@dataclass(frozen=True, slots=True)
class Converter:
    """How one framework's models become a target.

    ``function`` names ``module:function``, imported at first use; ``packages`` are what ``extra``
    installs.
    """

    function: str
    extra: str
    packages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """A format to convert to.

    ``format`` is the predictor's that runs the result, from its file ``member``; ``converters`` has
    one for each framework whose models can be converted.
    """

    name: str
    format: str
    member: str
    converters: Mapping[Framework, Converter]


_HERE = "frontier_assets.conversion"
_TABULAR = ("skl2onnx", "onnxmltools", "onnx", "onnxruntime")
TARGETS: Mapping[str, Target] = {
    target.name: target
    for target in (
        Target(
            name="onnx",
            format="onnx",
            member="model.onnx",
            converters={
                "pytorch": Converter(
                    f"{_HERE}.network:convert_network",
                    "onnx",
                    ("onnx", "onnxscript", "onnxruntime"),
                ),
                "sklearn": Converter(f"{_HERE}.tabular:convert_sklearn", "tabular", _TABULAR),
                "xgboost": Converter(f"{_HERE}.tabular:convert_xgboost", "tabular", _TABULAR),
                "lightgbm": Converter(f"{_HERE}.tabular:convert_lightgbm", "tabular", _TABULAR),
            },
        ),
    )
}


def target_named(name: str) -> Target:
    """Return the target, or raise `InvalidValueError` listing those there are."""
    if name not in TARGETS:
        raise InvalidValueError("Conversion target", name, f"expected one of {', '.join(TARGETS)}")
    return TARGETS[name]


def converter_of(name: str, framework: Framework) -> Converter:
    """Return the converter, or raise `InvalidValueError` naming the frameworks that have one."""
    target = target_named(name)
    if framework not in target.converters:
        known = ", ".join(target.converters)
        raise InvalidValueError(
            "Conversion target", name, f"models of {framework} have no converter to it, {known} do"
        )
    return target.converters[framework]


def convert(
    name: str,
    ref: str,
    original: Predictor,
    dataset: Dataset,
    folder: Path,
    *,
    framework: Framework = "pytorch",
) -> Mapping[str, Path]:
    """Convert the version ``ref`` to the target ``name`` and return member names with their files.

    ``original`` is the version as trained by ``framework``, ``dataset`` has examples of its inputs;
    the files lie in ``folder``.

    Raises:
        ConversionError: the version cannot be converted.
        MissingExtraError: a package that the target needs is not installed.
    """
    converter = converter_of(name, framework)
    require_packages(
        f"Conversion of {framework} models to {name}", converter.packages, extra=converter.extra
    )
    module, _, function = converter.function.partition(":")
    converting: Convert = getattr(importlib.import_module(module), function)
    return converting(ref, original, dataset, folder)
