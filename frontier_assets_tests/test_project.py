from pathlib import Path

import pytest

from frontier_assets.errors import SettingsError
from frontier_assets.project import DgProject


def test_a_folder_that_says_nothing_is_no_project(tmp_path: Path) -> None:
    assert DgProject.read(tmp_path) is None
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "library"\n')
    assert DgProject.read(tmp_path) is None


def test_names_are_derived_as_dg_derives_them(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.dg.project]\nroot_module = "flowers"\n')
    project = DgProject.read(tmp_path)
    assert project is not None
    assert project.definitions_module == "flowers.definitions"
    assert project.location_name == tmp_path.name
    assert project.definitions_file == tmp_path / "flowers" / "definitions.py"
    (tmp_path / "src").mkdir()
    assert project.definitions_file == tmp_path / "src" / "flowers" / "definitions.py"


def test_given_names_win_and_a_dg_toml_hides_the_pyproject(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.dg.project]\nroot_module = "other"\n')
    (tmp_path / "dg.toml").write_text(
        '[project]\nroot_module = "flowers"\ncode_location_name = "iris"\n'
        'code_location_target_module = "flowers.code"\n'
    )
    project = DgProject.read(tmp_path)
    assert project is not None
    assert (project.definitions_module, project.location_name) == ("flowers.code", "iris")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[tool.dg.project]\n", "names no `root_module`"),
        ("[tool.dg.project]\nroot_module = 3\n", "names no `root_module`"),
        ("[tool", "is not valid TOML"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(text)
    with pytest.raises(SettingsError) as refusal:
        DgProject.read(tmp_path)
    assert str(refusal.value).startswith(f"{path}: {problem}")
