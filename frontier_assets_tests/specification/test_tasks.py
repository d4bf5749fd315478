"""Every task is accepted, with metrics that its outputs can give."""

from typing import get_args

import pytest
from pydantic import ValidationError

from frontier_assets.specification import ModelSpecification, Task
from frontier_assets_tests.promotion import complete
from frontier_assets_tests.tabular_yaml import specification

DEFAULTS = {
    "logits": ["accuracy", "f1_macro", "log_loss"],
    "probabilities": ["accuracy", "f1_macro", "log_loss"],
    "labels": ["accuracy", "f1_macro"],
    "values": ["rmse", "mae"],
    "texts": ["word_error_rate", "character_error_rate"],
}
METRICS = {(task, outputs): DEFAULTS[outputs] for task in get_args(Task) for outputs in DEFAULTS}
METRICS |= {
    ("clustering", "labels"): ["adjusted_rand"],
    ("regression", "values"): ["rmse", "mae", "r2"],
}
del METRICS["classification", "values"]  # a classification has classes
del METRICS["classification", "texts"]


@pytest.mark.feature("FRM-3")
@pytest.mark.parametrize(("task", "outputs"), METRICS)
def test_every_task_is_accepted_and_has_metrics(task: str, outputs: str) -> None:
    framework = "custom" if outputs == "texts" else "sklearn"
    found = specification(framework, task=task, architecture={"outputs": outputs})
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


@pytest.mark.feature("EVA-14")
def test_texts_are_refused_to_frameworks_that_return_numbers() -> None:
    with pytest.raises(ValidationError, match=r"texts` takes `framework: custom`.*return numbers"):
        specification("sklearn", task="stt", architecture={"outputs": "texts"})


@pytest.mark.feature("EVA-2")
def test_the_data_sets_of_an_evaluation_are_some_and_differ() -> None:
    for wrong, message in (([], "at least 1 item"), (["holdout"] * 2, "'holdout' is given twice")):
        with pytest.raises(ValidationError, match=message):
            complete.specification(evaluation={"datasets": wrong, "metrics": ["accuracy"]})
    datasets = ["holdout", "noisy"]
    accepted = complete.specification(evaluation={"datasets": datasets, "metrics": ["accuracy"]})
    assert accepted.evaluation.datasets == datasets
