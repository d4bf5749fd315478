"""Engines that were built for something else than what is here, refused by their records."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from frontier_assets.errors import (
    EngineMismatchError,
    EngineUnavailableError,
    InvalidValueError,
    UnsupportedFormatError,
)
from frontier_assets.predictors.engines.probe import EngineState, Probe
from frontier_assets.predictors.engines.record import EngineRecord
from frontier_assets.predictors.formats import load_predictor
from frontier_assets_tests.engines import plant_package
from frontier_assets_tests.stub_driver import plant_driver

HERE = Probe("tensorrt", EngineState.OK, "", "99.0", "13.0", "Stub GPU", "8.9")
RECORD = EngineRecord(
    flavour="tensorrt",
    version="99.0",
    gpu="Stub GPU",
    compute_capability="8.9",
    driver="13.0",
    level=3,
    profiles={"batch": (1, 8, 64), "length": (4, 16, 32)},
    inputs={"tokens": ("batch", "length", 2)},
    source_digest="ab" * 32,
)
TOUCHED = "__version__ = '99.0'\ndef Runtime(*_): raise SystemExit('the runtime was touched')"


def test_a_record_is_read_as_it_was_written() -> None:
    assert EngineRecord.read(RECORD.write().encode()) == RECORD


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"format_version": 1}', b"\xff"])
def test_what_is_no_record_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidValueError, match=r"Record of an engine 'engine\.json'"):
        EngineRecord.read(content)


def test_a_record_of_another_release_is_refused() -> None:
    content = RECORD.write().replace('"format_version": 1', '"format_version": 2').encode()
    with pytest.raises(UnsupportedFormatError, match="format version 2; this release reads 1"):
        EngineRecord.read(content)


def test_an_engine_is_run_where_everything_is_as_it_was() -> None:
    RECORD.check(HERE)
    RECORD.check(dataclasses.replace(HERE, driver="13.1"))


@pytest.mark.feature("CNV-9")
@pytest.mark.parametrize(
    ("here", "says"),
    [
        ({"version": "99.1"}, "tensorrt version 99.0, and here it is 99.1"),
        ({"compute_capability": "9.0"}, "compute capability 8.9, and here it is 9.0"),
        ({"gpu": "Another GPU"}, "GPU Stub GPU, and here it is Another GPU"),
        ({"driver": "12.4"}, "a driver for CUDA 13.0, and here it is 12.4"),
    ],
)
def test_an_engine_of_another_machine_is_refused_with_what_differs(
    here: dict[str, Any], says: str
) -> None:
    with pytest.raises(EngineMismatchError, match=says):
        RECORD.check(dataclasses.replace(HERE, **here))


def test_a_portable_engine_asks_for_the_version_alone() -> None:
    portable = dataclasses.replace(RECORD, gpu="", compute_capability="", driver="")
    portable.check(HERE)
    with pytest.raises(EngineMismatchError, match="version"):
        portable.check(dataclasses.replace(HERE, version="98.0"))
    with pytest.raises(EngineUnavailableError, match="no_gpu"):
        portable.check(dataclasses.replace(HERE, state=EngineState.NO_GPU))


@pytest.mark.feature("CNV-9")
@pytest.mark.parametrize(
    ("changes", "source", "says"),
    [
        ({"version": "98.0"}, None, "tensorrt version 98.0"),
        ({"compute_capability": "9.0"}, None, "compute capability 9.0"),
        ({}, "cd" * 32, "a source of abab"),
    ],
)
def test_a_mismatch_is_refused_before_the_runtime_is_touched(
    changes: dict[str, Any],
    source: str | None,
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plant_package(tmp_path, monkeypatch, "tensorrt", code=TOUCHED)
    plant_driver(tmp_path, monkeypatch)
    record = dataclasses.replace(RECORD, **changes).write().encode()
    with pytest.raises(EngineMismatchError, match=says):
        load_predictor("tensorrt", engine=b"none", record=record, source_digest=source)


@pytest.mark.parametrize(
    ("shape", "says"),
    [
        ((65, 4, 2), "Dimension 'batch' of input 'tokens' 65 .*built for 1 to 64"),
        ((1, 3, 2), "Dimension 'length' of input 'tokens' 3 .*built for 4 to 32"),
    ],
)
def test_sizes_beyond_the_profiles_are_refused(shape: tuple[int, ...], says: str) -> None:
    RECORD.check_sizes({"tokens": np.zeros((64, 32, 2), np.float32)})
    with pytest.raises(InvalidValueError, match=says):
        RECORD.check_sizes({"tokens": np.zeros(shape, np.float32)})
