"""Replayed traffic: who serves which request, what is recorded of it, and what that decides."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from rich.console import Console

import frontier_assets as fa
from frontier_assets.checkpoints.training import train
from frontier_assets.cli.demo.decision import decision, decision_table
from frontier_assets.cli.demo.replay import replay
from frontier_assets.defs.digits_classifier import model as digits
from frontier_assets.defs.digits_classifier import traffic
from frontier_assets.errors import ExperimentNotFoundError, InvalidValueError
from frontier_assets.registry.experiment_records import Experiment
from frontier_assets.specification import ModelSpecification
from frontier_assets.types import ExperimentDecision
from frontier_assets.workspace import Workspace
from frontier_assets_tests import tiny_model
from frontier_assets_tests.tiny_project import MODEL, tiny_attributes

GOOD, BAD = "1.0.0", "1.1.0"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A trained version, and one that is the random start."""
    folder = tmp_path_factory.mktemp("replay")
    with Workspace.open(
        root=folder,
        registry_url=f"sqlite:///{folder}/registry.db",
        stores={"default": f"file:{folder}/store"},
        actor="ann",
    ) as opened:
        for epochs in (20, 0):
            made_by(opened, epochs)
        yield opened


def made_by(workspace: Workspace, epochs: int) -> None:
    attributes = tiny_attributes()
    attributes["training"]["parameters"] = {"epochs": epochs}
    specification = ModelSpecification.model_validate(attributes)
    workspace.record_policy(specification)
    quiet: dict[str, Any] = {"on_checkpoint": lambda _: None, "on_metrics": lambda _: None}
    train(specification, name=f"run{epochs}", checkpoints=workspace.checkpoints, **quiet)
    key = workspace.checkpoints.best_of_run(MODEL, f"run{epochs}").key
    workspace.versions.register(MODEL, checkpoint=key)


def begun(workspace: Workspace, control: str, treatment: str) -> Experiment:
    made = workspace.experiments.create(
        MODEL,
        "replayed",
        control=control,
        treatments=[treatment],
        metric={"metric": "accuracy", "kind": "proportion"},
        guardrails=[{"metric": "log_loss", "margin": 0.5}],
        planned_units=200,
        minimum_units=100,
        namespace=f"namespace {len(workspace.experiments.list(MODEL))}",
    )
    return workspace.experiments.start(made.id)


def asked(rows: int = 600) -> fa.Dataset:
    places = np.arange(rows)
    drawn = tiny_model.holdout().take(places % 200)
    # A twentieth is labelled wrongly: a rate of 1 could not be judged.
    targets = (drawn.targets + (places % 20 == 0)) % 3
    ids = np.array([f"request-{at}" for at in places])
    return fa.Dataset(inputs=drawn.inputs, targets=targets, ids=ids)


def recorded(workspace: Workspace, experiment: Experiment, folder: Path) -> dict[str, Any]:
    """Return the recorded rows: unit to variant, correct or not, and loss."""
    rows: list[tuple[Any, ...]] = []
    for at, item in enumerate(workspace.registry.observations.files(experiment)):
        content = workspace.stores[item.store].open(item.digest)
        (path,) = content.write_to(folder / str(at))
        with duckdb.connect() as connection:
            question = f"SELECT unit, variant, accuracy, log_loss FROM '{path}'"
            rows += connection.execute(question).fetchall()
    assert len(rows) == len({unit for unit, *_ in rows})
    return {unit: tuple(values) for unit, *values in rows}


def printed(experiment: Experiment, workspace: Workspace) -> str:
    console = Console(width=300, record=True)
    console.print(decision_table(workspace, experiment, ui="http://here"))
    return console.export_text()


def test_each_request_is_served_once_by_the_version_it_is_assigned_to(
    workspace: Workspace, tmp_path: Path
) -> None:
    experiment, requests = begun(workspace, GOOD, BAD), asked()
    assert replay(workspace, experiment, requests) == len(requests)
    assert requests.ids is not None
    found = recorded(workspace, experiment, tmp_path)
    assert set(found) == set(requests.ids)
    assigner = workspace.experiments.assigner(experiment.id)
    assert all(assigner.assign(unit) == variant for unit, (variant, *_) in found.items())
    for number in (GOOD, BAD):
        logits = workspace.load(f"{MODEL}@{number}").predict(requests.inputs)
        loss = np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(600), requests.targets]
        for at, unit in enumerate(requests.ids):
            if found[unit][0] == number:
                correct = float(logits[at].argmax() == requests.targets[at])
                assert found[unit][1:] == pytest.approx((correct, loss[at]), abs=1e-5)


@pytest.mark.feature("ABT-12", "ABT-13")
@pytest.mark.parametrize(
    ("control", "treatment", "expected", "words"),
    [
        (BAD, GOOD, ExperimentDecision.TREATMENT, "1.0.0 won, and the sensor promotes it"),
        (
            GOOD,
            BAD,
            ExperimentDecision.GUARDRAIL_STOP,
            "1.1.0 does harm, so 1.0.0 stays in production",
        ),
    ],
)
def test_what_the_versions_make_of_the_traffic_decides(
    workspace: Workspace, control: str, treatment: str, expected: ExperimentDecision, words: str
) -> None:
    experiment = begun(workspace, control, treatment)
    replay(workspace, experiment, asked())
    seen = workspace.experiments.analyze(experiment.id)
    ended = workspace.experiments.get(experiment.id)
    assert (ended.decision, ended.subjects) == (expected, (treatment,))
    assert decision(ended) == words
    text = printed(ended, workspace)
    page = f"http://here/assets/{MODEL}/ab_test?view=partitions&partition={experiment.id}"
    assert all(part in text for part in (words, *seen.sentences, page))


def test_an_experiment_that_was_stopped_says_that_nothing_was_decided(workspace: Workspace) -> None:
    experiment = begun(workspace, GOOD, BAD)
    stopped = workspace.experiments.stop(experiment.id, reason="no more traffic")
    text = printed(stopped, workspace)
    assert "none, so 1.0.0 stays in production" in text
    assert "no more traffic" in text
    with pytest.raises(ExperimentNotFoundError):
        replay(workspace, experiment, asked())


def test_requests_without_ids_are_refused(workspace: Workspace) -> None:
    experiment = begun(workspace, BAD, GOOD)
    with pytest.raises(InvalidValueError, match="expected an id for each request"):
        replay(workspace, experiment, tiny_model.holdout())
    workspace.experiments.stop(experiment.id, reason="the test is over")


def test_an_image_comes_once_and_each_time_under_other_noise() -> None:
    clean, first, both = digits.holdout(), traffic.requests([0]), traffic.requests(range(2))
    assert both.ids is not None
    assert len(set(both.ids)) == len(both) == 2 * len(clean)
    images = both.inputs["image"]
    assert len({image.tobytes() for image in images}) == len(both)
    np.testing.assert_array_equal(images[: len(clean)], first.inputs["image"])
    np.testing.assert_array_equal(both.targets[len(clean) :], clean.targets)
    assert (images.min(), images.max()) == (0.0, 1.0)
    moved = np.abs(images[: len(clean)] - digits.noisy().inputs["image"])
    assert moved.max() > 0.5
