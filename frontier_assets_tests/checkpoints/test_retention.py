from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontier_assets.checkpoints.retention import Plan, checked_rules, keep_best, plan
from frontier_assets.errors import InvalidValueError
from frontier_assets.specification import DEFAULT_OBJECTIVE, Objective
from frontier_assets.types import Checkpoint, Digest

NOW = datetime(2026, 3, 31, tzinfo=UTC)
OBJECTIVE = DEFAULT_OBJECTIVE


def checkpoint(number: int, loss: float | None = 0.5, **values: Any) -> Checkpoint:
    """Return the checkpoint that was saved as the ``number``-th, one a day until yesterday."""
    facts: dict[str, Any] = {
        "id": number,
        "model": "m",
        "run": "r",
        "step": number,
        "epoch": None,
        "digest": Digest("a" * 64),
        "store": "default",
        "size_bytes": 10,
        "stored_bytes": 10,
        "metrics": {} if loss is None else {"loss": loss},
        "parameters": {},
        "data_digests": {},
        "created_at": NOW - timedelta(days=10 - number),
    }
    return Checkpoint(**(facts | values))


# Steps 0 to 9; the losses fall until step 4 and rise again.
TEN = [checkpoint(n, abs(n - 4) / 10, epoch=n // 2) for n in range(10)]


def planned(
    policy: Mapping[str, Any] | Sequence[Mapping[str, Any]],
    checkpoints: Sequence[Checkpoint] = TEN,
    *,
    protected: Mapping[str, Sequence[str]] | None = None,
    objective: Objective = OBJECTIVE,
) -> Plan:
    rules = checked_rules(policy, objective)
    return plan(checkpoints, rules, protected=protected or {}, now=NOW)


def kept_steps(found: Plan) -> list[int]:
    return [item.checkpoint.step for item in found.kept]


@pytest.mark.feature("CKP-4")
@pytest.mark.parametrize(
    ("policy", "steps"),
    [
        ([], [*range(10)]),
        ({"keep_all": True}, [*range(10)]),
        ({"keep_best": 1}, [4]),
        # Steps 3 and 5 are equally good: the newer one is kept.
        ({"keep_best": 2}, [4, 5]),
        ({"keep_best": 2, "metric": "loss", "direction": "higher"}, [8, 9]),
        ({"keep_best": 99}, [*range(10)]),
        ({"keep_recent": 3}, [7, 8, 9]),
        ({"keep_best": 1, "keep_recent": 3}, [4, 7, 8, 9]),
        ({"keep_every": 4}, [0, 4, 8]),
        ({"keep_every": 2, "unit": "epoch"}, [0, 1, 4, 5, 8, 9]),
        ({"max_age_days": 2}, [8, 9]),
        ([{"keep_best": 1}, {"keep_every": 9}, {"max_age_days": 1.5}], [0, 4, 9]),
    ],
)
def test_each_policy_keeps_what_its_name_says(
    policy: Mapping[str, Any] | Sequence[Mapping[str, Any]], steps: list[int]
) -> None:
    found = planned(policy)
    assert kept_steps(found) == steps
    assert [item.step for item in found.deleted] == [n for n in range(10) if n not in steps]


@pytest.mark.feature("CKP-4")
@pytest.mark.parametrize("key", ["keep_best", "keep_recent", "keep_every", "max_age_days"])
@pytest.mark.parametrize("value", [0, -1])
def test_a_count_that_keeps_nothing_is_refused(key: str, value: int) -> None:
    with pytest.raises(InvalidValueError, match=f"{key}: Input should be greater than"):
        planned({key: value})


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ({}, "the rule: a rule has to keep something: write `keep_best`"),
        ({"keep_all": False}, "a rule has to keep something"),
        ({"keep": 1}, "keep: Extra inputs are not permitted"),
        ({"keep_best": True}, "keep_best: Input should be a valid integer"),
        ({"keep_recent": 1, "metric": "loss"}, "`metric` has no meaning without `keep_best`"),
        ({"keep_best": 1, "direction": "lower"}, "`direction` has no meaning without `metric`"),
        ({"keep_recent": 1, "unit": "epoch"}, "`unit` has no meaning without `keep_every`"),
        ({"max_age_days": float("nan")}, "max_age_days: Input should be"),
        ({"keep_best": 1, "metric": "auc"}, "write its `direction`, `lower` or `higher`, too"),
    ],
)
def test_a_policy_that_says_nothing_clear_is_refused(
    policy: Mapping[str, Any], message: str
) -> None:
    with pytest.raises(InvalidValueError, match=message):
        planned(policy)


@pytest.mark.feature("CKP-4")
def test_a_metric_that_no_checkpoint_has_is_refused_with_those_there_are() -> None:
    policy = {"keep_best": 1, "metric": "auc", "direction": "higher"}
    with pytest.raises(InvalidValueError, match="'auc' is not valid: the checkpoints have loss"):
        planned(policy)
    assert planned(policy, []) == Plan((), ())


def test_the_best_are_told_by_the_trainings_objective_unless_a_rule_names_another() -> None:
    accuracies = [checkpoint(n, metrics={"accuracy": n / 10, "loss": 1.0}) for n in range(3)]
    objective = Objective("accuracy", "higher")
    assert kept_steps(planned({"keep_best": 1}, accuracies, objective=objective)) == [2]
    named = {"keep_best": 1, "metric": "accuracy"}
    assert kept_steps(planned(named, accuracies, objective=objective)) == [2]


def test_a_checkpoint_without_the_metric_is_not_among_the_best() -> None:
    unmeasured = [checkpoint(0, None), checkpoint(1, 0.3), checkpoint(2, None)]
    assert kept_steps(planned({"keep_best": 2}, unmeasured)) == [1]


def test_what_is_kept_says_everything_that_keeps_it() -> None:
    found = planned({"keep_best": 1, "keep_every": 4}, protected={"r-step-4": ["it is pinned"]})
    (best,) = [item for item in found.kept if item.checkpoint.step == 4]
    assert best.reasons == (
        "number 1 of the best 1 by loss, 0",
        "step 4 is a multiple of 4",
        "it is pinned",
    )


RULES = st.lists(
    st.one_of(
        st.fixed_dictionaries({"keep_best": st.integers(1, 6)}),
        st.fixed_dictionaries({"keep_recent": st.integers(1, 6)}),
        st.fixed_dictionaries({"keep_every": st.integers(1, 6)}),
        st.fixed_dictionaries(
            {"keep_every": st.integers(1, 3), "unit": st.sampled_from(["step", "epoch"])}
        ),
        st.fixed_dictionaries({"max_age_days": st.integers(1, 12)}),
        st.fixed_dictionaries({"keep_best": st.integers(1, 3), "keep_recent": st.integers(1, 3)}),
    ),
    min_size=1,
    max_size=4,
)


@st.composite
def saved(draw: st.DrawFn) -> list[Checkpoint]:
    losses = draw(st.lists(st.sampled_from([0.1, 0.2, 0.3]), min_size=1, max_size=12))
    return [
        checkpoint(n, loss, epoch=draw(st.none() | st.integers(0, 6)))
        for n, loss in enumerate(losses)
    ]


@given(rules=RULES, checkpoints=saved())
def test_rules_keep_exactly_what_one_of_them_keeps(
    rules: list[dict[str, Any]], checkpoints: list[Checkpoint]
) -> None:
    alone = [set(kept_steps(planned(rule, checkpoints))) for rule in rules]
    assert set(kept_steps(planned(rules, checkpoints))) == set().union(*alone)


@given(rules=RULES, checkpoints=saved(), held=st.sets(st.integers(0, 11)))
def test_what_is_protected_stays_and_nothing_is_lost_from_the_report(
    rules: list[dict[str, Any]], checkpoints: list[Checkpoint], held: set[int]
) -> None:
    found = planned(rules, checkpoints, protected={f"r-step-{n}": ["held"] for n in held})
    deleted = [item.step for item in found.deleted]
    assert not held & set(deleted)
    assert sorted(kept_steps(found) + deleted) == [item.step for item in checkpoints]
    assert all(item.reasons for item in found.kept)


@given(rules=RULES, checkpoints=saved())
def test_a_second_retention_deletes_nothing(
    rules: list[dict[str, Any]], checkpoints: list[Checkpoint]
) -> None:
    first = planned(rules, checkpoints)
    again = planned(rules, [item.checkpoint for item in first.kept])
    assert again == Plan(first.kept, ())


@given(rules=RULES, checkpoints=saved(), data=st.data())
def test_the_order_in_which_checkpoints_come_says_nothing(
    rules: list[dict[str, Any]], checkpoints: list[Checkpoint], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(checkpoints))
    assert planned(rules, shuffled) == planned(rules, checkpoints)


@given(count=st.integers(1, 6), checkpoints=saved())
def test_no_deleted_checkpoint_is_better_than_a_kept_one(
    count: int, checkpoints: list[Checkpoint]
) -> None:
    best = keep_best(checkpoints, count, "loss", "lower")
    assert len(best) == min(count, len(checkpoints))
    kept = [(item.metrics["loss"], -item.id) for item in checkpoints if item.key in best]
    others = [(item.metrics["loss"], -item.id) for item in checkpoints if item.key not in best]
    assert not others or max(kept) < min(others)
