"""What was converted stands while all that it depends on does."""

import importlib
from pathlib import Path

import pytest

from frontier_assets import entrypoints
from frontier_assets.types import Outcome
from frontier_assets.workspace import Workspace
from frontier_assets_tests.conversion.test_refusals import other_network, yaml

CODE = """import torch

def build(scale: float = {scale}) -> torch.nn.Module:
    class Scaled(torch.nn.Linear):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return super().forward(x) * scale

    return Scaled(3, 2)
"""


def test_a_network_is_converted_again_once_its_code_has_changed_and_not_when_it_is_gone(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "own_network.py"
    file.write_text(CODE.format(scale=1.0), "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    workspace.record_policy(yaml(architecture=other_network("own_network:build")))
    module = importlib.import_module("own_network")
    weights = entrypoints.call("own_network:build").state_dict()
    ref = workspace.versions.register("m", object=weights).ref
    first = workspace.convert(ref, "onnx")
    assert workspace.convert(ref, "onnx").record.id == first.record.id
    file.write_text(CODE.format(scale=20.0), "utf-8")
    importlib.reload(module)
    second = workspace.convert(ref, "onnx")
    assert second.proof.outcome is Outcome.PASSED
    assert second.record.digest != first.record.digest
    file.unlink()
    assert workspace.convert(ref, "onnx").record.id == second.record.id
