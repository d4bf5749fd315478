"""What each example contributes to a metric: the mean is the metric, the scatter its scatter."""

from typing import Any

import numpy as np
import pytest
from scipy import stats

from frontier_assets.stats.metric import Metric
from frontier_assets.stats.metrics import METRICS

Array = np.ndarray[Any, Any]
ROWS = 200
UNWEIGHTED = ("adjusted_rand", "normalized_mutual_information", "roc_auc")
# Metrics of scores that say what is wanted.
_DETECTIONS = tuple(f"frontier_assets.stats.{name}" for name in ("ranking", "audio", "vision:mask"))


def spoken_texts(random: np.random.Generator, rows: int) -> tuple[Array, Array]:
    said = random.choice(np.array(["one", "two", "three"]), (rows, 6))
    heard = np.where(random.random((rows, 6)) < random.random((rows, 1)) / 2, "four", said)
    first, second = ([" ".join(words) for words in side] for side in (heard, said))
    return np.array(first), np.array(second)


def examples(metric: Metric, rows: int = ROWS, seed: int = 4) -> tuple[Array, Array]:
    """Return predictions of the kind that the metric needs, often right, and targets."""
    random = np.random.default_rng(seed)
    if metric.needs == "texts":
        return spoken_texts(random, rows)
    if metric.compute.startswith(_DETECTIONS):
        wanted = (random.random((rows, 20)) < random.uniform(0.1, 0.3, (rows, 1))).astype(float)
        wanted[:, 0] = 1  # neither silent nor without relevance
        return wanted + random.normal(size=(rows, 20)) * 0.4, wanted
    if metric.needs == "values":
        amounts = random.normal(size=(rows, 2)) * [1, 10]
        return amounts + random.normal(size=(rows, 2)) * [0.5, 3], amounts
    targets = random.choice(4, rows, p=[0.5, 0.3, 0.15, 0.05])
    right = random.random(rows) < 0.8
    labels = np.where(right, targets, random.integers(0, 5, rows))
    if metric.needs == "labels":
        return labels, targets
    if metric.name == "roc_auc":
        sick = random.random(rows) < 0.3
        chance = 1 / (1 + np.exp(1 - 2 * sick - random.normal(size=rows).round(1)))
        return np.column_stack([1 - chance, chance]), sick.astype(int)
    first_five = metric.name == "top_5_accuracy"  # of five classes all are
    scores = random.dirichlet(np.ones(12 if first_five else 5), rows)
    scores += 0 if first_five else np.eye(5)[labels]
    return scores / scores.sum(axis=1, keepdims=True), targets


@pytest.mark.parametrize("metric", METRICS.values(), ids=list(METRICS))
@pytest.mark.parametrize("weighted", [False, True])
def test_the_mean_of_the_contributions_is_the_metric(metric: Metric, *, weighted: bool) -> None:
    predictions, targets = examples(metric)
    if weighted and metric.name in UNWEIGHTED:  # they take none
        return
    weights = np.random.default_rng(5).integers(1, 4, ROWS) if weighted else None
    found = metric.rows(predictions, targets, weights)
    assert found.shape == (ROWS,)
    assert found.mean() == pytest.approx(metric(predictions, targets, weights), rel=1e-9)


@pytest.mark.parametrize("metric", METRICS.values(), ids=list(METRICS))
def test_the_interval_is_that_of_the_bootstrap(metric: Metric) -> None:
    predictions, targets = examples(metric)
    found = metric.interval(metric.rows(predictions, targets, None))

    def of_rows(places: Array) -> float:
        return metric(predictions[places], targets[places], None)

    drawn = stats.bootstrap(
        (np.arange(ROWS),), of_rows, n_resamples=300, rng=7, method="percentile", vectorized=False
    )
    low, high = drawn.confidence_interval
    assert found is not None
    assert found.upper - found.lower == pytest.approx(high - low, rel=0.15)
    assert (found.lower, found.upper) == pytest.approx((low, high), abs=0.2 * (high - low))


@pytest.mark.parametrize("metric", METRICS.values(), ids=list(METRICS))
def test_perfect_predictions_have_an_interval_within_the_metrics_range(metric: Metric) -> None:
    _, targets = examples(metric)
    classes = 2 if metric.name == "roc_auc" else 5
    perfect = np.eye(classes)[targets] if metric.needs == "probabilities" else targets
    found = metric.interval(metric.rows(perfect, targets, None))
    assert found is not None
    assert metric.low <= found.lower <= found.upper <= metric.high
    assert found.estimate == pytest.approx(metric(perfect, targets, None), abs=1e-12)
    assert np.isfinite(found).all()
