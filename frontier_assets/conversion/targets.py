"""The table of conversion targets, each with its converter."""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from frontier_assets.conversion.derivation import Derivation, Options
from frontier_assets.conversion.graph import MEMBER, sample_of
from frontier_assets.conversion.optimised import optimise
from frontier_assets.conversion.rules import FLOAT16, FLOAT32, INT8, Rules
from frontier_assets.dataset import Dataset
from frontier_assets.errors import InvalidValueError
from frontier_assets.predictors.engines.probe import probe
from frontier_assets.predictors.packages import require_packages
from frontier_assets.predictors.predictor import Predictor
from frontier_assets.specification import Framework, refused_format

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
    a ``calibrated`` one needs examples beside it. ``rules`` say what its proof demands. One with a
    ``flavour`` is an engine of that flavour of TensorRT, whose proof needs a GPU.
    """

    name: str
    format: str
    converters: Mapping[Framework, Converter]
    parent: str = ""
    calibrated: bool = False
    rules: Rules = FLOAT32
    flavour: str = ""

    @property
    def takes_level(self) -> bool:
        """Whether `optimization_level` means something for it."""
        return self.format == "onnx" or bool(self.flavour)


_HERE = "frontier_assets.conversion"
_NETWORK = ("onnx", "onnxscript", "onnxruntime")
_TABULAR = ("skl2onnx", "onnxmltools", "onnx", "onnxruntime")


def _networks(function: str, extra: str, packages: tuple[str, ...]) -> dict[Framework, Converter]:
    """Return the one converter of PyTorch's networks, which Keras models are too."""
    return dict.fromkeys(
        ("pytorch", "tensorflow"), Converter(f"{_HERE}.{function}", extra, packages)
    )


def _graph(name: str, function: str, rules: Rules, *, calibrated: bool = False) -> Target:
    converters = _networks(function, "onnx", _NETWORK)
    return Target(name, "onnx", converters, "onnx", calibrated, rules)


def _engine(
    name: str, flavour: str, parent: str, rules: Rules, *, calibrated: bool = False
) -> Target:
    converters = _networks(f"engine:convert_{flavour}", "onnx", _NETWORK)
    return Target(name, "tensorrt", converters, parent, calibrated, rules, flavour)


TARGETS: Mapping[str, Target] = {
    target.name: target
    for target in (
        Target(
            name="onnx",
            format="onnx",
            converters={
                **_networks("network:convert_network", "onnx", _NETWORK),
                "sklearn": Converter(f"{_HERE}.tabular:convert_sklearn", "tabular", _TABULAR),
                "xgboost": Converter(f"{_HERE}.tabular:convert_xgboost", "tabular", _TABULAR),
                "lightgbm": Converter(f"{_HERE}.tabular:convert_lightgbm", "tabular", _TABULAR),
            },
        ),
        _graph("onnx_fp16", "half:convert_half", FLOAT16),
        _graph("onnx_int8", "quantised:convert_int8", INT8, calibrated=True),
        _graph("onnx_int8_trt", "quantised:convert_int8_trt", INT8, calibrated=True),
        Target(
            name="openvino",
            format="openvino",
            converters=_networks(
                "intermediate:convert_openvino", "openvino", ("openvino", *_NETWORK)
            ),
            parent="onnx",
        ),
        Target(
            name="exported",
            format="exported",
            converters=_networks("program:convert_program", "pytorch", ("torch",)),
        ),
        _engine("tensorrt_fp32", "tensorrt", "onnx", FLOAT32),
        _engine("tensorrt_fp16", "tensorrt", "onnx_fp16", FLOAT16),
        _engine("tensorrt_int8", "tensorrt", "onnx_int8_trt", INT8, calibrated=True),
        _engine("tensorrt_rtx_fp16", "tensorrt_rtx", "onnx_fp16", FLOAT16),
    )
}


def target_named(name: str) -> Target:
    """Return the target, or raise `InvalidValueError` listing those there are."""
    if name not in TARGETS:
        expected = refused_format(name) or f"expected one of {', '.join(TARGETS)}"
        raise InvalidValueError("Conversion target", name, expected)
    return TARGETS[name]


def converter_of(name: str, framework: Framework) -> Converter:
    """Return the converter, or raise `InvalidValueError` naming the frameworks that have one."""
    target = target_named(name)
    if framework not in target.converters:
        known = ", ".join(target.converters)
        others = ", ".join(
            other.name for other in TARGETS.values() if framework in other.converters
        )
        raise InvalidValueError(
            "Conversion target",
            name,
            f"models of {framework} have no converter to it, {known} do; those of {framework} "
            f"convert to {others or 'nothing'}",
        )
    return target.converters[framework]


def usable_converter(name: str, framework: Framework) -> Converter:
    """Return the converter once everything is here that it needs.

    Raises:
        MissingExtraError: a package is not installed.
        EngineUnavailableError: the target is an engine, which cannot be built here.
    """
    converter = converter_of(name, framework)
    require_packages(
        f"Conversion of {framework} models to {name}", converter.packages, extra=converter.extra
    )
    if TARGETS[name].flavour:
        probe(TARGETS[name].flavour).require_building()
    return converter


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
    options: Options | None = None,
) -> Mapping[str, Path]:
    """Convert the version ``ref`` to the target ``name`` and return member names with their files.

    ``original`` is the version as trained by ``framework``, ``dataset`` has examples of its inputs;
    the files lie in ``folder``. ``parent`` is the file of the target that this one is made from;
    it is made on the way where there is none yet.

    Raises:
        ConversionError: the version cannot be converted.
        MissingExtraError: a package that the target needs is not installed.
        EngineUnavailableError: the target is an engine, which cannot be built here.
    """
    target, converter = TARGETS[name], usable_converter(name, framework)
    options = options or Options()
    module, _, function = converter.function.partition(":")
    converting = getattr(importlib.import_module(module), function)
    if not target.parent:
        roots: Convert = converting
        files = roots(ref, original, dataset, folder)
    else:
        if parent is None:
            parent = parent_in(folder, name)
            parent.parent.mkdir()
            made: Mapping[str, Any] = {"framework": framework, "calibration": calibration}
            convert(target.parent, ref, original, dataset, parent.parent, **made)
        derives: Derive = converting
        sample = sample_of(original, dataset)
        source = Derivation(ref, parent, original.inputs, sample, calibration, name, options)
        files = derives(source, folder)
    if options.level is not None and target.format == "onnx":
        plain_in(folder).write_bytes(files[MEMBER].read_bytes())
        optimise(files[MEMBER], options.level)
    return files


def parent_in(folder: Path, name: str) -> Path:
    """Return where `convert` puts the parent that it makes on the way in ``folder``."""
    return folder / TARGETS[name].parent / MEMBER


def plain_in(folder: Path) -> Path:
    """Return where `convert` keeps the file as it was before ONNX Runtime optimised it."""
    return folder / "plain.onnx"
