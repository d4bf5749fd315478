"""The targets that are made from ONNX, and the archive."""

import logging
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from frontier_assets.conversion.derivation import Derivation
from frontier_assets.conversion.intermediate import convert_openvino
from frontier_assets.conversion.targets import convert
from frontier_assets.dataset import Dataset
from frontier_assets.errors import ConversionError, InvalidValueError
from frontier_assets.predictors.formats import load_predictor
from frontier_assets.predictors.onnx import OnnxPredictor
from frontier_assets.predictors.pytorch import PyTorchPredictor
from frontier_assets.types import Outcome
from frontier_assets_tests import networks
from frontier_assets_tests.conversion.converted import DERIVED, OTHERS, REF, ROWS, Files, linear
from frontier_assets_tests.conversion.zoo.grid import opened, proof_of
from frontier_assets_tests.conversion.zoo.specimen import Specimen


@pytest.mark.parametrize("target", [*DERIVED, "openvino", "exported"])
def test_every_target_passes_on_real_images(
    target: str, specimen: Specimen, made: Callable[[str], Files]
) -> None:
    proof = proof_of(specimen, target, made(target))
    assert proof.outcome is Outcome.PASSED, proof.detail
    assert proof.measures["top1_agreement"] >= 0.99
    assert abs(proof.measures["accuracy_drop"]) <= 0.01


def test_precisions_differ_in_their_errors(
    specimen: Specimen, made: Callable[[str], Files]
) -> None:
    errors = [
        proof_of(specimen, target, made(target)).measures["row_error"]
        for target in ("exported", "onnx_fp16", "onnx_int8")
    ]
    assert errors == sorted(errors)
    assert errors[0] < 1e-6 < errors[1] < 1e-3 < errors[2]


@pytest.mark.feature("CNV-8")
def test_half_precision_is_half_as_large_and_int8_smaller_still(
    exported: Path, made: Callable[[str], Files]
) -> None:
    single, half, quarter = (
        path.stat().st_size
        for path in (exported, made("onnx_fp16")["model.onnx"], made("onnx_int8")["model.onnx"])
    )
    assert 0.45 < half / single < 0.6
    assert quarter < half


@pytest.mark.parametrize("target", DERIVED)
def test_names_types_and_opset_stay_those_of_the_parent(
    target: str, exported: Path, made: Callable[[str], Files]
) -> None:
    import onnx

    parent, model = onnx.load(exported), onnx.load(made(target)["model.onnx"])
    assert list(model.graph.input) == list(parent.graph.input)
    assert list(model.graph.output) == list(parent.graph.output)
    assert {item.domain: item.version for item in model.opset_import}[""] == 18


def test_weights_really_are_of_the_precision(made: Callable[[str], Files]) -> None:
    import onnx

    kinds = [
        {item.data_type for item in onnx.load(made(name)["model.onnx"]).graph.initializer}
        for name in ("onnx_fp16", "onnx_int8")
    ]
    assert onnx.TensorProto.FLOAT16 in kinds[0]
    assert onnx.TensorProto.INT8 in kinds[1]


@pytest.mark.parametrize("target", [*DERIVED, "openvino"])
def test_the_same_parent_gives_the_same_bytes(
    target: str,
    *,
    original: PyTorchPredictor,
    exported: Path,
    holdout: Dataset,
    calibration: Dataset,
    made: Callable[[str], Files],
    tmp_path: Path,
) -> None:
    first = made(target)
    again = convert(
        target, REF, original, holdout, tmp_path, parent=exported, calibration=calibration
    )
    for name, path in again.items():
        assert path.read_bytes() == first[name].read_bytes()


def test_without_a_parent_it_is_made_on_the_way(tmp_path: Path) -> None:
    files = convert("onnx_fp16", "m@1.0.0", linear(), ROWS, tmp_path)
    assert OnnxPredictor(files["model.onnx"]).inputs == {"x": ("batch", 3)}


def test_a_network_without_products_has_nothing_to_quantise(tmp_path: Path) -> None:
    with pytest.raises(ConversionError, match="none of Conv, Gemm, MatMul to quantise"):
        convert("onnx_int8", "m@1.0.0", linear("normalised"), ROWS, tmp_path, calibration=OTHERS)


def test_a_network_without_weights_has_nothing_to_halve(tmp_path: Path) -> None:
    two = PyTorchPredictor(
        entrypoint=f"{networks.HERE}:difference",
        parameters={},
        inputs={"base": ("batch", 3), "minuend": ("batch", 3)},
        state={},
    )
    data = Dataset(dict.fromkeys(two.inputs, ROWS.inputs["x"]), ROWS.targets)
    with pytest.raises(ConversionError, match="no float32 weights to halve"):
        convert("onnx_fp16", "m@1.0.0", two, data, tmp_path)


def test_a_weight_beyond_float16_is_named_and_not_cut_down(tmp_path: Path) -> None:
    original = linear()
    for tensor in original.module.parameters():
        tensor.data.fill_(1e5)
    with pytest.raises(ConversionError, match=r"weight 'weight' holds 100000, and float16 ends at"):
        convert("onnx_fp16", "m@1.0.0", original, ROWS, tmp_path)


def test_an_archive_predicts_without_the_code_that_built_it(
    original: PyTorchPredictor, made: Callable[[str], Files], holdout: Dataset
) -> None:
    found = opened("exported", made("exported"))
    assert found.inputs == original.inputs
    np.testing.assert_allclose(
        found.predict(holdout.inputs), original.predict(holdout.inputs), atol=1e-5
    )


def test_a_network_that_decides_by_its_data_has_no_archive(tmp_path: Path) -> None:
    with pytest.raises(ConversionError, match=r"m@1\.0\.0 to exported failed: .*data-dependent"):
        convert("exported", "m@1.0.0", linear("branching"), ROWS, tmp_path)


@pytest.mark.parametrize("name", ["exported", "openvino"])
def test_what_is_no_such_file_is_refused(name: str) -> None:
    pytest.importorskip("openvino") if name == "openvino" else None
    parts = {"topology": b"x", "weights": b""} if name == "openvino" else {"content": b"x"}
    with pytest.raises(InvalidValueError, match=r"cannot load it|no archive"):
        load_predictor(name, **parts)


@pytest.mark.parametrize("target", ["onnx", "exported"])
def test_an_operator_that_no_exporter_knows_is_named(target: str, tmp_path: Path) -> None:
    with pytest.raises(ConversionError, match=rf"to {target} failed: .*nobody\.sparkle"):
        convert(target, "m@1.0.0", linear("sparkling"), ROWS, tmp_path)


def test_an_operator_that_openvino_does_not_know_is_named(exported: Path, tmp_path: Path) -> None:
    pytest.importorskip("openvino", reason="the extra openvino is not installed")
    import onnx

    model = onnx.load(exported)
    (relu, *_) = (node for node in model.graph.node if node.op_type == "Relu")
    relu.op_type, relu.domain = "Sparkle", "of.nobody"
    model.opset_import.append(onnx.helper.make_opsetid("of.nobody", 1))
    path = tmp_path / "unknown.onnx"
    onnx.save(model, path)
    source = Derivation("m@1.0.0", path, {"image": ("batch", 1, 8, 8)}, {})
    level = logging.getLogger().level
    with pytest.raises(ConversionError, match=r"to openvino failed: .*of\.nobody\.Sparkle"):
        convert_openvino(source, tmp_path)
    assert logging.getLogger().level == level
