"""The table of conversion targets."""

from pathlib import Path

import pytest

from frontier_assets import entrypoints
from frontier_assets.conversion.targets import TARGETS, converter_of, target_named
from frontier_assets.errors import InvalidValueError
from frontier_assets.predictors.formats import FORMATS
from frontier_assets.specification import FRAMEWORKS


@pytest.mark.parametrize("name", TARGETS)
def test_every_target_has_converters_and_a_predictor(name: str) -> None:
    target = target_named(name)
    assert target.format in FORMATS
    assert target.converters
    for framework, converter in target.converters.items():
        assert framework in FRAMEWORKS
        assert callable(entrypoints.load(converter.function))
        assert isinstance(entrypoints.locate(converter.function), Path)


def test_a_framework_without_a_converter_is_refused_with_those_that_have_one() -> None:
    with pytest.raises(
        InvalidValueError, match=r"models of custom have no converter.*pytorch, .* to nothing"
    ):
        converter_of("onnx", "custom")


@pytest.mark.feature("CNV-3")
@pytest.mark.parametrize(
    ("name", "instead"), [("saved-model", "tf2onnx"), ("TorchScript", "`exported`")]
)
def test_a_format_that_is_refused_says_what_takes_its_place(name: str, instead: str) -> None:
    with pytest.raises(InvalidValueError, match=rf"Conversion target '{name}' .*{instead}"):
        target_named(name)


def test_an_unknown_target_lists_the_known() -> None:
    with pytest.raises(
        InvalidValueError, match=r"Conversion target 'coreml' .*expected one of onnx"
    ):
        target_named("coreml")
