"""Engines of TensorRT: really built on a CPU in the flavour for RTX, really run on a GPU."""

import dataclasses
import json
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

from frontier_assets.conversion.derivation import Derivation, Options
from frontier_assets.conversion.engine import convert_tensorrt_rtx, profiles_of
from frontier_assets.conversion.parity import Headline, prove
from frontier_assets.conversion.targets import TARGETS, convert
from frontier_assets.dataset import Dataset
from frontier_assets.errors import ConversionError, EngineUnavailableError
from frontier_assets.predictors.formats import load_predictor
from frontier_assets.predictors.pytorch import PyTorchPredictor
from frontier_assets.types import Outcome
from frontier_assets_tests.conversion.converted import REF, Files
from frontier_assets_tests.engines import RTX, require_gpu, require_rtx
from frontier_assets_tests.stub_driver import plant_driver

ENGINES = [name for name, target in TARGETS.items() if target.flavour]
OPTIONS = Options("maximum", {"batch": (1, 8, 64)}, "ab" * 32)


@pytest.fixture(scope="module")
def source(original: PyTorchPredictor, made: Callable[[str], Files]) -> Callable[[str], Derivation]:
    require_rtx()

    def derive(parent: str) -> Derivation:
        path = made(parent)["model.onnx"]
        return Derivation(
            REF, path, original.inputs, {}, target="tensorrt_rtx_fp16", options=OPTIONS
        )

    return derive


@pytest.mark.feature("CNV-2")
def test_an_engine_for_rtx_is_really_built_without_a_gpu(
    source: Callable[[str], Derivation], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", "")
    files = convert_tensorrt_rtx(source("onnx_fp16"), tmp_path)
    assert sorted(files) == ["engine.json", "model.engine"]
    engine = files["model.engine"].read_bytes()
    record = json.loads(files["engine.json"].read_text("utf-8"))
    rtx = import_module(RTX)
    assert record["version"] == rtx.__version__
    assert (record["flavour"], record["compute_capability"], record["level"]) == (RTX, "", 5)
    assert record["profiles"] == {"batch": [1, 8, 64]}
    assert record["inputs"] == {"image": ["batch", 1, 8, 8]}
    assert record["source_digest"] == "ab" * 32
    # TensorRT's own reader tells an engine from other bytes, without a driver too.
    runtime = rtx.Runtime(rtx.Logger(rtx.Logger.INTERNAL_ERROR))
    malformed = int(rtx.EngineInvalidityDiagnostics.MALFORMED_ENGINE)
    assert not runtime.get_engine_validity(engine)[1] & malformed
    assert runtime.get_engine_validity(bytes(len(engine)))[1] & malformed


def test_the_same_graph_gives_the_same_engine(
    source: Callable[[str], Derivation], tmp_path: Path
) -> None:
    folders = [tmp_path / name for name in ("first", "second")]
    for folder in folders:
        folder.mkdir()
        convert_tensorrt_rtx(source("onnx_fp16"), folder)
    first, second = ([path.read_bytes() for path in sorted(f.iterdir())] for f in folders)
    assert first == second


def test_the_graph_in_int8_for_tensorrt_is_parsed_and_that_for_onnx_runtime_is_not(
    source: Callable[[str], Derivation], tmp_path: Path
) -> None:
    assert convert_tensorrt_rtx(source("onnx_int8_trt"), tmp_path)
    with pytest.raises(ConversionError, match=r"cannot parse the graph: operator QuantizeLinear"):
        convert_tensorrt_rtx(source("onnx_int8"), tmp_path)


def test_an_operator_that_tensorrt_does_not_know_is_named(
    source: Callable[[str], Derivation], tmp_path: Path
) -> None:
    import onnx

    model = onnx.load(source("onnx_fp16").parent)
    (relu, *_) = (node for node in model.graph.node if node.op_type == "Relu")
    relu.op_type, relu.domain = "Sparkle", "of.nobody"
    model.opset_import.append(onnx.helper.make_opsetid("of.nobody", 1))
    path = tmp_path / "unknown.onnx"
    onnx.save(model, path)
    unknown = dataclasses.replace(source("onnx_fp16"), parent=path)
    with pytest.raises(ConversionError, match=r"to tensorrt_rtx_fp16 failed: .*operator Sparkle"):
        convert_tensorrt_rtx(unknown, tmp_path)


def derivation(**profiles: tuple[int, int, int]) -> Derivation:
    inputs = {"tokens": ("batch", "length"), "mask": ("batch", "length")}
    options = Options(profiles=profiles)
    return Derivation(REF, Path(), inputs, {}, target="tensorrt_fp32", options=options)


def test_every_free_dimension_has_its_sizes_and_the_examples_have_usual_ones() -> None:
    found = profiles_of(derivation(length=(1, 16, 128)))
    assert found == {"batch": (1, 32, 256), "length": (1, 16, 128)}
    assert profiles_of(derivation(batch=(2, 2, 4), length=(1, 1, 1)))["batch"] == (2, 2, 4)


def test_a_free_dimension_without_sizes_is_refused_with_what_to_write() -> None:
    with pytest.raises(ConversionError, match=r"`profiles: \{length: \[smallest, usual, largest"):
        profiles_of(derivation())


@pytest.mark.feature("CNV-2")
@pytest.mark.parametrize("target", [name for name in ENGINES if TARGETS[name].flavour != RTX])
def test_no_file_is_written_in_an_engines_name_where_none_can_be_built(
    target: str,
    original: PyTorchPredictor,
    made: Callable[[str], Files],
    holdout: Dataset,
    tmp_path: Path,
    *,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    parent = made(TARGETS[target].parent)["model.onnx"]
    monkeypatch.syspath_prepend(tmp_path)
    planted = tmp_path / "tensorrt.py"
    planted.write_text("__version__ = '99.0'\n", "utf-8")
    plant_driver(tmp_path, monkeypatch, gpus=0)
    folder = tmp_path / "made"
    folder.mkdir()
    with pytest.raises(EngineUnavailableError, match=r"no_gpu: the driver sees no GPU; run it wh"):
        convert(target, REF, original, holdout, folder, parent=parent)
    assert list(folder.iterdir()) == []


@pytest.mark.feature("CNV-8")
def test_what_a_gpu_does_not_support_is_an_error(
    original: PyTorchPredictor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, holdout: Dataset
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "tensorrt.py").write_text("__version__ = '99.0'\n", "utf-8")
    plant_driver(tmp_path, monkeypatch, capability="6.1")
    with pytest.raises(EngineUnavailableError, match=r"unsupported_architecture: .* 6\.1"):
        convert("tensorrt_fp16", REF, original, holdout, tmp_path)


@pytest.mark.gpu
@pytest.mark.feature("CNV-2")
@pytest.mark.parametrize("target", ENGINES)
def test_an_engine_predicts_on_a_gpu_what_the_original_predicts(
    target: str,
    original: PyTorchPredictor,
    holdout: Dataset,
    calibration: Dataset,
    tmp_path: Path,
) -> None:
    require_gpu(TARGETS[target].flavour)
    files = convert(
        target, REF, original, holdout, tmp_path, calibration=calibration, options=OPTIONS
    )
    parts = {"engine": files["model.engine"], "record": files["engine.json"]}
    predictor = load_predictor(
        TARGETS[target].format,
        **{name: path.read_bytes() for name, path in parts.items()},
        source_digest=OPTIONS.source_digest,
    )
    headline = Headline("accuracy", "logits")
    proof = prove(original, predictor, holdout, rules=TARGETS[target].rules, headline=headline)
    assert proof.outcome is Outcome.PASSED, proof.detail
