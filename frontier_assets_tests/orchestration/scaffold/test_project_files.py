import tomllib
from pathlib import Path

import pytest
import yaml

from frontier_assets.cli.location import CodeLocation, find_locations
from frontier_assets.orchestration.scaffold.project_files import DEFINITIONS, write_missing
from frontier_assets.project import DgProject
from frontier_assets_tests.generated_project import GeneratedProject

CHECKOUT = Path(__file__).parents[3]


def write(project: GeneratedProject) -> list[str]:
    found = DgProject.read(project.root)
    assert found is not None
    return list(write_missing(found))


def test_a_generated_project_gets_everything_and_a_second_time_nothing(
    generated: GeneratedProject,
) -> None:
    assert len(write(generated)) == 5
    assert (generated.package / "definitions.py").read_text() == DEFINITIONS
    assert ".frontier/\n" in (generated.root / ".gitignore").read_text()
    assert write(generated) == []


def test_dagsters_state_is_kept_as_in_this_repository(generated: GeneratedProject) -> None:
    write(generated)
    ours = yaml.safe_load((CHECKOUT / "dagster.yaml").read_text())
    theirs = yaml.safe_load((generated.root / "dagster.yaml").read_text())
    # Whether Dagster counts its users is for them to say.
    assert theirs == {k: v for k, v in ours.items() if k not in ("telemetry", "nux")}


def test_the_command_finds_the_definitions_that_are_named(generated: GeneratedProject) -> None:
    write(generated)
    module, source = f"{generated.name}.definitions", generated.root / "src"
    assert find_locations(generated.root) == [CodeLocation(module, "defs", source)]


def test_the_code_location_has_one_name_whichever_command_starts_dagster(
    generated: GeneratedProject,
) -> None:
    write(generated)
    text = (generated.root / "pyproject.toml").read_text()
    project = tomllib.loads(text)["tool"]["dg"]["project"]
    workspace = yaml.safe_load((generated.root / "workspace.yaml").read_text())
    named = workspace["load_from"][0]["python_module"]["location_name"]
    assert project["code_location_name"] == named == generated.name
    assert project["root_module"] == generated.name


def test_a_name_that_is_given_is_kept(generated: GeneratedProject) -> None:
    path = generated.root / "pyproject.toml"
    path.write_text(path.read_text() + 'code_location_name = "mine"\n')
    before = path.read_text()
    write(generated)
    assert path.read_text() == before
    assert "location_name: mine" in (generated.root / "workspace.yaml").read_text()


def test_definitions_of_ones_own_are_left_and_the_text_to_write_is_told(
    generated: GeneratedProject,
) -> None:
    path = generated.package / "definitions.py"
    path.write_text("import dagster as dg\n\ndefs = dg.Definitions()\n")
    told = "\n".join(write(generated))
    assert path.read_text() == "import dagster as dg\n\ndefs = dg.Definitions()\n"
    assert DEFINITIONS in told


def test_definitions_that_use_build_location_are_left_silently(
    generated: GeneratedProject,
) -> None:
    path = generated.package / "definitions.py"
    path.write_text("# mine\n" + DEFINITIONS)
    assert "definitions.py" not in "\n".join(write(generated))
    assert path.read_text().startswith("# mine")


def test_missing_definitions_are_written(generated: GeneratedProject) -> None:
    (generated.package / "definitions.py").unlink()
    write(generated)
    assert (generated.package / "definitions.py").read_text() == DEFINITIONS


def test_files_of_ones_own_are_kept(generated: GeneratedProject) -> None:
    root = generated.root
    (root / "dagster.yaml").write_text("# mine\n")
    (root / "workspace.yaml").write_text("load_from: [{python_module: theirs.definitions}]\n")
    (root / ".gitignore").write_text("/.dagster\n.venv/")
    told = "\n".join(write(generated))
    assert (root / "dagster.yaml").read_text() == "# mine\n"
    assert "theirs.definitions" in (root / "workspace.yaml").read_text()
    assert f"module_name: {generated.name}.definitions" in told
    assert (root / ".gitignore").read_text() == (
        "/.dagster\n.venv/\n.frontier/\n.tmp_dagster_home_*/\n"
    )


def test_a_project_below_another_dagster_yaml_shares_it(generated: GeneratedProject) -> None:
    (generated.root.parent / "dagster.yaml").touch()
    write(generated)
    assert not (generated.root / "dagster.yaml").exists()
    module = f"{generated.name}.definitions"
    assert find_locations(generated.root.parent) == [
        CodeLocation(module, "defs", generated.root.parent / generated.name / "src")
    ]


@pytest.mark.parametrize("text", ["def broken(:\n", "x = 1\n"])
def test_definitions_that_are_no_generated_text_are_never_replaced(
    generated: GeneratedProject, text: str
) -> None:
    path = generated.package / "definitions.py"
    path.write_text(text)
    write(generated)
    assert path.read_text() == text
