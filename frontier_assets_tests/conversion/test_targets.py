"""The table of conversion targets."""

from pathlib import Path

import pytest

from frontier_assets import entrypoints
from frontier_assets.conversion.targets import TARGETS, target_named
from frontier_assets.errors import InvalidValueError
from frontier_assets.predictors.formats import FORMATS


@pytest.mark.parametrize("name", TARGETS)
def test_every_target_has_a_converter_and_a_predictor(name: str) -> None:
    target = target_named(name)
    assert callable(entrypoints.load(target.converter))
    assert target.format in FORMATS
    assert isinstance(entrypoints.locate(target.converter), Path)


def test_an_unknown_target_lists_the_known() -> None:
    with pytest.raises(
        InvalidValueError, match=r"Conversion target 'coreml' .*expected one of onnx"
    ):
        target_named("coreml")
