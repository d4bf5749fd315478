"""What the documents' examples do, done here: a runnable counterpart of each."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from frontier_assets import Workspace
from frontier_assets.errors import InvalidValueError, ModelNotFoundError, VersionNotFoundError
from frontier_assets.specification import ModelSpecification
from frontier_assets_tests.end_to_end.document_models import improved, linear, threshold
from frontier_assets_tests.tabular_yaml import custom, specification

FIVE = {"x": np.array([[5.0]])}


def yaml_of(name: str) -> ModelSpecification:
    """Return the YAML of a model that is a plain function."""
    values = custom(allow_pickle=True).model_dump()
    architecture = {"inputs": {"x": ["batch", 1]}, "outputs": "values"}
    return ModelSpecification.model_validate({**values, "name": name, "architecture": architecture})


@pytest.mark.feature("API-1", "VER-26", "VER-24")
def test_the_simple_registry_saves_loads_lists_and_deletes(
    workspace: Workspace, tmp_path: Path
) -> None:
    for name in ("linear_model", "classifier"):
        workspace.record_policy(yaml_of(name))
    tags = {"type": "function", "complexity": "low"}
    register = workspace.versions.register
    made = register("linear_model", object=linear, description="Simple linear", tags=tags)
    assert (str(made.sequence), made.ref) == ("1", "linear_model@1.0.0")
    assert workspace.load("linear_model").predict(FIVE).tolist() == [11]

    for model, description in ((threshold, "Initial"), (linear, "Linear"), (improved, "Latest")):
        register("classifier", object=model, description=description)
    assert workspace.load("classifier@1").predict(FIVE).tolist() == [1]
    assert workspace.load("classifier").predict(FIVE).tolist() == [17]
    versions = workspace.versions.list("classifier")
    assert [str(item.sequence) for item in versions] == ["1", "2", "3"]
    assert workspace.versions.get("classifier") == versions[-1]

    numbers = workspace.models.numbers()
    listed = {model: workspace.versions.list(model) for model in numbers}
    first = listed["linear_model"][0]
    assert (first.description, first.tags) == ("Simple linear", tags)
    assert first.created_at < datetime.now(UTC)
    assert first.size_bytes > 0

    workspace.versions.delete("classifier@2", reason="no longer needed")
    assert [item.sequence for item in workspace.versions.list("classifier")] == [1, 3]
    workspace.exchange.export_registry_json(tmp_path / "models" / "registry.json")
    written = json.loads((tmp_path / "models" / "registry.json").read_text())
    assert {name: [item["version"] for item in entries] for name, entries in written.items()} == {
        "linear_model": ["1"],
        "classifier": ["1", "3"],
    }
    for entries in written.values():
        for item in entries:
            file = tmp_path / "models" / item["storage_path"]
            assert file.stat().st_size == item["file_size"]


@pytest.mark.feature("API-1", "VER-26")
def test_what_is_not_there_is_refused_in_the_documents_words(workspace: Workspace) -> None:
    with pytest.raises(ModelNotFoundError, match=r"^Model 'nonexistent_model' not found in regis"):
        workspace.load("nonexistent_model")
    workspace.record_policy(yaml_of("my_model"))
    workspace.versions.register("my_model", object=linear)
    with pytest.raises(VersionNotFoundError, match=r"^Model 'my_model' version '999' not found$"):
        workspace.load("my_model@999")


@pytest.mark.feature("VER-26")
@pytest.mark.parametrize(
    "wrong", [{"model": ""}, {"model": "My Model"}, {"tags": ["a"]}, {"tags": {"a": {1}}}]
)
def test_an_empty_name_and_tags_that_are_none_are_refused(
    workspace: Workspace, wrong: dict[str, Any]
) -> None:
    given: dict[str, Any] = {"model": "m", "object": {"w": 1.0}, **wrong}
    with pytest.raises(InvalidValueError):
        workspace.versions.register(given.pop("model"), **given)
    assert workspace.models.list() == []


@pytest.mark.feature("API-1")
def test_the_quick_start_makes_a_version_of_weights_with_its_metadata(
    workspace: Workspace,
) -> None:
    import torch

    network = torch.nn.Linear(3, 2)
    made = workspace.versions.register(
        "my_model",
        object=network.state_dict(),
        metrics={"accuracy": 0.95},
        parameters={"training_time": "2h"},
    )
    found = workspace.versions.get("my_model@1.0.0")
    assert found == made
    assert (found.metrics, found.parameters) == ({"accuracy": 0.95}, {"training_time": "2h"})
    stored = workspace.artifact(found).content.tensors()
    for tensor, kept in zip(network.state_dict().values(), stored.values(), strict=True):
        np.testing.assert_array_equal(kept, tensor.numpy())


@pytest.mark.feature("VER-25")
@pytest.mark.parametrize(
    ("framework", "name"), [("xgboost", "model.ubj"), ("lightgbm", "model.txt")]
)
def test_a_model_that_cannot_be_loaded_is_refused_before_anything_is_stored(
    workspace: Workspace, tmp_path: Path, framework: str, name: str
) -> None:
    workspace.record_policy(specification(framework))
    (tmp_path / name).write_bytes(b"half a model")
    heads = workspace.audit.heads()
    with pytest.raises(InvalidValueError, match=rf"File '{name}' .*save the model again"):
        workspace.versions.register("m", files={name: tmp_path / name})
    assert workspace.audit.heads() == heads
    assert list(workspace.stores["default"].list()) == []
