"""The README says what is true: its commands run, its tree and tables are the code's."""

import inspect
import itertools
import json
import re
import shlex
import sys
from pathlib import Path

import dagster as dg
import pytest
import typer
import yaml

from frontier_assets import settings
from frontier_assets.cli.app import app
from frontier_assets.conversion.targets import TARGETS
from frontier_assets.orchestration.component import ModelLifecycle
from frontier_assets.settings import DEFAULT_REGISTRY_URL, DEFAULT_STORES
from frontier_assets.specification import (
    PLANNED_SECTIONS,
    Conversion,
    DatasetSource,
    Gate,
    Promotion,
    Watch,
)
from frontier_assets_tests.end_to_end.conftest import CHECKOUT, MODEL, DigitsProject
from frontier_assets_tests.end_to_end.forked import forked_frontier
from frontier_assets_tests.ssh import needs_ssh_keygen, new_key
from frontier_assets_tests.storage.azure_server import WITHOUT_IT
from frontier_assets_tests.tiny_project import definitions_of
from frontier_assets_tests.yaml_reference import in_readme, reference

COMMAND_NAMES = sorted(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
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
def test_every_command_works(built_digits: DigitsProject) -> None:
    prepare(built_digits)
    inline = re.findall(r"`(frontier (?:audit|db) \w+)`", README)
    for command in [c for c in COMMANDS if c not in MAKE] + inline:
        program, *arguments = shlex.split(command)
        result = (
            forked_frontier(built_digits.root, built_digits.environment, *arguments)
            if program == "frontier"
            else built_digits.run(command)
        )
        assert result.returncode == 0, f"{command}\n{result.stderr[-2000:]}"
    assert (built_digits.root / "served" / "model.onnx").is_file()


def prepare(project: DigitsProject) -> None:
    """Bring two versions to production, one after the other, with a third one waiting."""
    # The README's other way to build: what is missing of the one version that there is.
    completed = project.run(f"frontier build {MODEL}@latest")
    assert completed.returncode == 0, completed.stderr[-2000:]
    for number in ("1.0.1", "1.0.2"):
        assert project.build() == f"{MODEL}@{number}"
    with project.workspace() as workspace:
        for number in ("1.0.0", "1.0.1"):
            for stage in ("staging", "production"):
                workspace.stages.promote(f"{MODEL}@{number}", to=stage, reason="a test")


def test_the_yaml_in_the_readme_loads() -> None:
    whole, engines, gates, watch, promotion, experiments, retention, datasets = (
        yaml.safe_load(block) for block in blocks("yaml")
    )
    attributes = whole["attributes"]
    assert ModelLifecycle.from_attributes_dict(attributes=attributes).specification.name == MODEL
    assert Watch.model_validate(watch["watch"]).register_ == "best"
    assert {Gate.model_validate(gate).target for gate in gates["gates"]} <= TARGETS.keys()
    for conversion in engines["conversions"]:
        assert Conversion.model_validate(conversion).target in TARGETS
    for source in datasets["datasets"]:
        assert DatasetSource.model_validate(source).leakage == "refused"
    attributes |= retention | promotion
    loaded = ModelLifecycle.from_attributes_dict(attributes=attributes).specification.retention
    assert loaded is not None
    assert len(loaded.all_rules()) == 3
    tried = ModelLifecycle.from_attributes_dict(attributes={**attributes, **experiments})
    assert tried.specification.ab_test is not None
    assert tried.specification.promotion.production.after == ["gates", "ab_test"]


def test_the_experiment_in_the_readme_runs(built_digits: DigitsProject) -> None:
    _, experiment, _ = blocks("sh")
    create, *others = experiment.strip().splitlines()
    second = built_digits.build()
    with built_digits.workspace() as workspace:
        for stage in ("staging", "production"):
            workspace.stages.promote(f"{MODEL}@1.0.0", to=stage, reason="a test")
        workspace.stages.promote(second, to="staging", reason="a test")
    made = built_digits.run(f"{create} --json")
    assert made.returncode == 0, made.stderr[-2000:]
    script = "\n".join(others).replace("ID", json.loads(made.stdout)["id"])
    done = built_digits.run(f"set -e\n{script}")
    assert done.returncode == 0, done.stderr[-2000:]
    assert "It goes on: 0 units in the smallest variant, 1000 wanted." in done.stdout


@needs_ssh_keygen
@pytest.mark.feature("PRO-4")
def test_the_approval_in_the_readme_ends_in_production_and_in_a_dossier(
    built_digits: DigitsProject,
) -> None:
    session, _, audit = blocks("sh")
    promotion = yaml.safe_load(next(block for block in blocks("yaml") if "approvals" in block))
    new_key(built_digits.root, "id_ed25519").rename(built_digits.root / "id_ed25519")
    (built_digits.root / "id_ed25519.key.pub").rename(built_digits.root / "id_ed25519.pub")
    wanted = built_digits.specification().model_copy(
        update={"promotion": Promotion.model_validate(promotion["promotion"])}
    )
    with built_digits.workspace() as workspace:
        workspace.record_policy(wanted)
        workspace.stages.promote(f"{MODEL}@1.0.0", to="staging", reason="a test")
    # Recording the checkout's YAML, which asks for no approval, would undo what is shown.
    script = session.replace("~/.ssh", ".").replace("frontier sync\n", "")
    done = built_digits.run(f"set -e\n{script}")
    assert done.returncode == 0, done.stderr[-2000:]
    assert "bea@vision.example approved digits_classifier@1.0.0 for production." in done.stdout
    with built_digits.workspace() as workspace:
        assert workspace.versions.get(f"{MODEL}@production").number == "1.0.0"
    signers = "export FRONTIER_ALLOWED_SIGNERS=allowed_signers"
    proved = built_digits.run(f"set -e\n{signers}\n{audit.replace('~/.ssh', '.')}")
    assert proved.returncode == 0, proved.stderr[-2000:]
    assert "release.json: digits_classifier@1.0.0 as of" in proved.stdout


@pytest.mark.feature("CKP-2", "CKP-6")
def test_the_training_loop_in_the_readme_runs_and_continues(digits: DigitsProject) -> None:
    (loop,) = (block for block in blocks("python") if "checkpoints.session" in block)
    for steps in ("1000", "1200"):
        program = loop.replace("steps(1000)", f"steps({steps})")
        (digits.root / "loop.py").write_text(program, encoding="utf-8")
        done = digits.run([sys.executable, "loop.py"])
        assert done.returncode == 0, done.stderr[-2000:]
    with digits.workspace() as workspace:
        saved = [item.step for item in workspace.checkpoints.list("forecast", run="r1")]
    assert saved == list(range(100, 1201, 100))


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def table(heading: str) -> list[list[str]]:
    """Return the cells of the first table below a heading, without its head."""
    _, _, text = README.partition(f"## {heading}\n")
    lines = text.partition("\n## ")[0].splitlines()
    below = itertools.dropwhile(lambda line: not line.startswith("|"), lines)
    first = list(itertools.takewhile(lambda line: line.startswith("|"), below))
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in first[2:]]


def test_the_reference_of_the_yaml_is_the_vocabularys() -> None:
    assert in_readme(README) == README, "run `python -m frontier_assets_tests.yaml_reference`"


@pytest.mark.feature("DOC-1")
def test_the_table_of_settings_is_the_codes() -> None:
    source = inspect.getsource(settings)
    used = set(re.findall(r"\bFRONTIER_[A-Z_]+", source)) - set(settings.PLANNED_SETTINGS)
    assert {row[0].strip("`") for row in table("Settings")} == used


@pytest.mark.feature("DOC-2")
def test_each_trouble_has_a_remedy_whose_commands_exist() -> None:
    rows = table("When something goes wrong")
    assert len(rows) >= 10
    commands = {name for name, *_ in map(str.split, COMMAND_NAMES)}
    for symptom, remedy in rows:
        assert symptom
        assert len(remedy) > 20
        named = re.findall(r"`frontier (\w+)", remedy)
        assert set(named) <= commands, symptom


@pytest.mark.feature("DOC-3")
def test_what_contributors_run_exists() -> None:
    _, _, text = README.partition("## Contributing\n")
    targets = (CHECKOUT / "Makefile").read_text("utf-8")
    named = set(re.findall(r"`(?:\w+=\w+ )?make (\w+)`", text))
    assert {"lint", "test"} <= named
    assert all(f"\n{name}:" in targets for name in named)
    assert (CHECKOUT / ".ci" / "run").is_file()


def test_a_skipped_server_is_called_untested_in_the_words_of_the_skip() -> None:
    (azure,) = [
        state
        for part, state in table("What is supported, and how it was tested")
        if "Azure" in part
    ]
    assert WITHOUT_IT in azure


@pytest.mark.feature("DOC-7")
def test_each_advice_names_what_does_it() -> None:
    keys = {part for key in re.findall(r"`([\w.\[\]]+)`", reference()) for part in key.split(".")}
    keys |= {key.removesuffix("[]") for key in keys}
    for advice, means in table("What experience says"):
        named = set(re.findall(r"\w+", " ".join(re.findall(r"`([^`]+)`", means))))
        assert named & (keys | {"FRONTIER_STORES"}), advice


@pytest.mark.feature("DOC-8")
def test_the_diagram_of_a_models_life_is_the_asset_graph() -> None:
    diagram = next(block for block in blocks("mermaid") if "data/train" in block)
    names, edges = drawn(diagram)
    text = (CHECKOUT / "frontier_assets" / "defs" / MODEL / "defs.yaml").read_text("utf-8")
    attributes = yaml.safe_load(text)["attributes"]
    graph = definitions_of(CHECKOUT, attributes).resolve_asset_graph()
    key = {name: dg.AssetKey([MODEL, *name.split("/")]) for name in names}
    assert set(key.values()) <= set(graph.get_all_asset_keys())
    real = {(a, b) for b in names for a in names if key[a] in graph.get(key[b]).parent_keys}
    assert edges == real


def labelled(labels: dict[str, str], name: str) -> str:
    return labels.get(name.strip(), name.strip())


def drawn(diagram: str) -> tuple[set[str], set[tuple[str, str]]]:
    """Return the assets and the arrows of a mermaid flowchart, by what its labels say."""
    labels = dict(re.findall(r"(\w+)\[([^\]]+)\]", diagram))
    edges: set[tuple[str, str]] = set()
    for line in re.sub(r"\[[^\]]+\]", "", diagram).splitlines()[1:]:
        steps = [step.split("&") for step in re.split(r"-\.->|-->", line)]
        for before, after in itertools.pairwise(steps):
            pairs = itertools.product(before, after)
            edges |= {(labelled(labels, a), labelled(labels, b)) for a, b in pairs}
    return {name for edge in edges for name in edge}, edges


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


@pytest.mark.feature("DOC-1")
def test_links_to_files_resolve() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert [link for link in links if not (CHECKOUT / Path(link)).exists()] == []


def test_commands_are_plain_words() -> None:
    assert all(shlex.split(command) for command in COMMANDS)
