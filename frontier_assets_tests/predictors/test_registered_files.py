"""Versions made of files from outside: which of them predict, and as what."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from frontier_assets.errors import EntrypointError, InvalidValueError, PredictionUnavailableError
from frontier_assets.specification import ModelSpecification
from frontier_assets.workspace import Workspace
from frontier_assets_tests import tabular, tabular_yaml

X = tabular.points(20, dtype="float32")
NETWORK = "frontier_assets_tests.tabular:linear"


def specification(framework: str, **architecture: Any) -> ModelSpecification:
    return tabular_yaml.specification(framework, architecture=architecture)


def weights(folder: Path, *, classes: int = 2) -> tuple[Any, Path]:
    """Return a network of one layer and the file of its state."""
    from safetensors.torch import save_file

    network = tabular.linear(classes=classes)
    path = folder / "weights.safetensors"
    save_file(network.state_dict(), path)
    return network, path


def test_a_state_dict_predicts_through_the_function_that_builds_the_network(
    workspace: Workspace, tmp_path: Path
) -> None:
    import torch

    workspace.record_policy(specification("pytorch", entrypoint=NETWORK, outputs="logits"))
    network, path = weights(tmp_path)
    workspace.versions.register("m", files={"model.safetensors": path})
    expected = network(torch.from_numpy(X)).detach().numpy()
    np.testing.assert_array_equal(workspace.load("m").predict({"x": X}), expected)


def test_weights_of_another_network_are_refused_by_name(
    workspace: Workspace, tmp_path: Path
) -> None:
    workspace.record_policy(specification("pytorch", entrypoint=NETWORK, outputs="logits"))
    workspace.versions.register("m", files={"model.safetensors": weights(tmp_path, classes=3)[1]})
    with pytest.raises(EntrypointError, match=r"tabular:linear.*does not fit the weights.*weight"):
        workspace.load("m")


def test_a_damaged_state_dict_is_refused_by_name(workspace: Workspace, tmp_path: Path) -> None:
    workspace.record_policy(specification("pytorch", entrypoint=NETWORK, outputs="logits"))
    path = tmp_path / "weights"
    path.write_text("no tensors here", encoding="utf-8")
    workspace.versions.register("m", files={"model.safetensors": path})
    with pytest.raises(InvalidValueError, match=r"File 'model.safetensors' of m@1\.0\.0 '15 bytes"):
        workspace.load("m")


def test_files_without_weights_are_no_network(workspace: Workspace, tmp_path: Path) -> None:
    workspace.record_policy(specification("pytorch", entrypoint=NETWORK, outputs="logits"))
    path = tmp_path / "notes"
    path.write_text("none", encoding="utf-8")
    workspace.versions.register("m", files={"notes.txt": path})
    with pytest.raises(PredictionUnavailableError, match=r"\*\.safetensors or \*\.onnx"):
        workspace.load("m")


@pytest.mark.parametrize("outputs", ["probabilities", "labels"])
def test_an_exported_classifier_answers_as_the_yaml_says(
    outputs: str, workspace: Workspace, tmp_path: Path
) -> None:
    from skl2onnx import to_onnx

    model = tabular.pipeline(dtype="float32")
    path = tmp_path / "exported"
    made = to_onnx(model, X, options={"zipmap": False}, target_opset=17)
    path.write_bytes(made.SerializeToString())
    workspace.record_policy(specification("onnx", outputs=outputs))
    workspace.versions.register("m", files={"model.onnx": path})
    answer = model.predict_proba if outputs == "probabilities" else model.predict
    found = workspace.load("m").predict({"X": X})
    np.testing.assert_allclose(found, answer(X), atol=1e-5)


@pytest.mark.feature("CNV-3")
def test_the_files_of_a_saved_model_say_what_to_save_instead(
    workspace: Workspace, tmp_path: Path
) -> None:
    workspace.record_policy(specification("tensorflow"))
    graph = tmp_path / "graph"
    graph.write_bytes(b"TensorFlow's own")
    workspace.versions.register("m", files={"digits/saved_model.pb": graph})
    with pytest.raises(PredictionUnavailableError, match=r"SavedModel .* as `\.keras`.* tf2onnx"):
        workspace.load("m")
