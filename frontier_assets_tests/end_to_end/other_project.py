"""Somebody else's Dagster project, outside the repository, with this package from its wheel."""

import dataclasses
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
from importlib.metadata import distribution
from pathlib import Path

import psutil

CHECKOUT = Path(__file__).parents[2]
DRIVER = Path(__file__).with_name("other_project_driver.py")
_COMMANDS = ("dagster", "dagster-dg-cli", "create-dagster")


@dataclasses.dataclass(frozen=True)
class OtherProject:
    """A project of `create-dagster` in ``root``, run by the interpreter of ``venv``."""

    root: Path
    venv: Path

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": f"{self.venv / 'bin'}:{os.defpath}",
            "VIRTUAL_ENV": str(self.venv),
            "HOME": str(self.venv),
            "LANG": "C.UTF-8",
            "OMP_NUM_THREADS": "1",
            "COLUMNS": "200",
            "DAGSTER_DISABLE_TELEMETRY": "yes",
            "DAGSTER_DG_UPDATE_CHECK_ENABLED": "0",
            "FRONTIER_ACTOR": "somebody",
        }

    @property
    def package(self) -> Path:
        return self.root / "src" / self.root.name

    def run(self, *command: str, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            command,
            cwd=cwd or self.root,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )

    def done(self, *command: str, cwd: Path | None = None) -> str:
        """Run a command that has to succeed and return what it printed."""
        result = self.run(*command, cwd=cwd)
        assert result.returncode == 0, f"{command}\n{result.stdout[-2000:]}{result.stderr[-4000:]}"
        return result.stdout

    def release(self, *models: str) -> str:
        """Launch the models' training under a real daemon; return when all are in production."""
        process = subprocess.Popen(
            [str(self.venv / "bin" / "python"), str(DRIVER), *models],
            cwd=self.root,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            output, _ = process.communicate(timeout=400)
        finally:
            self._end(process)
        assert process.returncode == 0, output[-4000:]
        return output

    def _end(self, process: "subprocess.Popen[str]") -> None:
        """End the driver's process group, and whatever Dagster left running in the project."""
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(60)
        for found in psutil.process_iter(["cwd"]):
            if found.info["cwd"] == str(self.root):
                found.kill()


def build_wheel(folder: Path) -> Path:
    """Build the wheel from a copy of what git knows, so that nothing else gets into it."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    source = folder / "source"
    for name in filter(None, listed.split("\0")):
        if (CHECKOUT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(CHECKOUT / name, source / name)
    _pip("wheel", "--no-deps", "--no-build-isolation", "-w", str(folder), str(source))
    return next(folder.glob("*.whl"))


def build_environment(folder: Path, wheel: Path) -> Path:
    """Make a virtual environment with the wheel; all else is the running interpreter's."""
    venv = folder / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    _pip("--python", str(venv / "bin" / "python"), "install", "--no-deps", "--no-index", str(wheel))
    # After the installation, which would take this package for installed otherwise.
    packages = next(venv.glob("lib/python*/site-packages"))
    (packages / "dependencies.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    for name in _COMMANDS:
        for entry in distribution(name).entry_points.select(group="console_scripts"):
            script = venv / "bin" / entry.name
            script.write_text(
                f"#!{venv}/bin/python\nimport sys\nfrom {entry.module} import {entry.attr}\n"
                f"sys.exit({entry.attr}())\n"
            )
            script.chmod(0o755)
    return venv


def create_project(folder: Path, name: str, venv: Path) -> OtherProject:
    project = OtherProject(folder / name, venv)
    project.done("create-dagster", "project", "--no-uv-sync", name, cwd=folder)
    # What `pip install -e .` would write.
    packages = next(venv.glob("lib/python*/site-packages"))
    (packages / f"{name}.pth").write_text(f"{project.root / 'src'}\n")
    return project


def edit(file: Path, changes: dict[str, str]) -> None:
    """Replace texts that have to be there, as a person would in an editor."""
    text = file.read_text("utf-8")
    for before, after in changes.items():
        assert before in text, before
        text = text.replace(before, after)
    file.write_text(text, "utf-8")


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr[-4000:]
