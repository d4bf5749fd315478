"""One small wrong weight, which no output shows beside those that are rounded."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from frontier_assets.conversion.parity import Graphs, prove
from frontier_assets.conversion.rounding import rounding_problem
from frontier_assets.conversion.targets import TARGETS
from frontier_assets.dataset import Dataset
from frontier_assets.predictors.onnx import OnnxPredictor
from frontier_assets.predictors.pytorch import PyTorchPredictor
from frontier_assets.types import Outcome
from frontier_assets_tests.conversion.converted import DERIVED, Files

WEIGHT = "layers.3.weight"


def changed(path: Path, name: str, change: Callable[[Any], None]) -> bytes:
    """Return the file with one initializer changed."""
    import onnx
    from onnx import numpy_helper

    model = onnx.load(path)
    (found,) = (
        item for item in model.graph.initializer if item.name in (name, f"{name}_quantized")
    )
    values = numpy_helper.to_array(found).copy()
    change(values)
    found.CopyFrom(numpy_helper.from_array(values, found.name))
    return bytes(model.SerializeToString())


def nudged(values: Any) -> None:
    """Move one middling weight a little: two steps of INT8, a thirtieth of a float."""
    flat = values.reshape(-1)
    middle = np.argsort(np.abs(flat.astype(np.float32)))[len(flat) // 2]
    flat[middle] += 2 if values.dtype.kind == "i" else flat[middle] / 32


@pytest.mark.parametrize("target", DERIVED)
def test_the_weights_of_a_derived_graph_are_those_of_its_parent(
    target: str, exported: Path, made: Callable[[str], Files]
) -> None:
    assert rounding_problem(exported.read_bytes(), made(target)["model.onnx"].read_bytes()) == ""


@pytest.mark.feature("CNV-7")
@pytest.mark.parametrize("name", [WEIGHT, "layers.12.bias"])
@pytest.mark.parametrize("target", DERIVED)
def test_one_small_wrong_weight_fails_the_proof_by_its_name(
    name: str,
    target: str,
    *,
    exported: Path,
    original: PyTorchPredictor,
    made: Callable[[str], Files],
    holdout: Dataset,
) -> None:
    planted = changed(made(target)["model.onnx"], name, nudged)
    graphs = Graphs(exported.read_bytes(), planted)
    rules = TARGETS[target].rules
    assert prove(original, OnnxPredictor(planted), holdout, rules=rules).outcome is Outcome.PASSED
    proof = prove(original, OnnxPredictor(planted), holdout, rules=rules, graphs=graphs)
    assert proof.outcome is Outcome.FAILED
    assert "1 of " in proof.detail
    assert f"values of weight '{name}" in proof.detail


def halved(values: Any) -> None:
    values *= np.float32(0.5)


def test_a_wrong_scale_fails(exported: Path, made: Callable[[str], Files]) -> None:
    planted = changed(made("onnx_int8")["model.onnx"], f"{WEIGHT}_scale", halved)
    assert WEIGHT in rounding_problem(exported.read_bytes(), planted)


def test_a_weight_that_is_missing_or_has_another_shape_fails(
    exported: Path, made: Callable[[str], Files]
) -> None:
    import onnx
    from onnx import numpy_helper

    parent, model = exported.read_bytes(), onnx.load(made("onnx_fp16")["model.onnx"])
    (found,) = (item for item in model.graph.initializer if item.name == WEIGHT)
    flat = numpy_helper.to_array(found).reshape(-1)
    found.CopyFrom(numpy_helper.from_array(flat, WEIGHT))
    assert "has shape (4608,)" in rounding_problem(parent, model.SerializeToString())
    found.name = "another"
    problem = rounding_problem(parent, model.SerializeToString())
    assert problem == f"weight '{WEIGHT}' of the parent is missing"
