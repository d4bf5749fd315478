"""Every fault that is planted in a converter's output is found by the parity check."""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest

from frontier_assets.conversion.targets import convert
from frontier_assets.predictors.pytorch import PyTorchPredictor
from frontier_assets.types import Outcome
from frontier_assets_tests.conversion import faults
from frontier_assets_tests.conversion.faults import Around, Change
from frontier_assets_tests.conversion.zoo.grid import CPU_TARGETS, REF, animal, opened, proof_of
from frontier_assets_tests.conversion.zoo.specimen import Specimen

Files = Mapping[str, Path]
GRAPHS = ("onnx", "onnx_fp16", "onnx_int8", "onnx_int8_trt")
FAULTS: dict[str, tuple[Change, str]] = {
    "one weight changed": (faults.one_weight, "layers.0.weight"),
    "swapped outputs": (faults.swapped, "layers.12.weight"),
    "bf16 by stealth": (faults.bfloat16, ""),
    "not a number": (faults.not_a_number, "layers.12.bias"),
}


# Integers hold no NaN.
CASES = [
    (target, fault)
    for target in CPU_TARGETS
    for fault in FAULTS
    if (target[:9], fault) != ("onnx_int8", "not a number")
]


@pytest.mark.feature("CNV-7")
@pytest.mark.parametrize(("target", "fault"), CASES)
def test_a_planted_fault_fails(
    target: str,
    fault: str,
    specimen: Specimen,
    made: Callable[[str], Files],
    tmp_path: Path,
) -> None:
    change, pick = FAULTS[fault]
    if target in GRAPHS:
        damaged = faults.in_graph(made(target)["model.onnx"], tmp_path, change, pick=pick)
    else:
        assert isinstance(specimen.original, PyTorchPredictor)
        other = faults.in_network(specimen.original, change, pick=pick)
        damaged = convert(target, REF, other, specimen.holdout, tmp_path)
    assert proof_of(specimen, target, damaged).outcome is Outcome.FAILED


@pytest.mark.feature("CNV-7")
@pytest.mark.parametrize("target", CPU_TARGETS)
def test_wrong_normalisation_fails(
    target: str, specimen: Specimen, made: Callable[[str], Files]
) -> None:
    shifted = Around(opened(target, made(target)), before=lambda images: images * 2 - 1)
    assert proof_of(specimen, target, made(target), shifted).outcome is Outcome.FAILED


def test_an_openvino_plugin_in_another_precision_fails(
    specimen: Specimen, made: Callable[[str], Files]
) -> None:
    low = opened("openvino", made("openvino"), precision="f16")
    assert proof_of(specimen, "openvino", made("openvino"), low).outcome is Outcome.FAILED


@pytest.mark.parametrize("member", ["model.bin", "model.xml"])
def test_a_damaged_openvino_file_fails(
    member: str, specimen: Specimen, made: Callable[[str], Files], tmp_path: Path
) -> None:
    content = bytearray(made("openvino")[member].read_bytes())
    if member == "model.bin":
        np.frombuffer(content, np.float32, count=100)[50:51] += 1
    else:
        content = content.replace(b'type="ReLU"', b'type="Sigmoid"', 1)
    (tmp_path / member).write_bytes(content)
    damaged = {**made("openvino"), member: tmp_path / member}
    assert proof_of(specimen, "openvino", damaged).outcome is Outcome.FAILED


@pytest.fixture(scope="module", params=["forest", "xgboost", "lightgbm", "HistGradientBoosting"])
def trees(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Specimen, Files]:
    found, folder = animal(request.param), tmp_path_factory.mktemp("trees")
    files = convert("onnx", REF, found.original, found.holdout, folder, framework=found.framework)
    return found, files


@pytest.mark.feature("CNV-7")
@pytest.mark.parametrize("change", [faults.one_weight, faults.bfloat16])
def test_changed_trees_fail(trees: tuple[Specimen, Files], change: Change, tmp_path: Path) -> None:
    found, files = trees
    damaged = faults.in_trees(files["model.onnx"], tmp_path, change)
    assert proof_of(found, "onnx", files).outcome is Outcome.PASSED
    assert proof_of(found, "onnx", damaged).outcome is Outcome.FAILED


@pytest.mark.feature("CNV-7")
def test_trees_with_swapped_outputs_or_other_units_fail(trees: tuple[Specimen, Files]) -> None:
    found, files = trees
    inner = opened("onnx", files)
    for wrong in (
        Around(inner, after=lambda chances: chances[:, ::-1]),
        Around(inner, before=lambda features: features * 2 - 1),
        Around(inner, after=lambda chances: chances * 2),
    ):
        assert proof_of(found, "onnx", files, wrong).outcome is Outcome.FAILED
