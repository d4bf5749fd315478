"""What the analysis makes of rows, beside scipy and numpy."""

from typing import Any

import numpy as np
import pytest

from frontier_assets_tests.experiments.conftest import CONTROL, TREATMENT, Lab

HIGH = {"direction": "higher"}


@pytest.mark.feature("ABT-11")
def test_every_kind_of_metric_agrees_with_scipy_and_numpy(lab: Lab) -> None:
    """Welch's t of unit means and the pooled z of rates, by scipy; quantiles by numpy."""
    from scipy import stats

    random = np.random.default_rng(3)
    units = 400
    table: dict[str, Any] = {
        "unit": [f"u{at}" for at in range(units)],
        "variant": np.where(np.arange(units) % 2, TREATMENT, CONTROL),
        "accuracy": random.normal(0.8, 0.1, units),
        "bought": (random.random(units) < 0.3).astype(float),
        "clicks": random.poisson(3, units).astype(float),
        "views": random.poisson(9, units) + 1.0,
        "latency_ms": random.exponential(100, units),
    }
    running = lab.running(
        method="fixed",
        planned_units=100,
        secondary=[
            {"metric": "bought", "kind": "proportion", **HIGH},
            {"metric": "clicks", "kind": "ratio", "denominator": "views", **HIGH},
            {"metric": "latency_ms", "kind": "quantile", "quantile": 0.9, "direction": "lower"},
        ],
    )
    lab.experiments.record_many(running.id, table)
    found = {item.metric: item for item in lab.experiments.analyze(running.id).metrics}
    treated = np.arange(units) % 2 == 1
    side = {name: (table[name][~treated], table[name][treated]) for name in table if name != "unit"}
    welch = stats.ttest_ind(*reversed(side["accuracy"]), equal_var=False)
    assert found["accuracy"].p == pytest.approx(welch.pvalue, rel=1e-6)
    counts = [[int(rows.sum()), int((1 - rows).sum())] for rows in side["bought"]]
    chi = stats.chi2_contingency(counts, correction=False)
    assert found["bought"].p == pytest.approx(chi.pvalue, rel=1e-6)
    clicks = side["clicks"][1].sum() / side["views"][1].sum()
    assert found["clicks"].value == pytest.approx(clicks)
    assert found["latency_ms"].value == pytest.approx(np.quantile(side["latency_ms"][1], 0.9))


def test_a_covariate_reduces_the_scatter(lab: Lab) -> None:
    random = np.random.default_rng(4)
    units = 2000
    before = random.normal(0.8, 0.1, units)
    table = lab.draw(units) | {"before": before, "accuracy": before + random.normal(0, 0.02, units)}
    widths = []
    for name in (None, "before"):
        running = lab.running(covariate=name, namespace=str(name))
        kept = table if name else {k: v for k, v in table.items() if k != "before"}
        lab.experiments.record_many(running.id, kept)
        interval = lab.experiments.analyze(running.id).primary[0].interval
        widths.append(interval.upper - interval.lower)
    assert widths[1] < 0.25 * widths[0]
