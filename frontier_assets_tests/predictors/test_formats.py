"""The table of formats."""

import pytest

from frontier_assets import entrypoints
from frontier_assets.errors import InvalidValueError, MissingExtraError
from frontier_assets.predictors.formats import FORMATS, load_predictor
from frontier_assets.predictors.packages import require_packages


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_has_its_predictor(name: str) -> None:
    predictor = entrypoints.load(FORMATS[name])
    assert hasattr(predictor, "predict")


def test_an_unknown_format_lists_the_known() -> None:
    with pytest.raises(
        InvalidValueError, match=r"Format 'pickle' .*one of pytorch, onnx, openvino"
    ):
        load_predictor("pickle")


def test_a_missing_package_names_its_extra() -> None:
    with pytest.raises(MissingExtraError, match=r"pip install 'frontier_assets\[onnx\]'"):
        require_packages("ONNX models", ("json", "not_installed_anywhere"), extra="onnx")
