"""What the ONNX file of a network looks like, and which networks have none."""

import warnings
from pathlib import Path

import numpy as np
import pytest

from frontier_assets.conversion import network as conversion
from frontier_assets.conversion.targets import convert
from frontier_assets.dataset import Dataset
from frontier_assets.errors import ConversionError, InvalidValueError
from frontier_assets.predictors.onnx import OnnxPredictor
from frontier_assets.predictors.pytorch import PyTorchPredictor
from frontier_assets_tests import networks

ROWS = Dataset(inputs={"x": np.ones((4, 3), np.float32)}, targets=np.zeros(4))


def predictor(name: str, shape: tuple[str | int, ...] = ("batch", 3)) -> PyTorchPredictor:
    return PyTorchPredictor(
        entrypoint=f"{networks.HERE}:{name}",
        parameters={},
        inputs={"x": shape},
        state=getattr(networks, name)().state_dict(),
    )


def test_names_dimensions_dtypes_and_opset_are_those_declared(exported: Path) -> None:
    import onnx

    model = onnx.load(exported)
    (given,), (output,) = model.graph.input, model.graph.output
    dimensions = [size.dim_param or size.dim_value for size in given.type.tensor_type.shape.dim]
    assert (given.name, dimensions) == ("image", ["batch", 1, 8, 8])
    assert given.type.tensor_type.elem_type == onnx.TensorProto.FLOAT
    assert output.name == "output"
    assert [size.dim_param or size.dim_value for size in output.type.tensor_type.shape.dim] == [
        "batch",
        10,
    ]
    assert [(item.domain, item.version) for item in model.opset_import] == [("", 18)]


def test_the_file_is_whole_and_says_nothing_of_this_machine(exported: Path) -> None:
    assert [path.name for path in exported.parent.iterdir()] == ["model.onnx"]
    content = exported.read_bytes()
    assert str(Path(networks.__file__).parents[1]).encode() not in content
    assert b"site-packages" not in content


def test_the_same_weights_give_the_same_bytes(
    original: PyTorchPredictor, holdout: Dataset, exported: Path, tmp_path: Path
) -> None:
    again = convert("onnx", "digits_classifier@1.0.1", original, holdout, tmp_path)["model.onnx"]
    assert again.read_bytes() == exported.read_bytes()


def test_several_inputs_and_free_dimensions_keep_their_names(tmp_path: Path) -> None:
    shapes = {"base": ("batch", "time"), "minuend": ("batch", "time")}
    data = Dataset(
        inputs={"base": np.ones((4, 5), np.float32), "minuend": np.full((4, 5), 3, np.float32)},
        targets=np.zeros(4),
    )
    two = PyTorchPredictor(
        entrypoint=f"{networks.HERE}:difference", parameters={}, inputs=shapes, state={}
    )
    found = OnnxPredictor(convert("onnx", "m@1.0.0", two, data, tmp_path)["model.onnx"])
    assert found.inputs == shapes
    longer = {name: np.tile(array, (3, 7)) for name, array in data.inputs.items()}
    np.testing.assert_array_equal(found.predict(longer), np.full((12, 35), 2.0))


def test_one_example_is_enough(tmp_path: Path) -> None:
    single = Dataset(inputs={"x": ROWS.inputs["x"][:1]}, targets=np.zeros(1))
    files = convert("onnx", "m@1.0.0", predictor("linear"), single, tmp_path)
    assert OnnxPredictor(files["model.onnx"]).inputs == {"x": ("batch", 3)}


def test_a_network_for_a_fixed_number_of_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConversionError, match=r"inputs are .*\[2, 3\].*expected .*\['batch', 3\]"):
        convert("onnx", "m@1.0.0", predictor("first_two"), ROWS, tmp_path)


def test_a_network_that_decides_by_its_data_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConversionError, match=r"m@1\.0\.0 to onnx failed: .*data-dependent"):
        convert("onnx", "m@1.0.0", predictor("branching"), ROWS, tmp_path)


def test_weights_beyond_one_file_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversion, "MAXIMUM_BYTES", 31)
    with pytest.raises(ConversionError, match="its weights have 32 bytes; one file holds 31"):
        convert("onnx", "m@1.0.0", predictor("linear"), ROWS, tmp_path)


def test_examples_of_other_inputs_are_refused(tmp_path: Path) -> None:
    other = Dataset(inputs={"y": ROWS.inputs["x"]}, targets=np.zeros(4))
    with pytest.raises(InvalidValueError, match=r"Input names of .*\['y'\].*expected \['x'\]"):
        convert("onnx", "m@1.0.0", predictor("linear"), other, tmp_path)


def test_what_is_no_pytorch_network_is_refused(
    exported: Path, holdout: Dataset, tmp_path: Path
) -> None:
    with pytest.raises(ConversionError, match="it is not a PyTorch network"):
        convert("onnx", "m@1.0.0", OnnxPredictor(exported), holdout, tmp_path)


def test_the_process_keeps_its_own_warning_filters(tmp_path: Path) -> None:
    before = list(warnings.filters)
    convert("onnx", "m@1.0.0", predictor("linear"), ROWS, tmp_path)
    assert list(warnings.filters) == before
