"""Every state that the probe tells apart, each brought about for real but for the GPU itself."""

from pathlib import Path

import pytest

from frontier_assets.errors import EngineUnavailableError, InvalidValueError
from frontier_assets.predictors.engines.probe import FLAVOURS, EngineState, Probe, probe
from frontier_assets_tests.engines import plant_package
from frontier_assets_tests.stub_driver import plant_driver

WORKS = "__version__ = '99.0'"
BROKEN = {
    "a library that is not there": "import ctypes; ctypes.CDLL('libnvinfer.so.99')",
    "a half of it that is not installed": "import tensorrt_bindings_that_are_not_there",
    "an error of its own": "raise RuntimeError('its own')",
    "a crash": "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
}


@pytest.fixture(params=FLAVOURS)
def flavour(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("LD_LIBRARY_PATH", "")
    return str(request.param)


def test_a_package_that_is_not_there_is_told_with_how_to_get_it(
    flavour: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What Python says of a package that is not installed, which this one may be.
    absent = f"raise ModuleNotFoundError('No module named {flavour}', name='{flavour}')"
    plant_package(tmp_path, monkeypatch, flavour, code=absent)
    found = probe(flavour)
    assert found.state is EngineState.NO_PACKAGE
    with pytest.raises(EngineUnavailableError, match=r"no_package: .*pip install 'frontier_assets"):
        found.require_building()


@pytest.mark.feature("CNV-11")
def test_a_package_that_is_too_old_is_told_with_what_is_needed(
    flavour: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant_package(tmp_path, monkeypatch, flavour, code="__version__ = '0.9'")
    found = probe(flavour)
    assert found.state is EngineState.NO_PACKAGE
    assert f"'{flavour}>=" in found.problem
    assert "0.9 is installed" in found.problem


@pytest.mark.parametrize("how", BROKEN)
def test_libraries_that_cannot_be_loaded_are_told_even_when_they_crash(
    how: str, flavour: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant_package(tmp_path, monkeypatch, flavour, code=BROKEN[how])
    found = probe(flavour)
    assert found.state is EngineState.LIBS_MISSING
    assert flavour in found.problem
    assert "pip install" in found.remedy


def test_a_machine_without_a_driver_is_told_from_one_without_a_gpu(
    flavour: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant_package(tmp_path, monkeypatch, flavour, code=WORKS)
    plant_driver(tmp_path, monkeypatch, status=999)
    broken = probe(flavour)
    plant_driver(tmp_path, monkeypatch, status=100)
    none = probe(flavour)
    plant_driver(tmp_path, monkeypatch, gpus=0)
    hidden = probe(flavour)
    assert [item.state.value for item in (broken, none, hidden)] == [
        "no_driver",
        "no_gpu",
        "no_gpu",
    ]
    assert "error 999" in broken.problem
    assert none.driver == "13.0"
    assert "--gpus all" in none.remedy


def test_a_driver_library_that_is_no_library_is_no_driver(
    flavour: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant_package(tmp_path, monkeypatch, flavour, code=WORKS)
    (tmp_path / "libcuda.so.1").write_text("not a library")
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path))
    found = probe(flavour)
    assert found.state is EngineState.NO_DRIVER
    assert "libcuda.so.1" in found.problem


def test_a_gpu_is_told_with_its_name_and_architecture(
    flavour: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant_package(tmp_path, monkeypatch, flavour, code=WORKS)
    plant_driver(tmp_path, monkeypatch, capability="8.9")
    found = probe(flavour)
    assert found == Probe(flavour, EngineState.OK, "", "99.0", "13.0", "Stub GPU", "8.9")
    found.require_building()
    found.require_running()


def test_an_architecture_that_is_too_old_is_told(
    flavour: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant_package(tmp_path, monkeypatch, flavour, code=WORKS)
    plant_driver(tmp_path, monkeypatch, capability="7.0")
    found = probe(flavour)
    assert found.state is EngineState.UNSUPPORTED_ARCHITECTURE
    assert "compute capability 7.0" in found.problem
    assert "other flavour" in found.remedy


def test_what_a_package_lists_is_what_it_supports(
    flavour: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing = "import enum; ComputeCapability = enum.Enum('ComputeCapability', 'NONE SM89 SM120')"
    plant_package(tmp_path, monkeypatch, flavour, code=f"{WORKS}; {listing}")
    plant_driver(tmp_path, monkeypatch, capability="12.0")
    assert probe(flavour).state is EngineState.OK
    monkeypatch.setenv("STUB_MAJOR", "9")
    assert probe(flavour).state is EngineState.UNSUPPORTED_ARCHITECTURE


@pytest.mark.parametrize("state", [item for item in EngineState if item is not EngineState.OK])
def test_tensorrt_itself_builds_and_runs_nowhere_but_on_a_gpu(state: EngineState) -> None:
    found = Probe("tensorrt", state, "planted")
    for required in (found.require_building, found.require_running):
        with pytest.raises(EngineUnavailableError, match=f"cannot be used here: {state}: planted"):
            required()


@pytest.mark.parametrize("state", [item for item in EngineState if item is not EngineState.OK])
def test_the_flavour_for_rtx_builds_wherever_its_package_is(state: EngineState) -> None:
    found = Probe("tensorrt_rtx", state, "planted")
    with pytest.raises(EngineUnavailableError, match=f"cannot be used here: {state}: planted"):
        found.require_running()
    if state in (EngineState.NO_PACKAGE, EngineState.LIBS_MISSING):
        with pytest.raises(EngineUnavailableError):
            found.require_building()
    else:
        found.require_building()


def test_an_unknown_flavour_lists_the_known() -> None:
    with pytest.raises(InvalidValueError, match="expected one of tensorrt, tensorrt_rtx"):
        probe("tensorrt_lite")
