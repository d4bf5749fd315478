"""The table of conversion targets, each with its converter."""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from frontier_assets.dataset import Dataset
from frontier_assets.errors import InvalidValueError
from frontier_assets.predictors.packages import require_packages
from frontier_assets.predictors.predictor import Predictor

Converter = Callable[[str, Predictor, Dataset, Path], Mapping[str, Path]]


@dataclass(frozen=True, slots=True)
class Target:
    """A format to convert to.

    ``converter`` names ``module:function``, imported at first use; ``format`` is the predictor's
    that runs the result; ``packages`` are what ``extra`` installs.
    """

    name: str
    format: str
    converter: str
    extra: str
    packages: tuple[str, ...]


TARGETS: Mapping[str, Target] = {
    target.name: target
    for target in (
        Target(
            name="onnx",
            format="onnx",
            converter="frontier_assets.conversion.onnx:convert_to_onnx",
            extra="onnx",
            packages=("onnx", "onnxscript", "onnxruntime"),
        ),
    )
}


def target_named(name: str) -> Target:
    """Return the target, or raise `InvalidValueError` listing those there are."""
    if name not in TARGETS:
        raise InvalidValueError("Conversion target", name, f"expected one of {', '.join(TARGETS)}")
    return TARGETS[name]


def convert(
    name: str, ref: str, original: Predictor, dataset: Dataset, folder: Path
) -> Mapping[str, Path]:
    """Convert the version ``ref`` to the target ``name`` and return member names with their files.

    ``original`` is the version as trained, ``dataset`` has examples of its inputs; the files lie
    in ``folder``.

    Raises:
        ConversionError: the version cannot be converted.
        MissingExtraError: a package that the target needs is not installed.
    """
    target = target_named(name)
    require_packages(f"Conversion to {name}", target.packages, extra=target.extra)
    module, _, function = target.converter.partition(":")
    converter: Converter = getattr(importlib.import_module(module), function)
    return converter(ref, original, dataset, folder)
