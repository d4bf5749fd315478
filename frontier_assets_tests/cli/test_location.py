from pathlib import Path

import pytest

from frontier_assets.cli.location import CodeLocation, find_locations, required_locations
from frontier_assets.errors import SettingsError


def test_a_project_without_the_file_names_nothing(tmp_path: Path) -> None:
    assert find_locations(tmp_path) == []


def test_without_the_file_it_is_the_module_of_the_dg_project(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.dg.project]\nroot_module = "flowers"\n')
    (tmp_path / "src").mkdir()
    there = CodeLocation("flowers.definitions", "defs", tmp_path / "src")
    assert find_locations(tmp_path) == [there]
    (tmp_path / "workspace.yaml").write_text("load_from: [{python_module: other}]\n")
    assert find_locations(tmp_path) == [CodeLocation("other", "defs", tmp_path)]


def test_both_forms_of_a_python_module_are_read(tmp_path: Path) -> None:
    (tmp_path / "workspace.yaml").write_text(
        "load_from:\n"
        "- python_module: one.definitions\n"
        "- python_module: {module_name: two, attribute: code, working_directory: src}\n"
    )
    assert find_locations(tmp_path) == [
        CodeLocation("one.definitions", "defs", tmp_path),
        CodeLocation("two", "code", tmp_path / "src"),
    ]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("load_from: [", "is not valid YAML (line 1: expected the node content, but found"),
        ("- a", "has no list `load_from`"),
        ("load_from: [{python_file: a.py}]", "names its code as {'python_file': 'a.py'}"),
        ("load_from: [{python_module: {}}]", "names its code as {'python_module': {}}"),
    ],
)
def test_anything_else_is_refused_by_name(tmp_path: Path, content: str, problem: str) -> None:
    path = tmp_path / "workspace.yaml"
    path.write_text(content)
    with pytest.raises(SettingsError) as refusal:
        find_locations(tmp_path)
    text = str(refusal.value)
    assert text.startswith(f"{path}: {problem}")
    assert "; write load_from: [{python_module:" in text


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "workspace.yaml").mkdir()
    with pytest.raises(SettingsError, match=r"workspace\.yaml: cannot be read: Is a directory"):
        find_locations(tmp_path)


def test_code_that_has_to_be_there_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"workspace\.yaml: names no code of this project"):
        required_locations(tmp_path)
