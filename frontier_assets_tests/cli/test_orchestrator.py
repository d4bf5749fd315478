import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg
import pytest

from frontier_assets.cli.orchestrator.orchestrator import opened
from frontier_assets.errors import SettingsError
from frontier_assets.settings import Settings
from frontier_assets_tests.generated_project import GeneratedProject, generate_project

if TYPE_CHECKING:
    from frontier_assets_tests.cli.conftest import Frontier, Records


def test_a_promotion_from_the_command_line_shows_in_dagster(
    frontier: "Frontier", project: "Records", tmp_path: Path
) -> None:
    version = project.built()
    frontier.text("promote", "tiny", "--to", "staging", "--reason", "looks good")
    frontier.text("promote", "tiny", "--to", "staging", "--reason", "again")
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        found = instance.fetch_materializations(dg.AssetKey(["tiny", "staging"]), limit=10).records
    (event,) = [record.asset_materialization for record in found]
    assert event is not None
    assert event.metadata["version"].value == version.number
    assert event.metadata["actor"].value == "ann"
    assert event.description == "tiny@1.0.0: looks good"


def test_a_rollback_shows_the_holder_that_came_back(
    frontier: "Frontier", project: "Records", tmp_path: Path
) -> None:
    project.released("a")
    project.released("b")
    frontier.text("rollback", "tiny", "--reason", "it drifts")
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        event = instance.get_latest_materialization_event(dg.AssetKey(["tiny", "production"]))
    assert event is not None
    assert event.asset_materialization is not None
    assert event.asset_materialization.metadata["version"].value == "1.0.0"
    assert event.asset_materialization.metadata["replaced"].value == "1.0.1"


def test_dagsters_own_home_wins(
    frontier: "Frontier",
    project: "Records",
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("DAGSTER_HOME", str(home))
    project.checkpoint()
    frontier.text("register", "tiny", "--checkpoint", "latest")
    with dg.DagsterInstance.get() as instance:
        assert instance.get_dynamic_partitions("tiny__versions") == ["1.0.0"]


def test_a_home_that_is_missing_is_refused_before_anything_moves(
    frontier: "Frontier", project: "Records", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.built()
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "missing"))
    line = frontier.refused("promote", "tiny", "--to", "staging", "--reason", "x")
    assert "missing/dagster.yaml: Dagster cannot be opened" in line
    assert project.workspace.versions.get("tiny").stage == "development"


def test_a_broken_code_location_is_one_line_and_registers_nothing(
    frontier: "Frontier", project: "Records", tmp_path: Path
) -> None:
    project.checkpoint()
    (tmp_path / "workspace.yaml").write_text("load_from: [python_module: nothing.here]")
    assert frontier.refused("register", "tiny", "--checkpoint", "latest") == (
        "Entrypoint 'nothing.here:defs': no module 'nothing' on the Python path; install it or "
        "correct the name"
    )
    assert frontier.json("versions", "tiny")["versions"] == []


def test_files_are_found_from_the_folder_of_the_person(
    frontier: "Frontier", project: "Records", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    Path("a.bin").write_bytes(b"abc")
    assert frontier.json("register", "tiny", "--file", "a.bin=a.bin")["partition_added"]
    assert Path.cwd() == tmp_path / "below"
    assert not (tmp_path / "below" / ".dagster").exists()


def test_the_environment_is_left_as_it_was(project: "Records", tmp_path: Path) -> None:
    before = dict(os.environ)
    with opened(project.workspace.settings, tmp_path):
        assert os.environ["FRONTIER_STORES"] == f"default=file:{tmp_path}/.frontier/store"
    assert dict(os.environ) == before


def generated_definitions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, projects: int = 1
) -> list[GeneratedProject]:
    """Make projects of somebody else's that share the ``dagster.yaml`` of ``tmp_path``."""
    (tmp_path / "dagster.yaml").touch()
    made = [generate_project(tmp_path, monkeypatch) for _ in range(projects)]
    entries = [
        {
            "python_module": {
                "module_name": f"{project.name}.definitions",
                "working_directory": f"{project.name}/src",
            }
        }
        for project in made
    ]
    (tmp_path / "workspace.yaml").write_text(json.dumps({"load_from": entries}))
    for project in made:
        project.scaffold("flowers")
    return made


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_definitions_made_by_a_function_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project,) = generated_definitions(tmp_path, monkeypatch)
    path = project.package / "definitions.py"
    made = "import dagster\n\n@dagster.definitions\ndef defs(): return build_location"
    path.write_text(path.read_text().replace("defs = build_location", made))
    settings = Settings.read(root=tmp_path, actor="ann")
    with opened(settings, tmp_path) as orchestrator:
        definition = orchestrator.definition("flowers")
    assert definition is not None
    assert definition.location.module == f"{project.name}.definitions"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_one_model_name_in_two_projects_of_a_workspace_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = generated_definitions(tmp_path, monkeypatch, projects=2)
    settings = Settings.read(root=tmp_path, actor="ann")
    with opened(settings, tmp_path) as orchestrator, pytest.raises(SettingsError) as refusal:
        _ = orchestrator.definitions
    assert str(refusal.value) == (
        f"Model 'flowers': is defined by {one.name}.definitions and by {two.name}.definitions; "
        "rename one: they would share their partitions and their registry entry"
    )
