from typing import Any

import numpy as np
import pytest

from frontier_assets.errors import (
    CheckpointNotFoundError,
    InvalidValueError,
    ModelNotFoundError,
)
from frontier_assets.registry import Registry
from frontier_assets.types import Checkpoint
from frontier_assets_tests.stored import stored


def add(registry: Registry, step: int, **values: object) -> Checkpoint:
    facts: dict[str, Any] = {
        "run": "r1",
        "epoch": 1,
        "metrics": {"loss": float(-step)},
        "parameters": {"rate": 0.1},
        "data_digests": {"train": "d" * 64},
        "actor": "ann",
    }
    facts.update(values)
    given = {name: facts.pop(name) for name in ("digest", "size_bytes") if name in facts}
    facts["stored"] = stored(**({"digest": f"{step:064x}"} | given))
    return registry.checkpoints.add("m", step=step, **facts)


def test_a_checkpoint_reads_back_as_it_was_saved(registry: Registry) -> None:
    saved = add(registry, 100)
    assert saved.key == "r1-step-100"
    assert registry.checkpoints.get("m", "r1-step-100") == saved
    assert registry.audit.entries("m")[-1].after["key"] == "r1-step-100"


def test_a_run_name_may_itself_look_like_a_key(registry: Registry) -> None:
    saved = add(registry, 7, run="a-step-1")
    assert registry.checkpoints.get("m", "a-step-1-step-7") == saved


def test_the_same_state_saved_twice_is_one_checkpoint(registry: Registry) -> None:
    first = add(registry, 100)
    changes = registry.audit.heads()
    assert add(registry, 100) == first
    assert registry.audit.heads() == changes


def test_another_state_at_the_same_step_replaces_and_is_audited(registry: Registry) -> None:
    old = add(registry, 100)
    add(registry, 200)
    new = add(registry, 100, digest="f" * 64)
    assert [item.digest for item in registry.checkpoints.list("m")] == [f"{200:064x}", "f" * 64]
    assert registry.checkpoints.latest("m") == new
    last = registry.audit.entries("m")[-1]
    assert (last.before["digest"], last.after["digest"]) == (old.digest, new.digest)


def test_checkpoints_are_listed_in_the_order_of_saving(registry: Registry) -> None:
    for step, run in ((3, "r1"), (1, "r2"), (2, "r1")):
        add(registry, step, run=run)
    assert [item.step for item in registry.checkpoints.list("m")] == [3, 1, 2]
    assert [item.step for item in registry.checkpoints.list("m", run="r1")] == [3, 2]
    assert registry.checkpoints.latest("m").step == 2
    assert registry.checkpoints.latest("m", run="r2").step == 1


def test_the_best_goes_by_the_metric_and_its_direction(registry: Registry) -> None:
    for step, loss in ((1, 0.5), (2, 0.2), (3, 0.2), (4, 0.9)):
        add(registry, step, metrics={"loss": loss})
    best = registry.checkpoints.best
    assert best("m", "loss", lower_is_better=True).step == 3
    assert best("m", "loss", lower_is_better=False).step == 4


def test_the_best_of_an_unknown_metric_names_the_known_ones(registry: Registry) -> None:
    add(registry, 1)
    with pytest.raises(InvalidValueError, match=r"'accuracy'.*have loss"):
        registry.checkpoints.best("m", "accuracy", lower_is_better=False)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), "0.1", None])
def test_a_metric_that_is_no_finite_number_is_refused(registry: Registry, value: object) -> None:
    with pytest.raises(InvalidValueError, match="Metric 'loss'"):
        add(registry, 1, metrics={"loss": value})
    assert registry.checkpoints.list("m") == []


def test_numbers_of_numpy_are_kept_as_plain_floats(registry: Registry) -> None:
    saved = add(registry, 1, metrics={"loss": np.float32(0.5), "seen": np.int64(3)})
    assert saved.metrics == {"loss": 0.5, "seen": 3.0}


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"step": -1}, "step"),
        ({"step": 1, "epoch": -1}, "epoch"),
        ({"step": 1, "run": "../r"}, "Run"),
        ({"step": 1, "digest": "abc"}, "Digest"),
        ({"step": 1, "size_bytes": -1}, "Size"),
        ({"step": 1, "parameters": {"f": object()}}, "parameters"),
    ],
)
def test_an_impossible_value_is_refused_and_named(
    registry: Registry, values: dict[str, Any], named: str
) -> None:
    with pytest.raises(InvalidValueError, match=named):
        add(registry, **values)
    assert registry.checkpoints.list("m") == []


@pytest.mark.parametrize("key", ["r1-step-1", "r1-step-01", "r1-step--1", "r1", "", "r1-step-x"])
def test_a_missing_checkpoint_is_named(registry: Registry, key: str) -> None:
    add(registry, 10)
    with pytest.raises(CheckpointNotFoundError, match=f"checkpoint '{key}' not found"):
        registry.checkpoints.get("m", key)


def test_a_key_with_a_leading_zero_is_another_key(registry: Registry) -> None:
    add(registry, 1)
    with pytest.raises(CheckpointNotFoundError):
        registry.checkpoints.get("m", "r1-step-01")


def test_there_is_no_latest_or_best_before_the_first(registry: Registry) -> None:
    with pytest.raises(CheckpointNotFoundError, match="latest of run r9"):
        registry.checkpoints.latest("m", run="r9")
    with pytest.raises(CheckpointNotFoundError, match="best"):
        registry.checkpoints.best("m", "loss", lower_is_better=True)
    with pytest.raises(ModelNotFoundError):
        registry.checkpoints.list("unknown")
