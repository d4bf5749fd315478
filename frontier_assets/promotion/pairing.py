"""How far a version lies from the one in production, example by example."""

from frontier_assets.registry.evaluation_records import Evaluation
from frontier_assets.stats.intervals import Interval
from frontier_assets.stats.paired import paired_difference
from frontier_assets.types import Version


def difference_from(
    holder: Version, own: Evaluation, held: Evaluation | None, metric: str
) -> Interval | None:
    """Return how far ``own`` lies above the ``holder`` in a metric; None when nothing says so.

    It comes from the examples that both evaluations keep, else from what ``own`` was found to
    differ by when it was measured, if these bytes were in production then.
    """
    if held is not None and held.dataset_digest == own.dataset_digest:
        found = paired_difference(own.details, held.details, metric)
        if found is not None:
            return found
    versus = (own.details or {}).get("versus") or {}
    known = versus.get("differences", {}).get(metric)
    return Interval(*known) if known and versus["digest"] == holder.digest else None
