"""ONNX models in ONNX Runtime, and what they refuse."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from frontier_assets.errors import InvalidValueError
from frontier_assets.predictors.onnx import OnnxPredictor

X = np.random.default_rng(0).normal(size=(600, 3)).astype(np.float32)
Array = np.ndarray[Any, Any]
WEIGHT = np.arange(6, dtype=np.float32).reshape(3, 2)


def model(
    *,
    operator: str = "MatMul",
    weight: Array = WEIGHT,
    rows: str | int | None = "batch",
    outputs: tuple[str, ...] = ("y",),
) -> bytes:
    """Return a model from x (rows, 3) to ``operator`` of x and ``weight``, once per output."""
    from onnx import TensorProto, checker, helper, numpy_helper

    graph = helper.make_graph(
        [helper.make_node(operator, ["x", "weight"], [name]) for name in outputs],
        "graph",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [rows, 3])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", "m"]) for name in outputs],
        [numpy_helper.from_array(weight, "weight")],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    checker.check_model(made)
    content: bytes = made.SerializeToString()
    return content


def test_predictions_are_the_models() -> None:
    found = OnnxPredictor(model()).predict({"x": X})
    np.testing.assert_allclose(found, X @ WEIGHT, rtol=1e-5, atol=1e-5)


def test_a_file_predicts_as_its_bytes_do(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(model())
    from_file, from_bytes = OnnxPredictor(path), OnnxPredictor(model())
    np.testing.assert_array_equal(from_file.predict({"x": X}), from_bytes.predict({"x": X}))
    assert from_file.source == str(path)


def test_names_and_shapes_come_from_the_model() -> None:
    loaded = OnnxPredictor(model())
    assert loaded.input_names == ("x",)
    assert loaded.inputs == {"x": ("batch", 3)}


def test_a_nameless_free_dimension_is_the_batch() -> None:
    assert OnnxPredictor(model(rows=None)).inputs == {"x": ("batch", 3)}


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({"image": X}, r"Input names of ONNX model \['image'\].*expected \['x'\]"),
        ({"x": X[0]}, r"Input 'x' of ONNX model with shape \(3,\)"),
        ({"x": X[:, :2]}, r"Input 'x' .*\(600, 2\).*\['batch', 3\]"),
        ({"x": X.astype(np.float64)}, "Input 'x' .*dtype 'float64'.*expected float32"),
        ({"x": X[:0]}, "expected at least one example"),
    ],
)
def test_wrong_inputs_are_refused_by_name(inputs: dict[str, Any], expected: str) -> None:
    with pytest.raises(InvalidValueError, match=expected):
        OnnxPredictor(model()).predict(inputs)


def test_a_fixed_number_of_rows_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="begin with the same word"):
        OnnxPredictor(model(rows=1))


def test_more_than_one_output_is_refused() -> None:
    with pytest.raises(
        InvalidValueError, match=r"'y tensor\(float\), z tensor\(float\)'.*expected exactly one;"
    ):
        OnnxPredictor(model(outputs=("y", "z")))


@pytest.mark.parametrize(
    "content", [b"", b"not a model", model()[:-20]], ids=["empty", "text", "cut"]
)
def test_broken_models_are_refused(content: bytes) -> None:
    with pytest.raises(InvalidValueError, match="ONNX Runtime cannot load it"):
        OnnxPredictor(content)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match=r"absent\.onnx"):
        OnnxPredictor(tmp_path / "absent.onnx")


def test_what_fails_while_running_is_refused() -> None:
    two_rows_only = model(operator="Reshape", weight=np.array([1, 6]))
    assert OnnxPredictor(two_rows_only).inputs == {"x": ("batch", 3)}
    with pytest.raises(InvalidValueError, match=r"Batch of 5 rows .*ONNX Runtime refused it"):
        OnnxPredictor(two_rows_only).predict({"x": X[:5]})
