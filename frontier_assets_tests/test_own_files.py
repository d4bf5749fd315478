"""The project's own files: licence, checks before a commit, versions that resolve together."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

CHECKOUT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"]
HOOKS = yaml.safe_load((CHECKOUT / ".pre-commit-config.yaml").read_text("utf-8"))


def run(*command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [str(BIN / command[0]), *command[1:]],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


@pytest.mark.feature("DOC-5")
def test_the_licence_is_mit_in_both_places() -> None:
    assert (CHECKOUT / "LICENSE").read_text("utf-8").startswith("MIT License")
    assert PROJECT["license"] == "MIT"


@pytest.mark.feature("DOC-4")
def test_a_commit_is_checked_by_what_make_lint_runs() -> None:
    hooks = [hook["entry"].split()[0] for repo in HOOKS["repos"] for hook in repo["hooks"]]
    linted = re.findall(r"\$\(BIN\)/(\S+)", (CHECKOUT / "Makefile").read_text("utf-8"))
    assert {Path(entry).name for entry in hooks} <= {*linted}


@pytest.mark.feature("DOC-4")
@pytest.mark.parametrize(
    ("command", "planted", "found"),
    [
        (("ruff", "check", "--no-cache", "--config", "pyproject.toml"), "import os\n", "F401"),
        (("ruff", "format", "--check", "--no-cache"), "x = {  'a':1}\n", "would be reformatted"),
        (("mypy", "--strict"), "def f() -> int:\n    return ''\n", "return-value"),
    ],
)
def test_a_planted_violation_fails(
    command: tuple[str, ...], planted: str, found: str, tmp_path: Path
) -> None:
    file = tmp_path / "planted.py"
    file.write_text(planted, "utf-8")
    result = run(*command, str(file))
    assert result.returncode != 0
    assert found in result.stdout + result.stderr


@pytest.mark.feature("DOC-6")
def test_no_address_is_a_placeholder() -> None:
    for name in ("README.md", "pyproject.toml"):
        text = (CHECKOUT / name).read_text("utf-8")
        assert not re.search(r"your-org|example\.com|TODO|lorem", text, re.IGNORECASE), name


def test_every_dependency_has_a_version_in_the_constraints() -> None:
    text = (CHECKOUT / "deploy" / "constraints.txt").read_text("utf-8")
    known = {line.partition("==")[0] for line in text.splitlines() if "==" in line}
    # NVIDIA's own index has `tensorrt`; the set is for the ordinary one.
    groups = [g for name, g in PROJECT["optional-dependencies"].items() if name != "tensorrt"]
    wanted = [item for group in (PROJECT["dependencies"], *groups) for item in group]
    names = {re.split(r"[<>=\[ ]", item)[0].lower().replace("_", "-") for item in wanted}
    assert names - {"frontier-assets"} - known == set()
