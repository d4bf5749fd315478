"""The table of conversion targets, each with its converter."""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from frontier_assets.conversion.derivation import Derivation
from frontier_assets.conversion.graph import sample_of
from frontier_assets.conversion.rules import FLOAT16, FLOAT32, INT8, Rules
from frontier_assets.dataset import Dataset
from frontier_assets.errors import InvalidValueError
from frontier_assets.predictors.packages import require_packages
from frontier_assets.predictors.predictor import Predictor
from frontier_assets.specification import Framework

Convert = Callable[[str, Predictor, Dataset, Path], Mapping[str, Path]]
Derive = Callable[[Derivation, Path], Mapping[str, Path]]


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

    ``format`` is the predictor's that runs the result; ``converters`` has one for each framework
    whose models can be converted. A target with a ``parent`` is made from that target's artifact,
    a ``calibrated`` one needs examples beside it. ``rules`` say what its proof demands.
    """

    name: str
    format: str
    converters: Mapping[Framework, Converter]
    parent: str = ""
    calibrated: bool = False
    rules: Rules = FLOAT32


_HERE = "frontier_assets.conversion"
_NETWORK = ("onnx", "onnxscript", "onnxruntime")
_TABULAR = ("skl2onnx", "onnxmltools", "onnx", "onnxruntime")
TARGETS: Mapping[str, Target] = {
    target.name: target
    for target in (
        Target(
            name="onnx",
            format="onnx",
            converters={
                "pytorch": Converter(f"{_HERE}.network:convert_network", "onnx", _NETWORK),
                "sklearn": Converter(f"{_HERE}.tabular:convert_sklearn", "tabular", _TABULAR),
                "xgboost": Converter(f"{_HERE}.tabular:convert_xgboost", "tabular", _TABULAR),
                "lightgbm": Converter(f"{_HERE}.tabular:convert_lightgbm", "tabular", _TABULAR),
            },
        ),
        Target(
            name="onnx_fp16",
            format="onnx",
            converters={"pytorch": Converter(f"{_HERE}.half:convert_half", "onnx", _NETWORK)},
            parent="onnx",
            rules=FLOAT16,
        ),
        Target(
            name="onnx_int8",
            format="onnx",
            converters={"pytorch": Converter(f"{_HERE}.quantised:convert_int8", "onnx", _NETWORK)},
            parent="onnx",
            calibrated=True,
            rules=INT8,
        ),
        Target(
            name="onnx_int8_trt",
            format="onnx",
            converters={
                "pytorch": Converter(f"{_HERE}.quantised:convert_int8_trt", "onnx", _NETWORK)
            },
            parent="onnx",
            calibrated=True,
            rules=INT8,
        ),
        Target(
            name="openvino",
            format="openvino",
            converters={
                "pytorch": Converter(
                    f"{_HERE}.intermediate:convert_openvino", "openvino", ("openvino", *_NETWORK)
                )
            },
            parent="onnx",
        ),
        Target(
            name="exported",
            format="exported",
            converters={
                "pytorch": Converter(f"{_HERE}.program:convert_program", "pytorch", ("torch",))
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
    parent: Path | None = None,
    calibration: Dataset | None = None,
) -> Mapping[str, Path]:
    """Convert the version ``ref`` to the target ``name`` and return member names with their files.

    ``original`` is the version as trained by ``framework``, ``dataset`` has examples of its inputs;
    the files lie in ``folder``. ``parent`` is the file of the target that this one is made from;
    it is made on the way where there is none yet.

    Raises:
        ConversionError: the version cannot be converted.
        MissingExtraError: a package that the target needs is not installed.
    """
    converter = converter_of(name, framework)
    require_packages(
        f"Conversion of {framework} models to {name}", converter.packages, extra=converter.extra
    )
    module, _, function = converter.function.partition(":")
    converting = getattr(importlib.import_module(module), function)
    above = TARGETS[name].parent
    if not above:
        roots: Convert = converting
        return roots(ref, original, dataset, folder)
    if parent is None:
        inside = folder / above
        inside.mkdir()
        (parent,) = convert(above, ref, original, dataset, inside, framework=framework).values()
    derives: Derive = converting
    sample = sample_of(original, dataset)
    return derives(Derivation(ref, parent, original.inputs, sample, calibration), folder)
