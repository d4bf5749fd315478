"""The targets that are made from ONNX, the archive, and the damage that their proofs find."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from frontier_assets.conversion.calibration import calibration_rows
from frontier_assets.conversion.parity import Headline, Proof, prove
from frontier_assets.conversion.targets import TARGETS, convert
from frontier_assets.dataset import Dataset
from frontier_assets.defs.digits_classifier import model as digits
from frontier_assets.errors import ConversionError, InvalidValueError
from frontier_assets.predictors.formats import load_predictor
from frontier_assets.predictors.onnx import OnnxPredictor
from frontier_assets.predictors.predictor import Predictor
from frontier_assets.predictors.pytorch import PyTorchPredictor
from frontier_assets.types import Outcome
from frontier_assets_tests import networks

if TYPE_CHECKING:
    from numpy.typing import NDArray

REF = "digits_classifier@1.0.0"
DERIVED = ("onnx_fp16", "onnx_int8", "onnx_int8_trt")
Files = dict[str, Path]
Change = Callable[["NDArray[Any]"], None]


@pytest.fixture(scope="session")
def calibration(holdout: Dataset) -> Dataset:
    return calibration_rows(REF, "onnx_int8", digits.train_set(), holdout)


@pytest.fixture(scope="session")
def made(
    original: PyTorchPredictor,
    exported: Path,
    holdout: Dataset,
    calibration: Dataset,
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[str], Files]:
    known: dict[str, Files] = {}

    def make(target: str) -> Files:
        if target == "openvino":
            pytest.importorskip("openvino", reason="the extra openvino is not installed")
        if target not in known:
            known[target] = dict(
                convert(
                    target,
                    REF,
                    original,
                    holdout,
                    tmp_path_factory.mktemp(target),
                    parent=exported,
                    calibration=calibration,
                )
            )
        return known[target]

    return make


def opened(target: str, files: Files) -> Predictor:
    if target == "openvino":
        parts = {"topology": files["model.xml"], "weights": files["model.bin"]}
        return load_predictor("openvino", **{k: path.read_bytes() for k, path in parts.items()})
    (path,) = files.values()
    return load_predictor(TARGETS[target].format, content=path.read_bytes())


def proof_of(
    original: PyTorchPredictor, converted: Predictor, holdout: Dataset, target: str
) -> Proof:
    headline = Headline("accuracy", "logits")
    return prove(original, converted, holdout, rules=TARGETS[target].rules, headline=headline)


@pytest.mark.parametrize("target", [*DERIVED, "openvino", "exported"])
def test_every_target_passes_on_real_images(
    target: str, original: PyTorchPredictor, made: Callable[[str], Files], holdout: Dataset
) -> None:
    proof = proof_of(original, opened(target, made(target)), holdout, target)
    assert proof.outcome is Outcome.PASSED, proof.detail
    assert proof.measures["top1_agreement"] >= 0.99
    assert abs(proof.measures["accuracy_drop"]) <= 0.01


def test_precisions_differ_in_their_errors(
    original: PyTorchPredictor, made: Callable[[str], Files], holdout: Dataset
) -> None:
    errors = [
        proof_of(original, opened(target, made(target)), holdout, target).measures["row_error"]
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


def one_weight(values: "NDArray[Any]") -> None:
    """Turn the largest weight of the first layer round: INT8 cannot tell smaller changes."""
    flat = values.astype(np.float32).reshape(-1)
    values.reshape(-1)[np.abs(flat).argmax()] *= -1


def swapped(values: "NDArray[Any]") -> None:
    values[[3, 8]] = values[[8, 3]]


def not_a_number(values: "NDArray[Any]") -> None:
    values.reshape(-1)[0] = np.nan


def rewritten(path: Path, change: Change, *, pick: str) -> OnnxPredictor:
    """Return the model with the one initializer changed whose name has ``pick``."""
    import onnx
    from onnx import numpy_helper

    model = onnx.load(path)
    found = [item for item in model.graph.initializer if pick in item.name]
    initializer = max(found, key=lambda item: len(item.raw_data))
    values = numpy_helper.to_array(initializer).copy()
    change(values)
    initializer.CopyFrom(numpy_helper.from_array(values, initializer.name))
    return OnnxPredictor(model.SerializeToString())


@pytest.mark.feature("CNV-7")
@pytest.mark.parametrize("plant", [(one_weight, "layers.0.weight"), (swapped, "layers.12.weight")])
@pytest.mark.parametrize("target", DERIVED)
def test_changed_weights_and_swapped_outputs_fail(
    target: str,
    plant: tuple[Change, str],
    original: PyTorchPredictor,
    made: Callable[[str], Files],
    holdout: Dataset,
) -> None:
    change, pick = plant
    damaged = rewritten(made(target)["model.onnx"], change, pick=pick)
    assert proof_of(original, damaged, holdout, target).outcome is Outcome.FAILED


def test_nan_fails_in_half_precision(
    original: PyTorchPredictor, made: Callable[[str], Files], holdout: Dataset
) -> None:
    damaged = rewritten(made("onnx_fp16")["model.onnx"], not_a_number, pick="layers.12.bias")
    proof = proof_of(original, damaged, holdout, "onnx_fp16")
    assert "NaN or infinity" in proof.detail


class Shifted(OnnxPredictor):
    """Sees every image in another range than the original does."""

    def _run(self, batch: dict[str, Any]) -> Any:
        return super()._run({name: array * 2 - 1 for name, array in batch.items()})


@pytest.mark.parametrize("target", ["onnx", *DERIVED])
def test_wrong_normalisation_fails(
    target: str, original: PyTorchPredictor, made: Callable[[str], Files], holdout: Dataset
) -> None:
    shifted = Shifted(made(target)["model.onnx"])
    assert proof_of(original, shifted, holdout, target).outcome is Outcome.FAILED


@pytest.mark.parametrize("target", ["onnx", "onnx_fp16"])
def test_weights_rounded_to_bfloat16_by_stealth_fail(
    target: str, original: PyTorchPredictor, made: Callable[[str], Files], holdout: Dataset
) -> None:
    import onnx
    import torch
    from onnx import numpy_helper

    model = onnx.load(made(target)["model.onnx"])
    for item in model.graph.initializer:
        values = numpy_helper.to_array(item)
        if values.dtype.kind == "f":
            tensor = torch.from_numpy(values.copy())
            rounded = tensor.to(torch.bfloat16).to(tensor.dtype).numpy()
            item.CopyFrom(numpy_helper.from_array(rounded, item.name))
    stealthy = OnnxPredictor(model.SerializeToString())
    assert proof_of(original, stealthy, holdout, target).outcome is Outcome.FAILED


def test_an_openvino_plugin_in_another_precision_fails(
    original: PyTorchPredictor, made: Callable[[str], Files], holdout: Dataset
) -> None:
    files = made("openvino")
    topology, weights = (files[name].read_bytes() for name in ("model.xml", "model.bin"))
    low = load_predictor("openvino", topology=topology, weights=weights, precision="f16")
    assert proof_of(original, low, holdout, "openvino").outcome is Outcome.FAILED


@pytest.mark.parametrize("member", ["model.bin", "model.xml"])
def test_a_damaged_openvino_file_fails(
    member: str, original: PyTorchPredictor, made: Callable[[str], Files], holdout: Dataset
) -> None:
    files = made("openvino")
    topology, weights = files["model.xml"].read_bytes(), bytearray(files["model.bin"].read_bytes())
    if member == "model.bin":
        np.frombuffer(weights, np.float32, count=100)[50:51] += 1
    else:
        topology = topology.replace(b'type="ReLU"', b'type="Sigmoid"', 1)
    damaged = load_predictor("openvino", topology=topology, weights=bytes(weights))
    assert proof_of(original, damaged, holdout, "openvino").outcome is Outcome.FAILED


ROWS = Dataset(inputs={"x": np.ones((4, 3), np.float32)}, targets=np.zeros(4))
OTHERS = Dataset(inputs={"x": np.zeros((4, 3), np.float32)}, targets=np.zeros(4))


def linear(name: str = "linear") -> PyTorchPredictor:
    return PyTorchPredictor(
        entrypoint=f"{networks.HERE}:{name}",
        parameters={},
        inputs={"x": ("batch", 3)},
        state=getattr(networks, name)().state_dict(),
    )


@pytest.mark.parametrize("target", ["onnx_int8", "onnx_int8_trt"])
def test_int8_without_calibration_data_is_refused_with_the_key_to_write(
    target: str, tmp_path: Path
) -> None:
    with pytest.raises(ConversionError, match="no calibration data: write `calibration: DATASET`"):
        convert(target, "m@1.0.0", linear(), ROWS, tmp_path)


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


def test_calibration_on_judging_examples_is_refused() -> None:
    mixed = Dataset(
        inputs={"x": np.concatenate([OTHERS.inputs["x"], ROWS.inputs["x"][:1]])},
        targets=np.zeros(5),
    )
    with pytest.raises(ConversionError, match="1 of 5 calibration examples are in the data set"):
        calibration_rows("m@1.0.0", "onnx_int8", mixed, ROWS)


def test_calibration_examples_are_the_same_every_time() -> None:
    many = Dataset(
        inputs={"x": np.arange(3000, dtype=np.float32).reshape(1000, 3)}, targets=np.zeros(1000)
    )
    first, second = (calibration_rows("m@1.0.0", "onnx_int8", many, ROWS) for _ in range(2))
    assert len(first) == 256
    assert first.digest() == second.digest()


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
