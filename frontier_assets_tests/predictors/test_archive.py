"""A version whose code is gone predicts by its archive, where that was proved before."""

import sys
from pathlib import Path

import numpy as np
import pytest

from frontier_assets.errors import EntrypointError
from frontier_assets.specification import ModelSpecification
from frontier_assets.types import Outcome, Version
from frontier_assets.workspace import Workspace
from frontier_assets_tests import tabular
from frontier_assets_tests.tabular_yaml import specification

X = tabular.points(20)
CODE = """
import torch

def build():
    return torch.nn.Linear(4, 2, dtype=torch.float64)
"""


@pytest.fixture
def code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a module that builds a network, importable while it is there."""
    folder = tmp_path / "code"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    path = folder / "passing_network.py"
    path.write_text(CODE, "utf-8")
    return path


def yaml(target: str) -> ModelSpecification:
    return specification(
        "pytorch",
        architecture={"entrypoint": "passing_network:build", "outputs": "logits"},
        conversions=[{"target": target}, {"target": "onnx"}],
    )


def registered(workspace: Workspace, target: str) -> Version:
    import torch

    workspace.record_policy(yaml(target))
    network = torch.nn.Linear(4, 2, dtype=torch.float64)
    return workspace.versions.register("m", object=network.state_dict())


def forget(code: Path, *, text: str | None = None) -> None:
    """Have other code instead, or none."""
    sys.modules.pop(code.stem, None)
    code.unlink()
    if text is not None:
        code.write_text(text, "utf-8")


@pytest.mark.feature("FRM-1")
def test_a_version_without_its_code_predicts_by_its_proved_archive(
    workspace: Workspace, code: Path, caplog: pytest.LogCaptureFixture
) -> None:
    version = registered(workspace, "exported")
    expected = workspace.load(version.ref).predict({"x": X})
    score = workspace.evaluate(version.ref, "holdout").evaluation.metrics["accuracy"]
    assert workspace.convert(version.ref, "exported").proof.outcome is Outcome.PASSED
    for text in ("import no_such_package", CODE.replace("2,", "3,"), None):
        forget(code, text=text)
        np.testing.assert_allclose(workspace.load(version.ref).predict({"x": X}), expected)
        assert "m@1.0.0 predicts by its proved archive instead" in caplog.text
        caplog.clear()
    assert workspace.evaluate(version.ref, "holdout").evaluation.metrics["accuracy"] == score
    with pytest.raises(EntrypointError, match="passing_network"):
        workspace.convert(version.ref, "onnx")


def test_without_an_archive_the_missing_code_is_named(workspace: Workspace, code: Path) -> None:
    version = registered(workspace, "exported")
    forget(code)
    with pytest.raises(EntrypointError, match="passing_network"):
        workspace.load(version.ref)
