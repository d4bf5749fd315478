import pickle
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg
import pytest

if TYPE_CHECKING:
    from frontier_assets_tests.cli.conftest import Frontier, Records


def test_a_registered_version_is_built_without_any_server(
    frontier: "Frontier", project: "Records", tmp_path: Path
) -> None:
    project.checkpoint(state=project.state(1.0))
    registered = frontier.json("register", "tiny", "--checkpoint", "latest")
    assert registered["next"] == (
        "dagster asset materialize -m frontier_cli_sample.definitions "
        "--select 'tag:frontier/build=tiny' --partition 1.0.0"
    )
    made = frontier.json("build", "tiny@1.0.0")
    assert (made["ref"], made["ready_for_staging"]) == ("tiny@1.0.0", True)
    assert made["policy_digest"] == project.specification().digest
    assert any("check accurate passed" in line for line in made["progress"])
    assert frontier.json("why", "tiny")["allowed"]
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        run = instance.get_run_by_id(made["run_id"])
        assert run is not None
        assert run.is_success
        assert instance.get_dynamic_partitions("tiny__versions") == ["1.0.0"]


@pytest.mark.parametrize("uri", ["ftp://host/weights.bin", "file:missing/", "file:a.pkl"])
def test_a_place_that_holds_no_version_records_nothing(
    frontier: "Frontier", project: "Records", tmp_path: Path, uri: str
) -> None:
    (tmp_path / "a.pkl").write_bytes(pickle.dumps({"weights": 1}))
    frontier.refused("register", "tiny", "--uri", uri)
    assert frontier.json("models")["models"] == []
    assert project.workspace.registry.models.list() == []


def test_a_failing_gate_is_named_in_one_line(frontier: "Frontier", project: "Records") -> None:
    project.checkpoint(state=project.state(-1.0))
    frontier.text("register", "tiny", "--checkpoint", "latest")
    output = frontier("build", "tiny")
    assert output.exit_code == 1
    (line,) = output.stderr.splitlines()
    assert line.startswith(
        "frontier: Build of tiny@1.0.0 failed in tiny/evaluation/holdout: accurate failed (error): "
    )
    assert "`frontier why tiny@1.0.0` says what is missing" in line
    assert "tiny/version started" in output.stdout


def test_a_version_that_another_run_builds_is_refused(
    frontier: "Frontier", project: "Records", tmp_path: Path
) -> None:
    project.checkpoint()
    frontier.text("register", "tiny", "--checkpoint", "latest")
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        running = instance.add_run(
            dg.DagsterRun(job_name="other", status=dg.DagsterRunStatus.STARTED)
        )
    project.workspace.registry.builds.acquire(
        "tiny", "1.0.0", run_id=running.run_id, is_over=lambda _run: False, actor="bob"
    )
    line = frontier.refused("build", "tiny")
    assert f"tiny@1.0.0 is being built by run {running.run_id}; wait for it to end" in line


def test_an_unknown_version_is_named_with_the_remedy(
    frontier: "Frontier", project: "Records"
) -> None:
    project.version()
    assert frontier.refused("build", "tiny@1.1.0") == (
        "Model 'tiny' version '1.1.0' not found; `frontier versions tiny` lists what there is, "
        "`frontier register` adds"
    )


def test_a_model_that_the_project_does_not_define_is_refused(
    frontier: "Frontier", project: "Records", tmp_path: Path
) -> None:
    (tmp_path / "a").touch()
    registered = frontier.json("register", "other", "--file", "a=a")
    assert (registered["partition_added"], registered["next"]) == (False, None)
    assert frontier.refused("build", "other") == (
        "Model 'other' is not defined by frontier_cli_sample.definitions, which has tiny; add a "
        "defs.yaml for it there"
    )


def test_outside_a_project_there_is_nothing_to_build_with(
    frontier: "Frontier", records: "Records"
) -> None:
    records.version()
    assert frontier.refused("build", "tiny") == (
        "Project root: a build runs a project's definitions; run it inside the project"
    )
