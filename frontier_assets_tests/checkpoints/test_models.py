import json
from pathlib import Path
from typing import Any

import pytest

from frontier_assets.errors import InvalidValueError, ModelNotFoundError
from frontier_assets.registry.ledger import AuditAction
from frontier_assets.specification import ModelSpecification
from frontier_assets.workspace import Workspace

YAML: dict[str, Any] = {
    "name": "m",
    "title": "The M",
    "description": "Says m.",
    "task": "clustering",
    "framework": "sklearn",
    "owners": ["team:vision"],
    "tags": {"project": "demo"},
    "architecture": {"inputs": {"x": ["batch", 2]}, "outputs": "labels"},
    "datasets": [{"name": "holdout", "entrypoint": "a.b:data"}],
    "evaluation": {"datasets": ["holdout"], "metrics": ["silhouette"]},
}


@pytest.fixture(autouse=True)
def model(workspace: Workspace) -> None:
    workspace.registry.models.ensure("m", actor="ann")


@pytest.mark.feature("DB-9", "DB-18")
def test_the_record_of_a_model_is_what_its_yaml_says(workspace: Workspace) -> None:
    workspace.record_policy(ModelSpecification.model_validate(YAML))
    found = workspace.models.get("m")
    assert (found.model, found.title, found.description) == ("m", "The M", "Says m.")
    assert (found.task, found.framework) == ("clustering", "sklearn")
    assert (found.owners, found.tags) == (("team:vision",), {"project": "demo"})
    assert workspace.models.list() == [found]


@pytest.mark.feature("DB-16", "LIF-8")
def test_an_update_changes_what_is_given_and_stands_in_the_trail(workspace: Workspace) -> None:
    workspace.models.update("m", description="first", task="nlp", owners=["ann@example.org"])
    found = workspace.models.update("m", title="M", tags={"a": "b"})
    assert (found.title, found.description, found.task) == ("M", "first", "nlp")
    entry = workspace.audit.entries("m")[-1]
    assert (entry.action, entry.actor) == (AuditAction.MODEL_DESCRIBED, "ann")
    changed = {key for key, value in entry.after.items() if entry.before.get(key) != value}
    assert changed == {"title", "tags"}
    heads = workspace.audit.heads()
    workspace.models.update("m", title="M")
    assert workspace.audit.heads() == heads


@pytest.mark.feature("DB-16")
def test_a_model_with_a_yaml_is_described_there(workspace: Workspace) -> None:
    workspace.record_policy(ModelSpecification.model_validate(YAML))
    with pytest.raises(InvalidValueError, match="its YAML describes it: change that, then `front"):
        workspace.models.update("m", description="another")
    assert workspace.models.get("m").description == "Says m."


@pytest.mark.feature("DB-9")
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("task", "divination"),
        ("framework", "abacus"),
        ("owners", ["nobody"]),
        ("tags", {"a": 1}),
        ("title", 7),
    ],
)
def test_an_impossible_value_is_named_by_its_field(
    workspace: Workspace, field: str, value: object
) -> None:
    heads = workspace.audit.heads()
    with pytest.raises(InvalidValueError, match=rf"^Model {field} "):
        workspace.models.update("m", **{field: value})  # type: ignore[arg-type]
    assert workspace.audit.heads() == heads


@pytest.mark.feature("DB-9", "DB-16", "DB-18")
def test_an_unknown_model_is_refused_in_the_documents_words(workspace: Workspace) -> None:
    for ask in (
        workspace.models.get,
        lambda name: workspace.models.update(name, title="x"),
        lambda name: workspace.models.delete(name, reason="x"),
    ):
        with pytest.raises(ModelNotFoundError, match=r"^Model 'x' not found in registry$"):
            ask("x")


@pytest.mark.feature("DB-6")
def test_every_field_of_a_version_is_there_again(workspace: Workspace, tmp_path: Path) -> None:
    workspace.record_policy(ModelSpecification.model_validate(YAML))
    state = {"model": {"weight": [1.0]}}
    digests = {"train": "d" * 64}
    workspace.checkpoints.save("m", run="r", step=1, state=state, data_digests=digests)
    facts: dict[str, Any] = {
        "metrics": {"accuracy": 0.9},
        "parameters": {"layers": [1, 2], "lr": 0.1},
        "tags": {"team": "vision"},
        "description": "wider",
    }
    made = workspace.versions.register("m", checkpoint="latest", **facts)
    found = workspace.versions.get(made.ref)
    record = workspace.models.get("m")
    assert found == made
    assert {name: getattr(found, name) for name in facts} == facts
    assert (found.model, found.number, found.id) == ("m", "1.0.0", made.id)
    assert (record.task, record.framework) == ("clustering", "sklearn")
    assert (found.data_digests, found.stage, found.build_status) == (
        digests,
        "development",
        "trained",
    )
    changes = workspace.audit.entries("m")
    assert changes[-1].at == found.created_at
    assert json.loads(json.dumps(found.parameters)) == facts["parameters"]


@pytest.mark.feature("DB-6")
@pytest.mark.parametrize("value", ["high", None, float("nan"), float("inf")])
def test_a_metric_that_is_no_number_is_refused(
    workspace: Workspace, tmp_path: Path, value: Any
) -> None:
    (tmp_path / "a.bin").write_bytes(b"a")
    with pytest.raises(InvalidValueError, match="Metric 'accuracy'"):
        workspace.versions.register(
            "m", files={"a.bin": tmp_path / "a.bin"}, metrics={"accuracy": value}
        )
    assert workspace.versions.list("m") == []
