"""Engines where everything is as it was but the machine cannot run them after all."""

from pathlib import Path

import pytest

from frontier_assets.errors import EngineUnavailableError, InvalidValueError
from frontier_assets.predictors.converted import open_files
from frontier_assets.predictors.engine import EngineRuntime
from frontier_assets.predictors.formats import load_predictor
from frontier_assets.workspace import Workspace
from frontier_assets_tests.engines import RTX, plant_package, require_rtx
from frontier_assets_tests.predictors.engines.test_record import RECORD
from frontier_assets_tests.stub_driver import plant_driver


def test_a_pytorch_without_cuda_is_told_before_the_runtime_is_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("PyTorch has CUDA here")
    plant_package(tmp_path, monkeypatch, "tensorrt", code="__version__ = '99.0'")
    plant_driver(tmp_path, monkeypatch)
    with pytest.raises(EngineUnavailableError, match=r"libs_missing: PyTorch .* without CUDA"):
        load_predictor("tensorrt", engine=b"none", record=RECORD.write().encode())


def test_an_engine_in_a_store_is_told_by_its_files(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    absent = "raise ModuleNotFoundError('absent', name='tensorrt')"
    plant_package(tmp_path, monkeypatch, "tensorrt", code=absent)
    files = {"model.engine": tmp_path / "engine", "engine.json": tmp_path / "record"}
    files["model.engine"].write_bytes(b"engine")
    files["engine.json"].write_text(RECORD.write(), "utf-8")
    store = workspace.stores["default"]
    stored = store.open(store.put_files(files).digest)
    with pytest.raises(EngineUnavailableError, match="no_package: 'tensorrt' is not installed"):
        open_files("m@1.0.0", stored, source_digest=RECORD.source_digest)


@pytest.mark.parametrize("content", [b"", b"no engine at all"])
def test_what_tensorrt_cannot_load_is_refused(content: bytes) -> None:
    require_rtx()
    with pytest.raises(InvalidValueError, match="TensorRT cannot load it"):
        EngineRuntime(RTX, content)
