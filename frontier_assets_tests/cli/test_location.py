from pathlib import Path

import pytest

from frontier_assets.cli.location import CodeLocation, find_locations
from frontier_assets.errors import SettingsError


def test_a_project_without_the_file_names_nothing(tmp_path: Path) -> None:
    assert find_locations(tmp_path) == []


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
        ("load_from: [", "is not valid YAML"),
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
    assert str(refusal.value).startswith(f"{path}: {problem}; write load_from:")
