from pathlib import Path
from typing import get_args

import click
import dagster as dg
import pytest
import yaml

from frontier_assets.orchestration.scaffold.examples import FirstFramework
from frontier_assets.orchestration.scaffold.scaffolder import ModelScaffolder, ScaffoldParameters
from frontier_assets.workspace import Workspace
from frontier_assets_tests.generated_project import GeneratedProject

FRAMEWORKS = get_args(FirstFramework)


def files_of(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes() if path.is_file() else b""
        for path in sorted(root.rglob("*"))
        if "__pycache__" not in path.parts
    }


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_what_is_written_loads_and_trains_to_production_unedited(
    generated: GeneratedProject, framework: str
) -> None:
    generated.scaffold("flowers", framework=framework)
    defs = generated.load()
    with dg.DagsterInstance.ephemeral() as instance:
        trained = defs.resolve_job_def("flowers__train").execute_in_process(instance=instance)
        assert trained.success
        instance.add_dynamic_partitions("flowers__versions", ["1.0.0"])
        built = defs.resolve_job_def("flowers__build").execute_in_process(
            instance=instance, partition_key="1.0.0"
        )
        assert built.success
    with Workspace.open(root=generated.root) as workspace:
        workspace.stages.promote("flowers@1.0.0", to="staging", reason="a test", automatic=True)
        workspace.stages.promote("flowers@1.0.0", to="production", reason="a test", automatic=True)
        accuracy = workspace.evaluate("flowers@production", "holdout").evaluation.metrics
        assert accuracy["accuracy"] >= 0.85


def test_entrypoints_name_the_module_beside_the_yaml_at_any_depth(
    generated: GeneratedProject,
) -> None:
    folder = generated.scaffold("team/flowers")
    attributes = yaml.safe_load((folder / "defs.yaml").read_text())["attributes"]
    module = f"{generated.name}.defs.team.flowers.model"
    assert attributes["training"]["entrypoint"] == f"{module}:train"
    assert attributes["name"] == "flowers"
    assert "flowers__train" in {job.name for job in generated.load().jobs or []}


def test_marks_for_this_packages_linter_are_left_out(generated: GeneratedProject) -> None:
    folder = generated.scaffold("flowers")
    assert "noqa" not in (folder / "model.py").read_text()


@pytest.mark.parametrize(
    ("place", "problem"),
    [
        ("Flowers", "Model name 'Flowers' is not valid: expected lower-case letters"),
        ("my-flowers", "Model name 'my-flowers' is not valid"),
        ("a__b", "Model name 'a__b' is not valid"),
        ("my-team/flowers", "Folder 'my-team' is not valid: the model's module is imported"),
    ],
)
def test_a_place_that_cannot_be_used_is_refused_and_nothing_is_left(
    generated: GeneratedProject, place: str, problem: str
) -> None:
    before = files_of(generated.root)
    with pytest.raises(click.ClickException) as refusal:
        generated.scaffold(place)
    assert refusal.value.message.startswith(problem)
    assert files_of(generated.root) == before


@pytest.mark.parametrize("name", ["defs.yaml", "model.py"])
def test_a_file_that_is_there_is_never_overwritten(generated: GeneratedProject, name: str) -> None:
    folder = generated.defs / "flowers"
    folder.mkdir()
    (folder / name).write_text("mine")
    before = files_of(generated.root)
    with pytest.raises(click.ClickException, match="it exists; remove it first"):
        generated.scaffold("flowers")
    assert files_of(generated.root) == before


def test_a_second_model_leaves_the_project_as_it_is(generated: GeneratedProject) -> None:
    generated.scaffold("flowers")
    before = files_of(generated.root)
    generated.scaffold("trees")
    after = files_of(generated.root)
    assert {name: after[name] for name in before} == before


def test_a_folder_that_is_no_project_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "defs" / "flowers"
    folder.mkdir(parents=True)
    request = dg.ScaffoldRequest(
        "frontier_assets.ModelLifecycle", folder, "yaml", tmp_path, ScaffoldParameters()
    )
    with pytest.raises(click.ClickException, match=r"no \[tool.dg.project\] in"):
        ModelScaffolder().scaffold(request)
    assert not folder.exists()


def test_another_format_is_refused(generated: GeneratedProject) -> None:
    folder = generated.defs / "flowers"
    folder.mkdir()
    request = dg.ScaffoldRequest(
        "frontier_assets.ModelLifecycle", folder, "python", generated.root, ScaffoldParameters()
    )
    with pytest.raises(click.ClickException, match="Format 'python' is not valid"):
        ModelScaffolder().scaffold(request)
    assert not folder.exists()


def test_the_next_step_and_every_file_are_named(
    generated: GeneratedProject, capsys: pytest.CaptureFixture[str]
) -> None:
    generated.scaffold("flowers")
    told = capsys.readouterr().out
    for name in ("defs.yaml", "model.py", "dagster.yaml", "workspace.yaml", ".gitignore"):
        assert f"{name}." in told
    assert "launch the job flowers__train" in told
