"""One look from beginning to end: read the rows, judge them, and say what follows."""

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

from frontier_assets.errors import ExperimentNotFoundError
from frontier_assets.experiments.aggregation import MEMORY_LIMIT, aggregate, connect
from frontier_assets.experiments.analysis import (
    Moment,
    hopeless,
    metric_results,
    ratio_of,
    units_of,
)
from frontier_assets.experiments.cells import Aggregate
from frontier_assets.experiments.forecast import forecast
from frontier_assets.experiments.policy import Seen, decide
from frontier_assets.experiments.relation import Rows, Window, explained
from frontier_assets.experiments.results import Analysis
from frontier_assets.experiments.segments import segment_results
from frontier_assets.experiments.weights import bandit_weights
from frontier_assets.registry.experiment_records import Experiment, Look
from frontier_assets.stats.experiments.plan import even_units


def look_at(
    experiment: Experiment,
    rows: Rows,
    looks: Sequence[Look],
    *,
    at: datetime,
    memory_limit: str = MEMORY_LIMIT,
) -> Analysis:
    """Return what is seen at the time ``at`` and what follows from it; nothing is recorded.

    Raises:
        ExperimentNotFoundError: the experiment has not begun.
        InvalidValueError: rows lack a column, or are of a variant that there is not.
    """
    if experiment.started_at is None:
        raise ExperimentNotFoundError(experiment.id)
    window = Window(experiment.started_at, experiment.ended_at)
    with ExitStack() as closing:
        folder = Path(closing.enter_context(tempfile.TemporaryDirectory()))
        connection = connect(folder, memory_limit=memory_limit)
        closing.callback(connection.close)
        with explained():
            found = aggregate(connection, experiment.design, rows, window)
    elapsed = at - experiment.started_at
    earlier = [look.result["units"] for look in looks]
    is_last = elapsed >= timedelta(days=experiment.design.maximum_days)
    return judged(experiment, found, Moment(at, earlier, is_last))


def judged(experiment: Experiment, found: Aggregate, moment: Moment) -> Analysis:
    """Return what follows from the sufficient statistics of a look."""
    design, planned = experiment.design, forecast(experiment.design).units_per_variant
    units, ratio = units_of(design, found), ratio_of(design, units_of(design, found))
    metrics = metric_results(design, found, moment, planned=planned)
    weights = bandit_weights(design, found, seed=len(moment.earlier))
    segments, checks = segment_results(design, found)
    verdict = decide(
        design,
        Seen(
            units=units,
            counts=found.counts,
            ratio=ratio,
            metrics=metrics,
            chances={
                variant: hopeless(design, found, moment, variant, planned=planned)
                for variant in design.treatments
            },
            is_planned=_is_planned(experiment, units, planned),
            is_last=moment.is_last,
            weights=weights,
        ),
    )
    paradoxes = [
        f"Simpson's paradox in {check.segment}: {check.variant} lies {check.crude:+.4g} from "
        f"control over all units, and {check.standardised:+.4g} with the segments weighed alike."
        for check in checks
        if check.reversed
    ]
    return Analysis(
        experiment=experiment.id,
        number=len(moment.earlier) + 1,
        at=moment.at,
        decision=verdict.decision,
        subjects=verdict.subjects,
        sentences=(*verdict.sentences, *paradoxes),
        units=units,
        planned=planned,
        counts=found.counts,
        sample_ratio=ratio,
        metrics=metrics,
        segments=segments,
        segment_checks=checks,
        weights=weights,
    )


def _is_planned(experiment: Experiment, units: dict[str, int], planned: int) -> bool:
    design = experiment.design
    if design.method == "always_valid" or design.strategy == "thompson":
        return False
    control = units[design.control]
    return all(even_units(control, units[name]) >= 2 * planned for name in design.treatments)
