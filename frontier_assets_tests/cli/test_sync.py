import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from frontier_assets_tests.cli.conftest import Frontier, Records


def test_the_yaml_becomes_the_policy_once(frontier: "Frontier", project: "Records") -> None:
    digest = project.specification().digest
    first = frontier.json("sync")
    assert first["models"] == [
        {
            "model": "tiny",
            "status": "recorded",
            "policy_digest": digest,
            "before": None,
            "differences": [],
        }
    ]
    heads = project.workspace.audit.heads()
    again = frontier.json("sync")["models"][0]
    assert (again["status"], again["before"]) == ("unchanged", digest)
    assert project.workspace.audit.heads() == heads
    assert frontier.text("sync").splitlines()[1].split() == ["tiny", "unchanged", digest[:12]]


def test_what_changed_is_told(frontier: "Frontier", project: "Records") -> None:
    gates = [{"name": "accurate", "dataset": "holdout", "metric": "accuracy", "threshold": 0.5}]
    project.workspace.record_policy(project.specification(gates=gates))
    (synced,) = frontier.json("sync")["models"]
    assert {"name": "gates.accurate.threshold", "first": 0.5, "second": 0.9} in synced[
        "differences"
    ]


def test_keys_that_a_new_section_leaves_empty_are_not_told(
    frontier: "Frontier", project: "Records"
) -> None:
    project.workspace.record_policy(project.specification(gates=[]))
    text = frontier.text("sync")
    assert "gates.accurate.threshold - -> 0.9; " in text
    assert "- -> -" not in text


def test_a_model_that_only_the_registry_has_is_a_warning(
    frontier: "Frontier", project: "Records"
) -> None:
    project.workspace.registry.models.ensure("elsewhere", actor="ann")
    assert frontier.json("sync")["only_in_registry"] == ["elsewhere"]
    assert "warning: elsewhere is in the registry and not in this project" in frontier.text("sync")


def test_a_promotion_obeys_what_was_synced(frontier: "Frontier", project: "Records") -> None:
    version = project.version()
    assert "no policy of tiny is recorded" in frontier("why", version.ref).stdout
    frontier.text("sync")
    assert "gate holdout/accurate was not judged yet" in frontier("why", version.ref).stdout


def test_broken_definitions_record_nothing_and_create_nothing(
    frontier: "Frontier", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "dagster.yaml").touch()
    (tmp_path / "workspace.yaml").write_text(json.dumps({"load_from": []}), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert "workspace.yaml: names no code of this project" in frontier.refused("sync")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dagster.yaml", "workspace.yaml"]


def test_outside_a_project_there_is_nothing_to_record(
    frontier: "Frontier", records: "Records"
) -> None:
    assert frontier.refused("sync") == (
        "Project root: settings alone name no definitions; run it inside the project"
    )
