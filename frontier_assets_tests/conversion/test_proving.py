"""Graphs that ONNX Runtime has optimised, whose weights bear other names, proved all the same."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from frontier_assets.conversion.apart import Limits
from frontier_assets.conversion.derivation import Options
from frontier_assets.conversion.optimised import optimise
from frontier_assets.conversion.parity import Proof
from frontier_assets.conversion.proving import Forebears, prove_stored
from frontier_assets.conversion.targets import TARGETS, convert, plain_in
from frontier_assets.conversion.work import Work
from frontier_assets.dataset import Dataset
from frontier_assets.predictors.pytorch import PyTorchPredictor
from frontier_assets.types import Outcome
from frontier_assets.workspace import Workspace
from frontier_assets_tests.conversion.converted import DERIVED, REF, Files
from frontier_assets_tests.conversion.test_rounding import WEIGHT, changed, nudged
from frontier_assets_tests.promotion.complete import version

Prove = Callable[[str, Path, bytes], Proof]


@pytest.fixture
def proved(
    workspace: Workspace, original: PyTorchPredictor, holdout: Dataset, exported: Path
) -> Prove:
    def prove(target: str, made: Path, plain: bytes) -> Proof:
        kind = TARGETS[target]
        work = Work(
            kind,
            "pytorch",
            holdout,
            None,
            kind.rules,
            Options("extended"),
            None,
            limits=Limits(60, 8),
            batch_sizes=(1,),
            gates=(),
            code=None,
        )
        store = workspace.stores["default"]
        stored = store.open(store.put_files({"model.onnx": made}).digest)
        forebears = Forebears(exported.read_bytes(), plain)
        expected = original.predict(holdout.inputs)
        return prove_stored(
            version(), work, original, stored, forebears=forebears, expected=expected
        )

    return prove


@pytest.mark.feature("CNV-5")
@pytest.mark.parametrize("target", DERIVED)
def test_an_optimised_graph_is_proved_by_what_it_was_before(
    target: str,
    *,
    proved: Prove,
    original: PyTorchPredictor,
    holdout: Dataset,
    calibration: Dataset,
    exported: Path,
    tmp_path: Path,
) -> None:
    parts: dict[str, Any] = {"parent": exported, "calibration": calibration}
    options = Options("extended")
    files = convert(target, REF, original, holdout, tmp_path, options=options, **parts)
    plain = plain_in(tmp_path).read_bytes()
    assert files["model.onnx"].read_bytes() != plain
    proof = proved(target, files["model.onnx"], plain)
    assert proof.outcome is Outcome.PASSED, proof.detail


@pytest.mark.feature("CNV-7")
@pytest.mark.parametrize("target", DERIVED)
def test_one_small_wrong_weight_before_the_optimisation_fails_by_its_name(
    target: str, proved: Prove, made: Callable[[str], Files], tmp_path: Path
) -> None:
    plain = changed(made(target)["model.onnx"], WEIGHT, nudged)
    path = tmp_path / "model.onnx"
    path.write_bytes(plain)
    optimise(path, "extended")
    proof = proved(target, path, plain)
    assert proof.outcome is Outcome.FAILED
    assert f"values of weight '{WEIGHT}'" in proof.detail


@pytest.mark.feature("CNV-7")
@pytest.mark.parametrize("target", DERIVED)
def test_one_small_wrong_weight_after_the_optimisation_fails(
    target: str, proved: Prove, made: Callable[[str], Files], tmp_path: Path
) -> None:
    import onnx
    from onnx import numpy_helper

    path = tmp_path / "model.onnx"
    plain = made(target)["model.onnx"].read_bytes()
    path.write_bytes(plain)
    optimise(path, "extended")
    model = onnx.load(path)
    found = max(model.graph.initializer, key=lambda item: int(np.prod(item.dims)))
    values = numpy_helper.to_array(found).copy()
    nudged(values)
    found.CopyFrom(numpy_helper.from_array(values, found.name))
    onnx.save(model, path)
    proof = proved(target, path, plain)
    assert proof.outcome is Outcome.FAILED
    assert "`optimization_level: extended`" in proof.detail
