"""Every command of the tree, found by walking it: what reads answers programs as well."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
import typer.main

from frontier_assets.cli.app import SECTIONS, app

if TYPE_CHECKING:
    from frontier_assets_tests.cli.conftest import Frontier, Records

# How to call each command that only reads, on a registry with a model `tiny` of two versions.
READING: dict[str, tuple[str, ...]] = {
    "models": (),
    "versions": ("tiny",),
    "show": ("tiny",),
    "compare": ("tiny@1", "tiny@2"),
    "lineage": ("tiny",),
    "branch list": ("tiny",),
    "check": (),
    "approvals": ("tiny",),
    "experiments list": ("tiny",),
    "why": ("tiny@1.0.0", "--to", "production"),
    "history": ("tiny",),
    "pick": ("tiny@1.0.0",),
    "fetch": ("tiny", "there"),
    "checkpoints list": ("tiny",),
    "store verify": (),
    "store usage": (),
    "audit verify": (),
    "audit export": ("audit.jsonl",),
    "dossier write": ("tiny@1.0.0",),
    "db current": (),
    "export registry-json": ("out/registry.json",),
}
# What reads something that has to be made first: a signed file, an experiment.
NEEDS_MORE = {"dossier verify", "experiments show"}
CHANGING = {
    "experiments create",
    "experiments start",
    "experiments ramp",
    "experiments look",
    "experiments stop",
    "audit sign",
    "register",
    "tag",
    "describe",
    "log-metrics",
    "attach",
    "branch create",
    "branch delete",
    "branch merge",
    "build",
    "approve",
    "promote",
    "rollback",
    "freeze",
    "unfreeze",
    "sync",
    "delete",
    "describe-model",
    "import directory",
    "import mlflow",
    "import registry-json",
    "pin",
    "unpin",
    "checkpoints retain",
    "checkpoints pin",
    "checkpoints unpin",
    "store backup",
    "store collect",
    "store copy",
    "store forget",
    "store repack",
    "store restore",
    "store rotate-key",
    "db upgrade",
}


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield " ".join(path), command
        return
    for name, child in inner.items():
        yield from commands(child, (*path, name))


COMMANDS = dict(commands(typer.main.get_command(app)))


def test_every_command_is_known_to_read_or_to_change() -> None:
    assert set(COMMANDS) == {*READING, *CHANGING, *NEEDS_MORE}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_answers_programs(name: str) -> None:
    options = [option for parameter in COMMANDS[name].params for option in parameter.opts]
    assert "--json" in options


@pytest.mark.parametrize("name", READING)
def test_what_reads_prints_json_and_changes_nothing(
    frontier: "Frontier", records: "Records", name: str
) -> None:
    records.converted(records.released("a"), proved=True)
    records.version("b")
    heads = records.workspace.audit.heads()
    output = frontier(*name.split(), *READING[name], "--json")
    assert (json.loads(output.stdout) is None, output.stderr) == (False, "")
    assert records.workspace.audit.heads() == heads


@pytest.mark.parametrize("name", READING)
def test_what_reads_prints_lines_without_trailing_blanks(
    frontier: "Frontier", records: "Records", name: str
) -> None:
    records.converted(records.released("a"), proved=True)
    records.version("b")
    output = frontier(*name.split(), *READING[name])
    lines = output.stdout.splitlines()
    assert lines
    assert lines == [line.rstrip() for line in lines]


def test_every_command_stands_in_a_section_of_the_help(frontier: "Frontier") -> None:
    named = [name for names in SECTIONS.values() for name in names]
    assert sorted(named) == sorted({name.split()[0] for name in COMMANDS})
    text = frontier.text("--help")
    for title in SECTIONS:
        assert f"\n{title}:\n" in text


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_every_command_ends_without_an_ellipsis(
    frontier: "Frontier", name: str
) -> None:
    text = frontier.text(*name.split(), "--help")
    # Three dots after a bracket: an argument that may come again.
    assert "..." not in text.replace("]...", "]").replace("}...", "}")
    assert text.startswith("Usage: frontier ")
