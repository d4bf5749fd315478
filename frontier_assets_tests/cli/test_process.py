"""What can happen around a command: nothing of it shows a person a traceback."""

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from frontier_assets_tests.cli.code_package import write_project
from frontier_assets_tests.cli.conftest import PACKAGE
from frontier_assets_tests.cli.own_process import CODE, COMMAND, environment, run

if TYPE_CHECKING:
    from frontier_assets_tests.cli.conftest import Records

SLOW = "frontier_cli_sample.slow:holdout"


def shell(line: str) -> subprocess.CompletedProcess[str]:
    """Run a line of bash in which `frontier` stands for the command."""
    frontier = f"frontier() {{ {sys.executable} -c '{CODE}' \"$@\"; }}\n"
    return subprocess.run(
        ["bash", "-c", f"{frontier}set -o pipefail\n{line}"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env=environment(),
    )


def test_a_pipe_that_closes_early_is_no_error(records: "Records") -> None:
    for content in ("a", "b", "c"):
        records.version(content)
    done = shell("frontier versions tiny | head -1")
    assert done.stdout.startswith("version ")
    assert (done.stderr, done.returncode in (0, 141)) == ("", True)


def test_a_long_answer_into_a_closed_pipe_is_silent_too(records: "Records") -> None:
    # More than a pipe holds, so that a write fails while the command is still at it.
    records.version(description="x" * 300_000)
    done = shell("frontier show tiny | head -c 1")
    assert (done.stderr, done.returncode) == ("", 141)


def test_an_answer_that_cannot_be_written_is_one_line(records: "Records") -> None:
    done = shell("frontier models > /dev/full")
    assert (done.returncode, done.stderr) == (
        1,
        "frontier: reading or writing failed: No space left on device\n",
    )


def test_a_closed_stdout_is_no_error(records: "Records") -> None:
    done = shell("frontier models >&-")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_terminal_of_another_character_set_gets_question_marks(records: "Records") -> None:
    records.version(description="gut \u2192 besser")
    done = run("show", "tiny", PYTHONIOENCODING="latin-1")
    assert (done.returncode, done.stderr) == (0, "")
    assert "gut ? besser" in done.stdout


def interrupted(*arguments: str, started: Path) -> tuple[int, str, str]:
    """Press Ctrl-C once the file ``started`` is there; return exit status, stdout and stderr."""
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    while not started.exists() and process.poll() is None:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=60)
    return process.returncode, stdout, stderr


def test_an_interrupt_is_one_line_and_130(project: "Records") -> None:
    started = project.folder / "started"
    (project.folder / "slow.py").write_text(
        "import pathlib, time\n"
        f"pathlib.Path({str(started)!r}).touch()\n"
        "time.sleep(60)\n"
        "defs = None\n",
        encoding="utf-8",
    )
    location = json.dumps({"load_from": [{"python_module": "slow"}]})
    (project.folder / "workspace.yaml").write_text(location, encoding="utf-8")
    assert interrupted("sync", started=started) == (
        130,
        "",
        "frontier: interrupted; what was done before is kept\n",
    )


def test_an_interrupted_build_says_so_and_can_be_built_again(
    project: "Records", code_folder: Path
) -> None:
    started, code = project.folder / "started", project.folder / "code"
    shutil.copytree(code_folder, code)
    package = code / PACKAGE
    (package / "slow.py").write_text(
        "import os, pathlib, time\n"
        "from frontier_assets_tests import tiny_model\n"
        "def holdout():\n"
        f"    started = pathlib.Path({str(started)!r})\n"
        "    if not started.exists():\n"
        "        started.touch()\n"
        "        time.sleep(60)\n"
        "    return tiny_model.holdout()\n",
        encoding="utf-8",
    )
    path = package / "defs" / "tiny" / "defs.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("frontier_assets_tests.tiny_model:holdout", SLOW), "utf-8")
    write_project(project.folder, code, PACKAGE)
    project.checkpoint()
    project.workspace.versions.register("tiny", checkpoint="latest")
    status, stdout, stderr = interrupted("build", "tiny", started=started)
    assert (status, stderr) == (130, "frontier: interrupted; what was done before is kept\n")
    assert stdout.splitlines()[-1] == "tiny/evaluation/holdout interrupted"
    assert run("build", "tiny").returncode == 0
