"""What tests of TensorRT need: planted packages, and the real one or a reason to skip."""

from pathlib import Path

import pytest

from frontier_assets.predictors.engines.probe import EngineState, probe
from frontier_assets_tests.servers import require

RTX = "tensorrt_rtx"


def require_rtx() -> None:
    """Skip the test where TensorRT for RTX cannot be had."""
    found = probe(RTX)
    if found.state in (EngineState.NO_PACKAGE, EngineState.LIBS_MISSING):
        require(RTX, f"{found.state}: {found.problem}")


def require_gpu(flavour: str) -> None:
    """Skip the test where no engine of ``flavour`` can be run, and say why."""
    found = probe(flavour)
    if found.state is not EngineState.OK:
        require("gpu", f"{flavour}: {found.state}: {found.problem}")


def plant_package(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, *, code: str) -> None:
    """Put a package of this ``code`` before any other of its ``name``."""
    package = folder / name
    package.mkdir()
    (package / "__init__.py").write_text(code, "utf-8")
    monkeypatch.syspath_prepend(folder)
