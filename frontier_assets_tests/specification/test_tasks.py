"""Every task is accepted, with metrics that its outputs can give."""

from typing import get_args

import pytest
from pydantic import ValidationError

from frontier_assets.specification import ModelSpecification, Task
from frontier_assets_tests.tabular_yaml import specification

DEFAULTS = {
    "logits": ["accuracy", "f1_macro", "log_loss"],
    "probabilities": ["accuracy", "f1_macro", "log_loss"],
    "labels": ["accuracy", "f1_macro"],
    "values": ["rmse", "mae"],
}
METRICS = {(task, outputs): DEFAULTS[outputs] for task in get_args(Task) for outputs in DEFAULTS}
METRICS |= {
    ("clustering", "labels"): ["adjusted_rand"],
    ("regression", "values"): ["rmse", "mae", "r2"],
}
del METRICS["classification", "values"]  # a classification has classes


@pytest.mark.feature("FRM-3")
@pytest.mark.parametrize(("task", "outputs"), METRICS)
def test_every_task_is_accepted_and_has_metrics(task: str, outputs: str) -> None:
    found = specification("sklearn", task=task, architecture={"outputs": outputs})
    assert found.evaluation.metrics == METRICS[task, outputs]
    assert ModelSpecification.from_canonical(found.canonical_values()) == found


@pytest.mark.feature("FRM-3")
def test_an_unknown_task_is_refused_and_chosen_metrics_are_kept() -> None:
    with pytest.raises(ValidationError, match="'separation' or 'custom'"):
        specification("sklearn", task="weather")
    chosen = {"datasets": ["holdout"], "metrics": ["log_loss"]}
    assert specification("sklearn", evaluation=chosen).evaluation.metrics == ["log_loss"]
    with pytest.raises(ValidationError, match="at least 1 item"):
        specification("sklearn", evaluation={"datasets": ["holdout"], "metrics": []})
