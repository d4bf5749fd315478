import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import frontier_assets.cli
from frontier_assets_tests.cli.own_process import CHECKOUT, run

if TYPE_CHECKING:
    from frontier_assets_tests.cli.conftest import Frontier, Records

HEAVY = {"dagster", "torch", "sqlalchemy", "onnx", "sklearn", "pandas", "rich"}


def test_help_names_every_command_and_loads_nothing_heavy() -> None:
    script = (
        "import sys; from frontier_assets.cli.app import app; "
        "app(['--help'], standalone_mode=False); print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=CHECKOUT
    )
    for name in ("register", "promote", "why", "checkpoints", "audit", "db"):
        assert re.search(rf"^  {name} ", done.stdout, re.MULTILINE)
    assert HEAVY.isdisjoint(done.stdout.splitlines()[-1].split())


def test_the_process_exits_with_1_and_one_line(records: "Records") -> None:
    done = run("show", "nobody")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("frontier: Model 'nobody' not found in registry")
    assert done.stderr.count("\n") == 1


def test_the_process_prints_plain_text_into_a_pipe(records: "Records") -> None:
    records.version(description="[bold]new[/bold]")
    done = run("versions", "tiny")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.isascii()
    assert "\x1b" not in done.stdout


def test_a_build_in_a_process_of_its_own_leaves_only_its_lines(
    frontier: "Frontier", project: "Records"
) -> None:
    project.checkpoint(state=project.state(-1.0))
    frontier.text("register", "tiny", "--checkpoint", "best")
    done = run("build", "tiny")
    assert done.returncode == 1
    assert done.stdout.splitlines()[0] == "tiny/version started"
    assert done.stderr.startswith("frontier: Build of tiny@1.0.0 failed in tiny/evaluation/holdout")
    assert done.stderr.count("\n") == 1


def test_outside_any_project_every_command_says_so(
    frontier: "Frontier", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert frontier.refused("models").startswith(
        f"Project root: no dagster.yaml in {tmp_path} or above it; run the command inside a project"
    )


def test_no_arguments_and_unknown_commands_are_wrong_usage(frontier: "Frontier") -> None:
    assert frontier().exit_code == 2
    assert frontier.misused("fly") == "Error: No such command 'fly'."


def test_an_argument_that_is_no_text_is_wrong_usage(frontier: "Frontier") -> None:
    assert frontier.misused("versions", "\udcff").endswith("'\\udcff' is not UTF-8")


def test_one_package_alone_knows_dagster() -> None:
    folder = Path(str(frontier_assets.cli.__file__)).parent
    importing = {
        path.relative_to(folder).parts[0]
        for path in folder.rglob("*.py")
        if re.search(r"^\s*(import|from) dagster\b", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert importing == {"orchestrator"}
