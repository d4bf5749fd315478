"""What `frontier why` says to do next is a command that exists, and doing it leads there."""

import dataclasses
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import typer.main

from frontier_assets.cli.app import app
from frontier_assets.errors import StageTransitionError
from frontier_assets.promotion.card import model_card
from frontier_assets.promotion.decision import decide
from frontier_assets.registry.builds import Build, BuildState
from frontier_assets.registry.evidence import Evidence
from frontier_assets.registry.freezes import Freeze
from frontier_assets.registry.transitions import ALLOWED
from frontier_assets.types import Outcome, Stage
from frontier_assets_tests.promotion.complete import (
    AT,
    artifact,
    changed,
    changed_verdict,
    complete,
    specification,
    version,
    without,
)
from frontier_assets_tests.ssh import allow, needs_ssh_keygen, new_key

if TYPE_CHECKING:
    from frontier_assets_tests.cli.conftest import Frontier, Records

WHOLE = complete()
APPROVED = specification(promotion={"production": {"mode": "manual", "approvals": 2}})
LACKING: dict[str, Evidence] = {
    "nothing": WHOLE,
    "a policy": changed(WHOLE, policy=None),
    "a verdict": changed(WHOLE, verdicts={}),
    "a passed gate": changed_verdict(WHOLE, 0, outcome=Outcome.FAILED),
    "a gate that ran": changed_verdict(WHOLE, 0, outcome=Outcome.NOT_RUN),
    "a verdict on this gate": changed_verdict(WHOLE, 0, gate_digest="0" * 64),
    "a baseline": changed_verdict(changed(WHOLE, baselines={}), 1, threshold=None),
    "an evaluation": without(WHOLE, "evaluations", "noisy"),
    "a conversion": without(WHOLE, "artifacts", "onnx"),
    "its own conversion": changed(WHOLE, artifacts={"onnx": artifact(details={})}),
    "a proof": changed(WHOLE, artifacts={"onnx": artifact(outcome=None, verified_at=None)}),
    "a passed proof": changed(WHOLE, artifacts={"onnx": artifact(outcome=Outcome.NOT_RUN)}),
    "a build": changed(WHOLE, build=None),
    "a completed build": changed(WHOLE, build=Build("r", BuildState.RUNNING, AT, None)),
    "a model that moves": changed(WHOLE, frozen=Freeze("m", "ann", AT, "incident")),
    "approvals": complete(APPROVED),
    "automatic promotion": complete(specification(promotion={"production": "manual"})),
    "a clean past": changed(WHOLE, barred_reason="rolled back: it drifts"),
    "a higher number": changed(WHOLE, holder=version("2.0.0", 9, Stage.PRODUCTION)),
}


def accepted(command: str) -> bool:
    """Tell whether the command's own parser takes ``command``; it is not run."""
    first, *arguments = shlex.split(command)
    assert first == "frontier"
    parser: Any = typer.main.get_command(app)
    context = None
    while True:
        context = parser.make_context(parser.name, arguments, parent=context)
        if not hasattr(parser, "resolve_command"):
            return True
        rest = [*context._protected_args, *context.args]
        _, parser, arguments = parser.resolve_command(context, rest)


def conditions(evidence: Evidence) -> Iterator[Any]:
    for stage in Stage:
        there = changed(evidence, version=dataclasses.replace(evidence.version, stage=stage))
        for to in Stage:
            for automatic in (False, True):
                yield from decide(there, to=to, automatic=automatic).conditions


def commands(text: str) -> list[str]:
    return [part for part in text.replace("`", ";").split(";") if "frontier " in part[:10]]


@pytest.mark.parametrize("lacking", LACKING)
def test_every_remedy_is_a_command_that_exists(lacking: str) -> None:
    missing = [item for item in conditions(LACKING[lacking]) if item.state != "met"]
    assert all(item.detail and item.remedy for item in missing)
    given = {command.strip() for item in missing for command in commands(item.remedy)}
    assert given
    assert all(accepted(command) for command in given)


@pytest.mark.parametrize("lacking", LACKING)
def test_every_command_of_the_model_card_exists(lacking: str) -> None:
    given = [command.strip() for command in commands(model_card(LACKING[lacking]))]
    assert given
    assert all(accepted(command) for command in given)


def test_each_kind_of_condition_is_among_these() -> None:
    names = {item.name.split()[0] for one in LACKING.values() for item in conditions(one)}
    unmet = {
        item.name.split()[0]
        for one in LACKING.values()
        for item in conditions(one)
        if item.state != "met"
    }
    assert unmet == names
    assert datetime.now(UTC) > AT


@pytest.mark.parametrize("source", Stage)
def test_why_allows_exactly_the_moves_that_are_made(records: "Records", source: Stage) -> None:
    stages = records.workspace.stages
    ref = records.built().ref
    way = {
        Stage.DEVELOPMENT: (),
        Stage.STAGING: (Stage.STAGING,),
        Stage.PRODUCTION: (Stage.STAGING, Stage.PRODUCTION),
        Stage.ARCHIVED: (Stage.STAGING, Stage.PRODUCTION, Stage.ARCHIVED),
    }
    for step in way[source]:
        stages.promote(ref, to=step, reason="on its way")
    allowed = {to for to in Stage if records.workspace.why(ref, to=to).allowed}
    assert allowed == {source, *ALLOWED[source]}
    for to in set(Stage) - allowed:
        with pytest.raises(StageTransitionError):
            stages.promote(ref, to=to, reason="it is not possible")


@needs_ssh_keygen
def test_doing_what_comes_next_leads_to_production(
    frontier: "Frontier", records: "Records", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = new_key(tmp_path, "bea")
    monkeypatch.setenv("FRONTIER_ALLOWED_SIGNERS", str(allow(tmp_path / "signers", bea=key)))
    records.built()
    entry = {"mode": "manual", "approvals": 1}
    records.workspace.record_policy(records.specification(promotion={"production": entry}))
    frontier.text("freeze", "tiny")
    done = []
    while (command := next_command(frontier)) is not None:
        _, *arguments = shlex.split(command.replace("KEYFILE", str(key)))
        frontier.text(*arguments)
        done.append(arguments[0])
        assert len(done) < 10
    assert done == ["unfreeze", "promote", "approve", "promote"]
    assert records.workspace.versions.get("tiny@production").number == "1.0.0"


def next_command(frontier: "Frontier") -> str | None:
    import json

    found: str | None = json.loads(
        frontier("why", "tiny@1.0.0", "--to", "production", "--json").stdout
    )["next"]
    return found
