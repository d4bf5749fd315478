"""Which examples of a large data set are evaluated."""

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from frontier_assets.dataset import Dataset
from frontier_assets.evaluation.sampling import sampled
from frontier_assets.specification import Evaluation


def settings(**fields: Any) -> Evaluation:
    return Evaluation.model_validate({"datasets": ["holdout"], "metrics": ["accuracy"], **fields})


def dataset(rows: int) -> Dataset:
    numbers = np.arange(rows)
    return Dataset(
        inputs={"x": numbers},
        targets=numbers,
        segments={"s": numbers},
        ids=numbers,
        weights=numbers,
    )


@pytest.mark.feature("EVA-9")
def test_the_same_seed_draws_the_same_examples_in_their_order() -> None:
    data = dataset(1000)
    first, again = (sampled(data, settings(sample=50, seed=1)) for _ in range(2))
    other = sampled(data, settings(sample=50, seed=2))
    assert first.digest() == again.digest() != other.digest()
    assert (np.diff(first.targets) > 0).all()
    assert {tuple(array) for array in first.columns().values()} == {tuple(first.targets)}


@pytest.mark.parametrize(
    ("fields", "rows"),
    [
        ({}, 40),
        ({"sample": 40}, 40),
        ({"sample": 41}, 40),
        ({"sample": 1}, 1),
        ({"sample_fraction": 0.25}, 10),
        ({"sample_fraction": 1}, 40),
        ({"sample_fraction": 1e-9}, 1),
    ],
)
def test_a_sample_has_as_many_examples_as_asked_for(fields: dict[str, Any], rows: int) -> None:
    assert len(sampled(dataset(40), settings(**fields))) == rows


@pytest.mark.feature("EVA-9")
@pytest.mark.parametrize(
    "fields",
    [
        {"sample": 0},
        {"sample_fraction": 0},
        {"sample_fraction": 1.01},
        {"sample": 5, "sample_fraction": 0.5},
        {"sample": 5, "seed": -1},
    ],
)
def test_an_impossible_sample_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        settings(**fields)
