"""States of a project in which a command cannot do its work: each is one line and exit 1."""

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from frontier_assets_tests.cli.code_package import write_project
from frontier_assets_tests.cli.conftest import PACKAGE

if TYPE_CHECKING:
    from frontier_assets_tests.cli.conftest import Frontier, Records


def folder_for_registry(folder: Path) -> None:
    (folder / ".frontier" / "registry.db").unlink()
    (folder / ".frontier" / "registry.db").mkdir()


def text_for_registry(folder: Path) -> None:
    (folder / ".frontier" / "registry.db").write_text("no database" * 1000, encoding="utf-8")


def torn_registry(folder: Path) -> None:
    path = folder / ".frontier" / "registry.db"
    content = path.read_bytes()
    # The first page, which has the schema, stays.
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))


def cut_registry(folder: Path) -> None:
    path = folder / ".frontier" / "registry.db"
    path.write_bytes(path.read_bytes()[:5000])


def file_for_folder(folder: Path) -> None:
    (folder / ".frontier" / "registry.db").unlink()
    for path in (folder / ".frontier").iterdir():
        path.unlink()
    (folder / ".frontier").rmdir()
    (folder / ".frontier").write_bytes(b"")


def folder_for_lock(folder: Path) -> None:
    (folder / ".frontier" / "registry.db").unlink()
    (folder / ".frontier" / "registry.db.lock").mkdir()


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (folder_for_registry, "unable to open database file"),
        (text_for_registry, "not a registry: file is not a database"),
        (torn_registry, "database disk image is malformed"),
        (cut_registry, "database disk image is malformed"),
        (file_for_folder, "registry.db cannot be used"),
        (folder_for_lock, "registry.db.lock"),
    ],
)
@pytest.mark.parametrize("arguments", [("models",), ("sync",), ("audit", "verify")])
def test_a_spoilt_registry_is_one_line(
    frontier: "Frontier",
    project: "Records",
    spoil: Callable[[Path], None],
    problem: str,
    arguments: tuple[str, ...],
) -> None:
    project.workspace.close()
    spoil(project.folder)
    line = frontier.refused(*arguments)
    assert line.startswith("Registry sqlite:")
    assert problem in line


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("versions", "tags", "no json"),
        ("versions", "created_at", "yesterday"),
        ("versions", "stage", "limbo"),
        ("versions", "metrics", "[1"),
    ],
)
@pytest.mark.parametrize("arguments", [("versions", "tiny"), ("show", "tiny"), ("models",)])
def test_a_value_that_no_release_wrote_is_one_line(  # noqa: PLR0917 - a table
    frontier: "Frontier",
    records: "Records",
    table: str,
    column: str,
    value: str,
    arguments: tuple[str, ...],
) -> None:
    records.version()
    with records.workspace.registry._database.write() as connection:
        connection.execute(sa.text(f"UPDATE {table} SET {column} = '{value}'"))
    assert "is damaged: " in frontier.refused(*arguments)


@pytest.mark.parametrize(
    ("url", "stores", "problem"),
    [
        (
            "sqlite:////proc/none/registry.db",
            "",
            "Registry sqlite:////proc/none/registry.db cannot",
        ),
        ("sqlite:////dev/null/registry.db", "", "Registry sqlite:////dev/null/registry.db cannot"),
        ("", "default=file:/proc/none", "Store file:/proc/none cannot be used: No such file"),
        ("", "default=file:/dev/null/store", "Store file:/dev/null/store cannot be used: "),
        ("", "default=file:/etc/hostname", "expected a folder, this is a file"),
    ],
)
def test_a_place_where_nothing_can_be_written_is_one_line(  # noqa: PLR0917 - a table
    frontier: "Frontier",
    records: "Records",
    monkeypatch: pytest.MonkeyPatch,
    url: str,
    stores: str,
    problem: str,
) -> None:
    path = records.folder / "weights"
    path.write_bytes(b"x")
    if url:
        monkeypatch.setenv("FRONTIER_REGISTRY_URL", url)
    if stores:
        monkeypatch.setenv("FRONTIER_STORES", stores)
    assert problem in frontier.refused("register", "tiny", "--file", f"a={path}")


def test_a_folder_in_place_of_a_blob_is_one_line(frontier: "Frontier", records: "Records") -> None:
    records.version()
    for path in (records.folder / "store").rglob("*"):
        if path.is_file():
            path.unlink()
            path.mkdir()
    assert frontier.refused("fetch", "tiny", "there").startswith("Artifact ")


GOOD_YAML = '{"load_from": [{"python_module": "%s"}]}'


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("load_from: [", "workspace.yaml: is not valid YAML (line 1: "),
        ("load_from: 3", "workspace.yaml: has no list `load_from`"),
        ("\0", "workspace.yaml: is not valid YAML"),
        (GOOD_YAML % "nowhere", "no module 'nowhere' on the Python path"),
        (GOOD_YAML % "json", "json/__init__.py defines no 'defs'"),
        (GOOD_YAML % "sample_broken", "sample_broken.py line 2 is not valid Python"),
        (GOOD_YAML % "sample_raising", "KeyError: 'x' (sample_raising.py line 2)"),
        (GOOD_YAML % "sample_leaving", "SystemExit: 3 (sample_leaving.py line 1)"),
        (GOOD_YAML % "sample_importing", "needs the module 'nothing_like_it'"),
        (GOOD_YAML % "sample_other", "sample_other:defs: is no dagster.Definitions"),
    ],
)
def test_a_project_that_cannot_be_loaded_is_one_line(
    frontier: "Frontier", project: "Records", content: str, problem: str
) -> None:
    modules = {
        "sample_broken": "x = 1\ndef defs(:\n",
        "sample_raising": "defs = 1\nraise KeyError('x')\n",
        "sample_leaving": "raise SystemExit(3)\ndefs = 1\n",
        "sample_importing": "import nothing_like_it\ndefs = 1\n",
        "sample_other": "defs = 1\n",
    }
    for module, text in modules.items():
        (project.folder / f"{module}.py").write_text(text, encoding="utf-8")
    (project.folder / "workspace.yaml").write_text(content, encoding="utf-8")
    assert problem in frontier.refused("sync")
    assert project.workspace.registry.models.list() == []


@pytest.fixture
def code(project: "Records", code_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the sample's code to break; what is imported from it is forgotten again."""
    folder = project.folder / "code"
    shutil.copytree(code_folder, folder)
    monkeypatch.syspath_prepend(folder)
    before = {name for name in sys.modules if name.startswith("frontier_cli_sample")}
    for name in before:
        monkeypatch.delitem(sys.modules, name)
    yield folder
    for name in [name for name in sys.modules if name.startswith("frontier_cli_sample")]:
        del sys.modules[name]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"taskk": "x"}, "attributes.taskk at {yaml}:4: this key is unknown here"),
        (
            {"task": "baking"},
            "attributes.task at {yaml}:4: 'baking' is not valid: input should be 'classification'",
        ),
        (
            {"storage": "elsewhere"},
            "Model 'tiny': names the store 'elsewhere'; FRONTIER_STORES has default",
        ),
    ],
)
def test_a_yaml_that_is_refused_is_named_with_its_line(
    frontier: "Frontier", project: "Records", code: Path, change: dict[str, str], problem: str
) -> None:
    path = code / PACKAGE / "defs" / "tiny" / "defs.yaml"
    component = json.loads(path.read_text(encoding="utf-8"))
    component["attributes"] |= change
    lines = [json.dumps({key: value})[1:-1] for key, value in component["attributes"].items()]
    changed = next(line for line in lines if next(iter(change)) in line)
    rest = ",\n".join(line for line in lines if line != changed)
    path.write_text(
        f'{{"type": "frontier_assets.ModelLifecycle",\n"attributes":\n{{\n{changed},\n{rest}}}}}',
        encoding="utf-8",
    )
    write_project(project.folder, code, PACKAGE)
    assert problem.format(yaml=path) in frontier.refused("sync")


def test_a_damaged_dagster_storage_is_one_line(frontier: "Frontier", project: "Records") -> None:
    path = project.folder / "weights"
    path.write_bytes(b"x")
    frontier.text("register", "tiny", "--file", f"a={path}")
    for database in (project.folder / ".dagster").rglob("*.db"):
        database.write_text("no database" * 1000, encoding="utf-8")
    line = frontier.refused("register", "tiny", "--file", f"a={path}")
    assert "dagster.yaml: Dagster cannot be opened: " in line
    assert [item["number"] for item in frontier.json("versions", "tiny")["versions"]] == ["1.0.0"]
