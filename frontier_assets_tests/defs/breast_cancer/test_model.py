"""The demonstration model that is not a network: its data, its accuracy and that it repeats."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

import frontier_assets as fa
from frontier_assets.defs.breast_cancer import model as biopsies
from frontier_assets.orchestration.component import LocatedSpecification
from frontier_assets.specification import ModelSpecification
from frontier_assets_tests.recorded_run import RecordedRun

BRIEF = {"strengths": [0.1, 1.0], "folds": 3}


@pytest.fixture(scope="module")
def specification() -> ModelSpecification:
    path = Path(biopsies.__file__).with_name("defs.yaml")
    return LocatedSpecification.model_validate(yaml.safe_load(path.read_text())["attributes"])


@pytest.fixture(scope="module")
def trained(specification: ModelSpecification) -> RecordedRun:
    """The training that the YAML describes."""
    assert specification.training is not None
    run = RecordedRun(biopsies.train_set(), specification.training.parameters)
    biopsies.train(run.typed())
    return run


def brief_run(resumed: object = None) -> RecordedRun:
    run = RecordedRun(biopsies.train_set(), BRIEF, resumed=resumed)
    biopsies.train(run.typed())
    return run


def probabilities(model: Any, dataset: fa.Dataset) -> "np.ndarray[Any, Any]":
    return np.asarray(model.predict_proba(dataset.inputs["features"]))


def rows(dataset: fa.Dataset) -> set[bytes]:
    return {row.tobytes() for row in dataset.inputs["features"]}


def test_training_and_holdout_share_no_biopsy_and_cover_all() -> None:
    training, holdout = biopsies.train_set(), biopsies.holdout()
    assert training.ids is not None
    assert holdout.ids is not None
    assert not rows(training) & rows(holdout)
    assert sorted([*training.ids, *holdout.ids]) == list(range(569))


def test_both_parts_have_the_diagnoses_equally_often() -> None:
    shares = [dataset.targets.mean() for dataset in (biopsies.train_set(), biopsies.holdout())]
    assert shares == pytest.approx([0.627, 0.627], abs=0.005)


def test_the_second_reading_measures_the_same_biopsies_a_little_differently() -> None:
    first, second = biopsies.holdout(), biopsies.second_reading()
    assert np.array_equal(first.targets, second.targets)
    before, after = first.inputs["features"], second.inputs["features"]
    off = np.abs(after - before).mean(axis=0) / before.std(axis=0)
    assert 0.03 < off.mean() < 0.1
    assert second.digest() == biopsies.second_reading().digest() != first.digest()


def test_the_best_strength_lies_inside_the_range_that_is_tried(trained: RecordedRun) -> None:
    losses = [metrics["loss"] for metrics in trained.metrics]
    assert losses.index(min(losses)) not in (0, len(losses) - 1)
    assert trained.steps == list(range(1, 8))


def test_it_meets_its_own_gates_with_room_to_spare(trained: RecordedRun) -> None:
    from sklearn.metrics import log_loss, recall_score

    best = min(trained.states, key=lambda s: trained.metrics[s["done"] - 1]["loss"])["model"]
    holdout = biopsies.holdout()
    found = probabilities(best, holdout)
    assert recall_score(holdout.targets, found.argmax(axis=1), average="macro") > 0.97
    assert log_loss(holdout.targets, found) < 0.08


def test_training_again_gives_the_same_model() -> None:
    one, other = brief_run(), brief_run()
    assert one.metrics == other.metrics
    for mine, yours in zip(one.states, other.states, strict=True):
        assert np.array_equal(
            probabilities(mine["model"], biopsies.holdout()),
            probabilities(yours["model"], biopsies.holdout()),
        )


def test_an_interrupted_run_carries_on_with_the_next_strength() -> None:
    whole = brief_run()
    resumed = brief_run(resumed=whole.states[0])
    assert (resumed.steps, resumed.metrics) == (whole.steps[1:], whole.metrics[1:])
