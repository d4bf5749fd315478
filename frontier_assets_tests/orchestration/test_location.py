import json
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from frontier_assets.errors import SettingsError
from frontier_assets.workspace import Workspace
from frontier_assets_tests.generated_project import GeneratedProject, generate_project


@pytest.fixture
def generated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GeneratedProject:
    return generate_project(tmp_path, monkeypatch)


def add(project: GeneratedProject, text: str, *, module: str = "own") -> None:
    """Put a module of the user's own beside the models."""
    (project.defs / f"{module}.py").write_text(f"import dagster as dg\n\n{text}\n")


def test_a_project_without_models_loads_empty(generated: GeneratedProject) -> None:
    defs = generated.load()
    assert list(defs.assets or []) == []
    assert list(defs.sensors or []) == []
    assert dg.Definitions.validate_loadable(defs) is None


def test_loading_opens_nothing_and_executes_no_user_module(generated: GeneratedProject) -> None:
    folder = generated.scaffold("flowers")
    (folder / "model.py").write_text(
        "raise RuntimeError\ndef train(run): ...\ndef train_set(): ...\ndef holdout(): ...\n"
    )
    generated.load()
    assert not (generated.root / ".frontier").exists()


def test_settings_are_relative_to_the_root_from_any_folder(
    generated: GeneratedProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generated.scaffold("flowers", framework="pytorch")
    monkeypatch.chdir(tmp_path)
    defs = generated.load()
    with dg.DagsterInstance.ephemeral() as instance:
        assert defs.resolve_job_def("flowers__train").execute_in_process(instance=instance).success
    assert (generated.root / ".frontier" / "registry.db").is_file()
    assert not (tmp_path / ".frontier").exists()


def test_an_installed_project_takes_the_project_it_works_in(
    generated: GeneratedProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generated.scaffold("flowers", framework="pytorch")
    (generated.root / "dagster.yaml").unlink()
    defs = generated.load()
    workspace = (defs.resources or {})["workspace"]
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError, match=r"no dagster.yaml in"), workspace.opened():
        pass
    home = tmp_path / "deployed"
    home.mkdir()
    (home / "dagster.yaml").touch()
    monkeypatch.chdir(home)
    with workspace.opened() as opened:
        assert opened.settings.root == home


def test_assets_resources_sensors_and_schedules_of_ones_own_stay(
    generated: GeneratedProject,
) -> None:
    generated.scaffold("flowers")
    add(
        generated,
        "@dg.asset\ndef mine() -> int: return 7\n\n"
        "@dg.sensor(job_name='mine_job')\ndef my_sensor(context): return dg.SkipReason('no')\n\n"
        "mine_job = dg.define_asset_job('mine_job', selection='mine')\n"
        "daily = dg.ScheduleDefinition('daily', cron_schedule='@daily', job_name='mine_job')\n",
    )
    add(
        generated,
        "defs = dg.Definitions(resources={'warehouse': 3, 'io_manager': dg.mem_io_manager})",
        module="own_resources",
    )
    defs = generated.load()
    assert {sensor.name for sensor in defs.sensors or []} >= {"my_sensor", "promotion"}
    assert {"warehouse", "io_manager", "workspace", "default"} <= set(defs.resources or {})
    assert {schedule.name for schedule in defs.schedules or []} > {"daily"}
    result = defs.resolve_job_def("mine_job").execute_in_process()
    assert result.output_for_node("mine") == 7


def test_an_io_manager_of_ones_own_is_never_given_a_models_outputs(
    generated: GeneratedProject,
) -> None:
    generated.scaffold("flowers", framework="pytorch")
    add(
        generated,
        "class Refusing(dg.IOManager):\n"
        "    def handle_output(self, context, obj): raise RuntimeError(context.asset_key)\n"
        "    def load_input(self, context): raise RuntimeError(context.asset_key)\n\n"
        "defs = dg.Definitions(resources={'io_manager': Refusing()})\n",
    )
    defs = generated.load()
    with dg.DagsterInstance.ephemeral() as instance:
        assert defs.resolve_job_def("flowers__train").execute_in_process(instance=instance).success
        instance.add_dynamic_partitions("flowers__versions", ["1.0.0"])
        built = defs.resolve_job_def("flowers__build")
        assert built.execute_in_process(instance=instance, partition_key="1.0.0").success


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("defs = dg.Definitions(resources={'workspace': 3})", "Resource 'workspace'"),
        ("defs = dg.Definitions(resources={'default': 3})", "Resource 'default'"),
        (
            "@dg.asset\ndef a(): ...\n\n@dg.sensor(target=a)\ndef promotion(context): ...",
            "Sensor 'promotion'",
        ),
        (
            "@dg.op\ndef a(): ...\n\n@dg.job\ndef store__collect(): a()",
            "Job 'store__collect'",
        ),
        (
            "@dg.schedule(target='a', cron_schedule='@hourly')\ndef store__verify_schedule(): ...",
            "Schedule 'store__verify_schedule'",
        ),
    ],
)
def test_a_name_that_both_define_is_refused_by_name(
    generated: GeneratedProject, text: str, thing: str
) -> None:
    generated.scaffold("flowers")
    add(generated, text)
    with pytest.raises(SettingsError) as refusal:
        generated.load()
    assert str(refusal.value) == (
        f"{thing}: is defined by this project, and frontier_assets brings one of the same name; "
        "give the project's own another name"
    )


@pytest.mark.parametrize("name", ["workspace", "io_manager"])
def test_a_store_cannot_take_the_name_of_another_resource(
    generated: GeneratedProject, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRONTIER_STORES", f"default=file:a,{name}=file:b")
    with pytest.raises(SettingsError, match=f"names a store '{name}'; choose another name"):
        generated.load()


def test_one_name_in_two_files_is_refused(generated: GeneratedProject) -> None:
    generated.scaffold("flowers")
    generated.scaffold("team/flowers")
    with pytest.raises(SettingsError) as refusal:
        generated.load()
    assert str(refusal.value) == (
        "Model 'flowers': is the name in 2 defs.yaml files; rename all but one"
    )


def test_only_a_project_of_models_alone_gets_the_light_executor(
    generated: GeneratedProject,
) -> None:
    generated.scaffold("flowers")
    assert generated.load().executor is dg.in_process_executor
    add(generated, "@dg.asset\ndef mine() -> int: return 7")
    assert generated.load().executor is None
    executor = "defs = dg.Definitions(executor=dg.multiprocess_executor)"
    add(generated, executor, module="own_executor")
    assert generated.load().executor is dg.multiprocess_executor


def test_two_projects_load_in_one_workspace(
    generated: GeneratedProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    projects = [generated, generate_project(tmp_path, monkeypatch)]
    projects[0].scaffold("flowers")
    projects[1].scaffold("trees")
    entries = [
        {
            "python_module": {
                "module_name": f"{project.name}.definitions",
                "location_name": project.name,
                "working_directory": str(project.root / "src"),
            }
        }
        for project in projects
    ]
    (tmp_path / "workspace.yaml").write_text(json.dumps({"load_from": entries}))
    command = [sys.executable, "-m", "dagster", "definitions", "validate", "-w", "workspace.yaml"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr[-2000:]
    for project in projects:
        assert f"Validation successful for code location {project.name}" in result.stdout


def test_each_project_has_a_registry_of_its_own(
    generated: GeneratedProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = generate_project(tmp_path, monkeypatch)
    for project in (generated, other):
        project.scaffold("flowers", framework="pytorch")
        defs = project.load()
        with dg.DagsterInstance.ephemeral() as instance:
            job = defs.resolve_job_def("flowers__train")
            assert job.execute_in_process(instance=instance).success
        with Workspace.open(root=project.root) as workspace:
            assert [v.number for v in workspace.versions.list("flowers")] == ["1.0.0"]
