"""Which way is better, for metrics of the table and for others that are common elsewhere."""

from collections.abc import Mapping

from frontier_assets.specification import PERFORMANCE_METRICS
from frontier_assets.stats.comparison import Direction
from frontier_assets.stats.metrics import METRICS

_ELSEWHERE: Mapping[str, Direction] = {
    **dict.fromkeys(("precision", "recall", "f1", "f1_score", "auc", "map"), "higher"),
    **dict.fromkeys(("throughput", "bleu", "rouge", "ndcg", "iou"), "higher"),
    **dict.fromkeys(("loss", "val_loss", "eval_loss", "error", "mse", "mape", "wer"), "lower"),
    **dict.fromkeys(("latency_ms", "size_bytes"), "lower"),
    **PERFORMANCE_METRICS,
}


def direction_of(metric: str) -> Direction | None:
    """Return which values of a metric are better; None for one that nobody here knows."""
    return METRICS[metric].direction if metric in METRICS else _ELSEWHERE.get(metric)
