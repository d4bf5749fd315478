"""The README says what is true: its commands run, its tree and tables are the code's."""

import re
import shlex
from pathlib import Path

import pytest
import yaml

from frontier_assets.orchestration.component import ModelLifecycle
from frontier_assets.settings import DEFAULT_REGISTRY_URL, DEFAULT_STORES
from frontier_assets.specification import PLANNED_SECTIONS
from frontier_assets_tests.end_to_end.conftest import (
    CHECKOUT,
    MODEL,
    DigitsProject,
)

README = (CHECKOUT / "README.md").read_text("utf-8")
COMMANDS = [
    line.partition("  #")[0].strip()
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
    if line.strip()
]
MAKE = {"make demo", "make test"}


def test_the_two_commands_come_first() -> None:
    assert COMMANDS[:2] == ["make demo", "make test"]
    targets = (CHECKOUT / "Makefile").read_text("utf-8")
    for target in re.findall(r"`make (\w+)`", README):
        assert re.search(rf"^{target}:", targets, re.MULTILINE), target


@pytest.mark.timeout(600)
def test_every_command_works(digits: DigitsProject) -> None:
    prepare(digits)
    inline = re.findall(r"`(frontier (?:audit|db) \w+)`", README)
    for command in [c for c in COMMANDS if c not in MAKE] + inline:
        result = digits.run(command)
        assert result.returncode == 0, f"{command}\n{result.stderr[-2000:]}"
    built = digits.run(f"frontier build {MODEL}@latest")
    assert built.returncode == 0, built.stderr[-2000:]
    assert (digits.root / "served" / "model.onnx").is_file()


def prepare(project: DigitsProject) -> None:
    """Bring two versions to production, one after the other, and build a third."""
    with project.workspace() as workspace:
        workspace.record_policy(project.specification())
        for number in ("1.0.0", "1.0.1", "1.0.2"):
            ref = workspace.versions.register(MODEL, checkpoint="best").ref
            workspace.registry.builds.acquire(
                MODEL, number, run_id="prepared", is_over=lambda _: True, actor="somebody"
            )
            for dataset in ("holdout", "noisy"):
                workspace.evaluate(ref, dataset)
            workspace.convert(ref, "onnx")
            workspace.complete_build(workspace.versions.get(ref), run_id="prepared")
        for number in ("1.0.0", "1.0.1"):
            for stage in ("staging", "production"):
                workspace.stages.promote(f"{MODEL}@{number}", to=stage, reason="a test")
    assert project.run(f"frontier build {MODEL}@1.0.0").returncode == 0


def test_the_yaml_in_the_readme_loads() -> None:
    (block,) = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    attributes = yaml.safe_load(block)["attributes"]
    assert ModelLifecycle.from_attributes_dict(attributes=attributes).specification.name == MODEL


def test_the_tree_in_the_readme_is_the_folder() -> None:
    (tree,) = re.findall(r"```\nfrontier_assets/\n(.*?)\n```", README, re.DOTALL)
    named = {line.split()[0].rstrip("/") for line in tree.splitlines() if line.startswith("  ")}
    present = {
        path.name
        for path in (CHECKOUT / "frontier_assets").iterdir()
        if not path.name.startswith("_") and path.name != "py.typed"
    }
    assert named == present


def test_the_planned_sections_and_the_defaults_are_the_codes() -> None:
    assert all(f"`{section}`" in README for section in PLANNED_SECTIONS)
    assert f"`{DEFAULT_REGISTRY_URL}`" in README
    assert f"`{DEFAULT_STORES}`" in README


def test_links_to_files_resolve() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert [link for link in links if not (CHECKOUT / Path(link)).exists()] == []


def test_commands_are_plain_words() -> None:
    assert all(shlex.split(command) for command in COMMANDS)
