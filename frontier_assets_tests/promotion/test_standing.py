import dataclasses

import pytest

from frontier_assets.promotion.standing import standings
from frontier_assets.registry.evidence import Evidence
from frontier_assets.types import Digest, Stage
from frontier_assets_tests.promotion.complete import changed, evaluation, version


def compared(evidence: Evidence, metric: str, value: float, held: float) -> Evidence:
    """Return the evidence with one metric on holdout alone, here and in production."""
    own, other = (
        {"holdout": dataclasses.replace(evaluation("holdout"), metrics={metric: figure})}
        for figure in (value, held)
    )
    return changed(evidence, evaluations=own, baselines=other)


@pytest.mark.parametrize(
    ("metric", "value", "held", "change"),
    [
        ("accuracy", 0.98, 0.97, "better"),
        ("accuracy", 0.96, 0.97, "worse"),
        ("accuracy", 0.97, 0.97, "equal"),
        ("log_loss", 0.2, 0.3, "better"),
        ("log_loss", 0.4, 0.3, "worse"),
        ("of_another_release", 0.4, 0.3, "not compared"),
    ],
)
def test_the_metrics_own_direction_says_what_a_difference_means(
    evidence: Evidence, metric: str, value: float, held: float, change: str
) -> None:
    (found,) = standings(compared(evidence, metric, value, held))
    assert found.change == change
    assert found.difference == pytest.approx(value - held)


def test_the_order_is_that_of_the_yaml_and_then_of_the_alphabet(evidence: Evidence) -> None:
    own = dataclasses.replace(
        evaluation("holdout"), metrics={"log_loss": 1.0, "f1_macro": 0.5, "accuracy": 0.9}
    )
    found = standings(changed(evidence, evaluations={"holdout": own}))
    assert [item.metric for item in found] == ["accuracy", "f1_macro", "log_loss"]


def test_other_data_are_not_compared(evidence: Evidence) -> None:
    other = dataclasses.replace(evaluation("holdout"), dataset_digest=Digest("9" * 64))
    found = standings(changed(evidence, baselines={"holdout": other}))
    assert {item.change for item in found} == {"not compared"}
    assert {item.difference for item in found} == {None}


def test_the_version_in_production_is_not_compared_with_itself(evidence: Evidence) -> None:
    held = changed(evidence, holder=version(stage=Stage.PRODUCTION))
    assert {item.held for item in standings(held)} == {None}


def test_nothing_in_production_leaves_nothing_to_compare(evidence: Evidence) -> None:
    assert {item.held for item in standings(changed(evidence, holder=None))} == {None}
