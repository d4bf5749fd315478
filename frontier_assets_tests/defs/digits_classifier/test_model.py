"""The demonstration model: its data and that it repeats. `test_demo` has its accuracy."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

import frontier_assets as fa
from frontier_assets import entrypoints
from frontier_assets.defs.digits_classifier import model as digits
from frontier_assets.specification import ModelSpecification
from frontier_assets.stats.metrics import metric
from frontier_assets_tests.recorded_run import RecordedRun

BRIEF = {"epochs": 3, "learning_rate": 0.002, "batch_size": 64, "width": 16, "noise": 0.1}


@pytest.fixture(scope="module")
def specification() -> ModelSpecification:
    path = Path(digits.__file__).with_name("defs.yaml")
    return ModelSpecification.model_validate(yaml.safe_load(path.read_text())["attributes"])


@pytest.fixture(scope="module")
def brief() -> RecordedRun:
    """A short training; what reads it leaves it as it is."""
    return brief_run()


def brief_run(*, seed: int = 0, resumed: object = None) -> RecordedRun:
    run = RecordedRun(digits.train_set(), BRIEF, seed=seed, resumed=resumed)
    digits.train(run.typed())
    return run


def assert_equal_states(one: dict[str, Any], other: dict[str, Any]) -> None:
    import torch

    torch.testing.assert_close(one, other, rtol=0, atol=0)


def rows(dataset: fa.Dataset) -> set[bytes]:
    return {image.tobytes() for image in dataset.inputs["image"]}


def test_every_entrypoint_of_the_yaml_exists(specification: ModelSpecification) -> None:
    assert specification.training is not None
    assert specification.architecture.entrypoint is not None
    named = [specification.training.entrypoint, specification.architecture.entrypoint]
    for entrypoint in [*named, *(source.entrypoint for source in specification.datasets)]:
        assert entrypoints.locate(entrypoint) == Path(digits.__file__)


def test_every_metric_of_the_yaml_exists(specification: ModelSpecification) -> None:
    outputs = specification.architecture.outputs
    found = [metric(name, outputs_kind=outputs) for name in specification.evaluation.metrics]
    assert [item.direction for item in found] == ["higher", "higher", "lower"]


def test_images_are_between_zero_and_one() -> None:
    for dataset in (digits.train_set(), digits.holdout(), digits.noisy()):
        image = dataset.inputs["image"]
        assert (image.dtype, image.shape[1:]) == (np.float32, (1, 8, 8))
        assert (image.min(), image.max()) == (0.0, 1.0)
        assert dataset.targets.dtype == np.int64


def test_the_data_repeats() -> None:
    for load in (digits.train_set, digits.holdout, digits.noisy):
        assert load().digest() == load().digest()


def test_holdout_and_noisy_are_disjoint_from_training() -> None:
    training, holdout, noisy = digits.train_set(), digits.holdout(), digits.noisy()
    assert training.ids is not None
    assert holdout.ids is not None
    assert noisy.ids is not None
    assert (len(training), len(holdout), len(noisy)) == (1437, 360, 360)
    assert not set(training.ids) & (set(holdout.ids) | set(noisy.ids))
    assert not rows(training) & (rows(holdout) | rows(noisy))
    np.testing.assert_array_equal(holdout.ids, noisy.ids)


def test_every_digit_is_as_frequent_in_training_as_in_the_holdout() -> None:
    training, holdout = digits.train_set(), digits.holdout()
    expected = np.bincount(training.targets) / len(training)
    np.testing.assert_allclose(np.bincount(holdout.targets) / len(holdout), expected, atol=0.002)


def test_each_epoch_is_saved_and_logged(brief: RecordedRun) -> None:
    assert brief.epochs == [1, 2, 3]
    assert brief.steps == [20 * epoch for epoch in brief.epochs if epoch is not None]
    assert [set(item) for item in brief.metrics] == [{"loss", "accuracy"}] * 3
    assert [set(item) for item in brief.logged] == [{"train_loss", "loss", "accuracy"}] * 3
    assert brief.logged[-1]["train_loss"] < brief.logged[0]["train_loss"]


def test_the_same_seed_trains_the_same_weights_bit_for_bit(brief: RecordedRun) -> None:
    again = brief_run()
    assert again.metrics == brief.metrics
    assert_equal_states(again.states[-1], brief.states[-1])


def test_another_seed_trains_other_weights(brief: RecordedRun) -> None:
    assert brief_run(seed=1).metrics != brief.metrics


def test_an_interrupted_run_ends_as_if_it_had_not_been(brief: RecordedRun) -> None:
    resumed = brief_run(resumed=brief.states[0])
    assert resumed.epochs == [2, 3]
    assert_equal_states(resumed.states[-1], brief.states[-1])


def test_a_run_that_had_ended_does_nothing_more(brief: RecordedRun) -> None:
    assert brief_run(resumed=brief.states[-1]).states == []


def test_training_leaves_the_processes_random_numbers_and_threads_alone() -> None:
    import torch

    torch.set_num_threads(1)
    random, threads = torch.get_rng_state(), torch.get_num_threads()
    brief_run()
    assert torch.equal(torch.get_rng_state(), random)
    assert torch.get_num_threads() == threads


def test_the_width_changes_the_network_and_other_parameters_do_not() -> None:
    shapes = [
        {name: tensor.shape for name, tensor in network.state_dict().items()}
        for network in (digits.build(width=8), digits.build(width=8, epochs=3), digits.build())
    ]
    assert shapes[0] == shapes[1] != shapes[2]
