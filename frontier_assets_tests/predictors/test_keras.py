"""Keras models through a workspace: kept without pickle, predicted and converted by PyTorch."""

import json
import os
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from frontier_assets.codecs.keras_model import classes_of, keras_on_torch, read, write
from frontier_assets.codecs.objects import ObjectPolicy
from frontier_assets.conversion.parity import prove
from frontier_assets.conversion.targets import TARGETS, convert
from frontier_assets.dataset import Dataset
from frontier_assets.errors import InvalidValueError, UntrustedContentError
from frontier_assets.predictors.formats import load_predictor
from frontier_assets.types import Outcome
from frontier_assets.workspace import Workspace
from frontier_assets_tests import tabular
from frontier_assets_tests.conversion.zoo.grid import opened
from frontier_assets_tests.tabular_yaml import specification

# Importing it to see would choose a backend.
pytestmark = [
    pytest.mark.skipif(find_spec("keras") is None, reason="the extra keras is not installed"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning"),
]
X = tabular.points(60, dtype="float32")
HERE = "frontier_assets_tests.predictors.test_keras"


def classifier() -> Any:
    """Return a briefly trained network of two layers."""
    keras = keras_on_torch()
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(16, activation="relu"), keras.layers.Dense(2)]
    )
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    x = tabular.points(400, dtype="float32")
    model.fit(x, tabular.classes(x), epochs=20, verbose=0)
    return model


def with_own_layer() -> Any:
    keras = keras_on_torch()
    own: Any = type(
        "Twice", (keras.layers.Layer,), {"call": lambda _, x: x * 2, "__module__": HERE}
    )
    return keras.Sequential([keras.Input((4,)), own()])


@pytest.fixture(scope="module")
def model() -> Any:
    return classifier()


@pytest.mark.feature("FRM-1")
def test_a_keras_model_is_saved_registered_loaded_and_evaluated(
    workspace: Workspace, model: Any
) -> None:
    workspace.record_policy(specification("keras", architecture={"outputs": "logits"}))
    workspace.checkpoints.save("m", run="r", step=1, state={"model": model, "step": 1})
    version = workspace.versions.register("m", checkpoint="latest")
    found = workspace.load(version.ref).predict({"x": X})
    np.testing.assert_allclose(found, model.predict(X, verbose=0), atol=1e-6)
    assert workspace.evaluate(version.ref, "holdout").evaluation.metrics["accuracy"] > 0


@pytest.mark.feature("FRM-1")
def test_the_same_model_gives_the_same_bytes_in_every_process(model: Any, tmp_path: Path) -> None:
    content = write(model, "It", ObjectPolicy())
    (tmp_path / "first").write_bytes(content)
    code = (
        "import pathlib, sys; from frontier_assets.codecs.keras_model import read, write\n"
        "from frontier_assets.codecs.objects import ObjectPolicy\n"
        "given = pathlib.Path(sys.argv[1]).read_bytes(); policy = ObjectPolicy()\n"
        "sys.exit(write(read(given, '', 'It', policy), 'It', policy) != given)"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONHASHSEED": "7"}
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, tmp_path / "first"],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert ended.returncode == 0, ended.stderr


@pytest.mark.feature("FRM-1", "CNV-3")
@pytest.mark.parametrize("target", [name for name in TARGETS if not name.startswith("tensorrt")])
def test_a_keras_model_converts_as_a_network_does(target: str, model: Any, tmp_path: Path) -> None:
    pytest.importorskip("openvino") if target == "openvino" else None
    original = load_predictor(
        "tensorflow", model=model, inputs={"x": ["batch", 4]}, outputs="logits"
    )
    # Without outliers, which coarse steps would have to span.
    x = tabular.points(400, dtype="float32").clip(-1.5, 1.5)
    data = Dataset(inputs={"x": x[:100]}, targets=tabular.classes(x[:100]))
    calibration = Dataset(inputs={"x": x[100:]}, targets=tabular.classes(x[100:]))
    files = convert(
        target, "m@1.0.0", original, data, tmp_path, framework="tensorflow", calibration=calibration
    )
    proof = prove(original, opened(target, dict(files)), data, rules=TARGETS[target].rules)
    assert proof.outcome is Outcome.PASSED, proof.detail


def test_several_inputs_are_those_of_the_input_layers(tmp_path: Path) -> None:
    keras = keras_on_torch()
    minuend, base = keras.Input((2,), name="minuend"), keras.Input((2,), name="base")
    model = keras.Model([minuend, base], keras.layers.Subtract()([minuend, base]))
    shapes = {"base": ["batch", 2], "minuend": ["batch", 2]}
    found = load_predictor("tensorflow", model=model, inputs=shapes, outputs="values")
    rows = {"base": np.ones((3, 2), np.float32), "minuend": np.full((3, 2), 5, np.float32)}
    np.testing.assert_array_equal(found.predict(rows), np.full((3, 2), 4))
    data = Dataset(inputs=rows, targets=np.zeros(3))
    files = convert("onnx", "m@1.0.0", found, data, tmp_path, framework="tensorflow")
    proof = prove(found, opened("onnx", dict(files)), data)
    assert proof.outcome is Outcome.PASSED, proof.detail
    with pytest.raises(InvalidValueError, match=r"expected the names of its input layers: minuend"):
        load_predictor(
            "tensorflow", model=model, inputs={**shapes, "x": ["batch", 2]}, outputs="values"
        )


def test_a_class_that_is_not_of_keras_is_refused_with_what_to_write() -> None:
    assert f"{HERE}.Twice" in classes_of(write(with_own_layer(), "It", trusting()))
    with pytest.raises(UntrustedContentError, match=r"trusted_types: \[.*test_keras\.Twice\]"):
        write(with_own_layer(), "It", ObjectPolicy())


def trusting() -> ObjectPolicy:
    return ObjectPolicy(trusted_types=(f"{HERE}.Twice",))


@pytest.mark.parametrize(
    ("name", "kind"), [("builtins", "eval"), ("os", "system"), (None, "__lambda__")]
)
def test_a_planted_class_is_refused_before_anything_is_imported(
    name: str | None, kind: str, model: Any, tmp_path: Path
) -> None:
    path = tmp_path / "model.keras"
    path.write_bytes(write(model, "It", ObjectPolicy()))
    with zipfile.ZipFile(path) as archive:
        parts = {item: archive.read(item) for item in archive.namelist()}
    config = json.loads(parts["config.json"])
    config["config"]["layers"].append({"module": name, "class_name": kind, "config": {}})
    parts["config.json"] = json.dumps(config).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for item, content in parts.items():
            archive.writestr(item, content)
    with pytest.raises(UntrustedContentError, match="classes that are not of Keras"):
        read(path.read_bytes(), "", "It", ObjectPolicy())


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04"])
def test_what_is_no_archive_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidValueError, match=r"Keras cannot read it .*save the model again"):
        read(content, "", "It", ObjectPolicy())
