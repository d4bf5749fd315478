"""Sequences are judged token by token, and examples are what their tokens come to."""

from typing import Any

import numpy as np
import pytest

from frontier_assets.errors import InvalidValueError
from frontier_assets.stats.metrics import compute
from frontier_assets.stats.tokens import by_example

Array = np.ndarray[Any, Any]
TARGETS = np.array([[0, 2, 1, -100], [3, -100, -100, -100], [1, 1, 0, 2]])
LOGITS = np.random.default_rng(1).normal(size=(3, 4, 5))


@pytest.mark.feature("EVA-14")
def test_a_language_model_is_judged_on_every_token_but_padding() -> None:
    found = compute(["accuracy", "perplexity"], LOGITS, TARGETS, outputs_kind="logits")
    tokens = TARGETS >= 0
    alone = compute(
        ["accuracy", "perplexity"], LOGITS[tokens], TARGETS[tokens], outputs_kind="logits"
    )
    assert found == alone


def test_labels_of_tokens_and_weights_of_examples_are_judged_alike() -> None:
    weights = np.array([1.0, 0.0, 2.0])
    found = compute(
        ["accuracy"], TARGETS.clip(0), TARGETS.clip(0), outputs_kind="labels", weights=weights
    )
    assert found == {"accuracy": 1.0}
    right = np.where(np.arange(3)[:, None] == 0, 9, TARGETS)
    assert compute(["accuracy"], right, TARGETS, outputs_kind="labels", weights=weights) == {
        "accuracy": pytest.approx(8 / 11)
    }


@pytest.mark.parametrize(
    ("targets", "named"),
    [
        (TARGETS[:, :3], r"int64\(3, 3\).*expected integers \(3, 4\)"),
        (TARGETS * 1.0, r"float64\(3, 4\).*a class for each token"),
        (np.full_like(TARGETS, -100), "at least one"),
    ],
)
def test_targets_that_are_no_class_for_each_token_are_refused(targets: Array, named: str) -> None:
    with pytest.raises(InvalidValueError, match=named):
        compute(["accuracy"], LOGITS, targets, outputs_kind="logits")


def test_examples_scatter_as_means_of_their_tokens_do() -> None:
    random = np.random.default_rng(2)
    of_example = random.normal(size=400)
    rows = np.repeat(of_example, 10)
    found = by_example(rows, np.repeat(np.arange(400), 10))
    np.testing.assert_allclose(found, of_example)
    assert by_example(rows, None) is rows
