"""Optimisation levels: fewer nodes, the same outputs."""

from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from frontier_assets.conversion.derivation import Options
from frontier_assets.conversion.targets import convert
from frontier_assets.dataset import Dataset
from frontier_assets.predictors.onnx import OnnxPredictor
from frontier_assets.predictors.pytorch import PyTorchPredictor
from frontier_assets.specification import OptimizationLevel
from frontier_assets_tests.conversion.converted import REF

LEVELS: tuple[OptimizationLevel, ...] = get_args(OptimizationLevel)


def nodes(path: Path) -> list[str]:
    import onnx

    return [node.op_type for node in onnx.load(path).graph.node]


@pytest.mark.feature("CNV-5")
def test_a_higher_level_has_fewer_nodes_and_the_same_outputs(
    original: PyTorchPredictor, holdout: Dataset, exported: Path, tmp_path: Path
) -> None:
    counts, outputs = [], []
    for level in LEVELS:
        folder = tmp_path / level
        folder.mkdir()
        files = convert("onnx", REF, original, holdout, folder, options=Options(level))
        counts.append(len(nodes(files["model.onnx"])))
        outputs.append(OnnxPredictor(files["model.onnx"]).predict(holdout.inputs))
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] < counts[0] == len(nodes(exported))
    for found in outputs[1:]:
        np.testing.assert_allclose(found, outputs[0], atol=1e-5)
