import json
from typing import Any

import pytest
from pydantic import ValidationError

from frontier_assets.specification import KeepRule, ModelSpecification, Objective, Retention
from frontier_assets_tests.tabular_yaml import specification

TRAINING = {"entrypoint": "a.b:train", "metric": "accuracy", "direction": "higher"}


def retained(**changes: Any) -> ModelSpecification:
    values = specification("sklearn").model_dump(mode="json", by_alias=True)
    values["datasets"].append({"name": "train", "entrypoint": "a.b:train_set"})
    return ModelSpecification.model_validate({**values, "training": TRAINING, **changes})


def test_a_yaml_without_the_section_has_the_digest_that_it_had_before() -> None:
    assert "retention" not in json.loads(specification("sklearn").canonical())
    assert retained(retention=None).digest == retained().digest
    assert retained(retention={}).digest != retained().digest


def test_a_recorded_section_reads_back_equal() -> None:
    rules = [{"keep_every": 2, "unit": "epoch"}, {"keep_best": 1, "metric": "accuracy"}]
    section = {"checkpoints": {"keep_best": 3, "keep_recent": 5}, "rules": rules}
    recorded = retained(retention=section)
    read = ModelSpecification.from_canonical(json.loads(recorded.canonical()))
    assert (read, read.digest) == (recorded, recorded.digest)


def test_the_section_alone_keeps_everything_and_runs_daily() -> None:
    retention = Retention.model_validate({})
    assert (retention.all_rules(), retention.schedule) == ([], "0 3 * * *")


def test_a_rule_takes_metric_and_direction_from_the_training() -> None:
    objective = retained().objective
    assert objective == Objective("accuracy", "higher")
    for rule in (KeepRule(keep_best=1), KeepRule(keep_best=1, metric="accuracy")):
        completed = rule.completed(objective)
        assert (completed.metric, completed.direction) == ("accuracy", "higher")
    named = KeepRule(keep_best=1, metric="loss", direction="lower")
    assert named.completed(objective) == named
    assert specification("sklearn").objective == Objective("loss", "lower")


def test_another_metric_needs_its_direction() -> None:
    section = {"checkpoints": {"keep_best": 1, "metric": "loss"}}
    with pytest.raises(ValidationError, match="only that of the training's own metric, accuracy"):
        retained(retention=section)
