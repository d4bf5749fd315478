"""Thompson sampling: the better variant is shown more often, and nothing is claimed of it."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from frontier_assets_tests.experiments.conftest import CONTROL, TREATMENT, Lab, write_parquet

BOUGHT = {"metric": "bought", "kind": "proportion", "direction": "higher"}


@pytest.mark.feature("ABT-8")
@pytest.mark.parametrize("kind", ["proportion", "mean"])
def test_the_better_variant_is_shown_more_often_after_a_look(lab: Lab, kind: str) -> None:
    running = lab.running(metric=BOUGHT | {"kind": kind}, strategy="thompson")
    assigner = lab.experiments.assigner(running.id, refresh_s=0)
    units = [f"request-{at}" for at in range(2000)]
    first = assigner.assign_many(units)
    assert first.mean() == pytest.approx(0.5, abs=0.06)
    random = np.random.default_rng(5)
    bought = (random.random(len(units)) < np.where(first == 1, 0.30, 0.20)).astype(float)
    variant = np.array([CONTROL, TREATMENT])[first]
    table = {"unit": units, "variant": variant, "bought": bought}
    lab.experiments.record_many(running.id, table)
    seen = lab.experiments.analyze(running.id)
    assert seen.weights[TREATMENT] > 0.95
    assert assigner.assign_many(units).mean() > 0.9
    (primary,) = seen.primary
    assert (primary.p, primary.adjusted_p, primary.interval) == (None, None, None)
    assert seen.sentences[0].startswith("A bandit proves nothing")


def test_a_bandit_promotes_nobody_however_good(lab: Lab) -> None:
    running = lab.running(metric=BOUGHT, strategy="thompson")
    treated = np.arange(4000) % 2
    variant = np.array([CONTROL, TREATMENT])[treated]
    units = [f"request-{at}" for at in range(4000)]
    table = {"unit": units, "variant": variant, "bought": treated.astype(float)}
    lab.experiments.record_many(running.id, table)
    assert lab.experiments.analyze(running.id).decision == "continue"
    assert running.started_at is not None
    ended = lab.experiments.analyze(running.id, at=running.started_at + timedelta(days=8))
    assert (ended.decision, ended.subjects) == ("control", ())


@pytest.mark.parametrize("value", [float("nan"), 3.0])
def test_what_is_no_rate_leaves_the_shares_even(lab: Lab, tmp_path: Path, value: float) -> None:
    running = lab.running(metric=BOUGHT, strategy="thompson", source=f"{tmp_path}/*.parquet")
    treated = np.arange(400) % 2
    table = {
        "unit": [f"request-{at}" for at in range(400)],
        "variant": np.array([CONTROL, TREATMENT])[treated],
        "bought": np.where(treated == 1, value, 0.0),
    }
    write_parquet(table, tmp_path / "events.parquet")
    seen = lab.experiments.analyze(running.id)
    assert (seen.decision, seen.weights) == ("continue", {CONTROL: 0.5, TREATMENT: 0.5})
