import pytest

from frontier_assets.stats.directions import direction_of
from frontier_assets.stats.metrics import METRICS


@pytest.mark.parametrize(
    ("metric", "direction"),
    [("accuracy", "higher"), ("f1_score", "higher"), ("latency_ms", "lower"), ("own", None)],
)
def test_the_better_way_is_known_or_is_not(metric: str, direction: str | None) -> None:
    assert direction_of(metric) == direction


def test_the_table_of_metrics_comes_first() -> None:
    assert {name: direction_of(name) for name in METRICS} == {
        name: metric.direction for name, metric in METRICS.items()
    }
