"""Which output of an exported classifier with several is the one that the YAML means."""

from typing import Any

import numpy as np
import pytest

from frontier_assets.errors import InvalidValueError
from frontier_assets.predictors.onnx import OnnxPredictor
from frontier_assets_tests import tabular

X = tabular.points(20, dtype="float32")


def classifier(*, zipmap: bool = False) -> tuple[Any, bytes]:
    """Return a pipeline and what skl2onnx makes of it: a label and probabilities."""
    from skl2onnx import convert_sklearn
    from skl2onnx.common.data_types import FloatTensorType

    model = tabular.pipeline(dtype="float32", count=3)
    made = convert_sklearn(
        model,
        initial_types=[("x", FloatTensorType([None, 4]))],
        options={"zipmap": zipmap},
        target_opset=17,
    )
    return model, made.SerializeToString()


def test_probabilities_are_the_float_output_of_that_name() -> None:
    model, content = classifier()
    found = OnnxPredictor(content, outputs="probabilities").predict({"x": X})
    np.testing.assert_allclose(found, model.predict_proba(X), atol=1e-5)


def test_labels_are_the_integer_output() -> None:
    model, content = classifier()
    found = OnnxPredictor(content, outputs="labels").predict({"x": X})
    np.testing.assert_array_equal(found, model.predict(X))


@pytest.mark.parametrize("outputs", ["logits", "values", None])
def test_outputs_that_none_of_them_is_are_refused_with_what_there_is(outputs: Any) -> None:
    _, content = classifier()
    with pytest.raises(InvalidValueError, match=r"label tensor\(int64\), probabilities tensor"):
        OnnxPredictor(content, outputs=outputs)


def test_a_classifier_without_arrays_is_refused_with_how_to_convert_it() -> None:
    _, content = classifier(zipmap=True)
    with pytest.raises(InvalidValueError, match=r"skl2onnx's option `zipmap: False`"):
        OnnxPredictor(content, outputs="probabilities")


def test_a_single_output_is_meant_whatever_it_is_called() -> None:
    found = OnnxPredictor(tabular.graph().SerializeToString(), outputs="probabilities")
    np.testing.assert_array_equal(found.predict({"x": X.astype(float)}), 2.0 * X)
