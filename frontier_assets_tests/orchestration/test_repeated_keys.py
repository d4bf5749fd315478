from pathlib import Path

import pytest

from frontier_assets.errors import SettingsError
from frontier_assets.orchestration.repeated_keys import refuse_repeated_keys
from frontier_assets_tests.end_to_end.other_project import edit
from frontier_assets_tests.generated_project import GeneratedProject, generate_project


def write(folder: Path, text: str) -> Path:
    path = folder / "defs.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "key", "line", "first"),
    [
        ("gates: []\ntask: x\ngates: [1]\n", "gates", 3, 1),
        ("training:\n  parameters: {rate: 1,\n    rate: 2}\n", "rate", 3, 2),
        ("gates:\n  - {name: a}\n  - name: b\n    name: c\n", "name", 4, 3),
        ("name: a\n---\nname: b\n'name': c\n", "name", 4, 3),
    ],
)
def test_a_repeated_key_is_refused_with_both_lines(
    text: str, key: str, line: int, first: int, tmp_path: Path
) -> None:
    path = write(tmp_path, text)
    with pytest.raises(SettingsError) as caught:
        refuse_repeated_keys(path)
    told = f"{path} line {line}: has `{key}` again, which line {first} has already; "
    assert str(caught.value).startswith(told)


@pytest.mark.parametrize(
    "text", ["", "a: {name: 1}\nb: {name: 1}\n", "a: &x {name: 1}\nb: *x\nc: [*x, *x]\n"]
)
def test_keys_of_different_mappings_may_be_equal(text: str, tmp_path: Path) -> None:
    refuse_repeated_keys(write(tmp_path, text))


def test_a_folder_without_a_yaml_has_none(tmp_path: Path) -> None:
    refuse_repeated_keys(tmp_path / "defs.yaml")


def test_a_project_with_a_repeated_section_does_not_load(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generated: GeneratedProject = generate_project(tmp_path, monkeypatch)
    path = generated.scaffold("flowers") / "defs.yaml"
    edit(path, {"  promotion:\n": "  task: regression\n\n  promotion:\n"})
    with pytest.raises(Exception, match="flowers") as caught:
        generated.load()
    cause: BaseException | None = caught.value
    while cause is not None and not isinstance(cause, SettingsError):
        cause = cause.__cause__
    assert "has `task` again" in str(cause)
