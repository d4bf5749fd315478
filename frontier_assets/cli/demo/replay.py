"""Examples as the traffic of an experiment: each is served by one version, and what came of it."""

import numpy as np

from frontier_assets.dataset import Array, Dataset
from frontier_assets.errors import InvalidValueError
from frontier_assets.predictors.serving import specification_of
from frontier_assets.registry.experiment_records import Experiment
from frontier_assets.stats.metrics import metric
from frontier_assets.stats.predictions import predictions_of
from frontier_assets.workspace import Workspace


def replay(workspace: Workspace, experiment: Experiment, requests: Dataset) -> int:
    """Let the experiment assign every request, and record what its version makes of it.

    A request is a unit, so ``requests`` needs ids and none that came before. Each is predicted by
    the version that it is assigned to and by no other. Returns how many took part. The metrics of
    the experiment are those of evaluations, one value for each request.

    Raises:
        InvalidValueError: the requests have no ids.
        ExperimentNotFoundError: the experiment does not run.
    """
    if requests.ids is None:
        raise InvalidValueError("Requests", "without ids", "expected an id for each request")
    assigner = workspace.experiments.assigner(experiment.id)
    assigned = assigner.assign_many([str(unit) for unit in requests.ids])
    served = 0
    for place, variant in enumerate(assigner.plan.variants):
        mine = requests.take(np.flatnonzero(assigned == place))
        values = _outcomes(workspace, experiment, variant, mine)
        table = {"unit": mine.ids, "variant": [variant] * len(mine), **values}
        served += workspace.experiments.record_many(experiment.id, table)
    return served


def _outcomes(
    workspace: Workspace, experiment: Experiment, variant: str, requests: Dataset
) -> dict[str, Array]:
    """Return the value of each metric for each request, as the version predicts it."""
    loaded = workspace.load(f"{experiment.model}@{variant}")
    kind = specification_of(workspace.registry, loaded.version).architecture.outputs
    outputs = loaded.predict(requests.inputs)
    predictions = predictions_of(outputs, requests.targets, outputs_kind=kind)
    wanted = [metric(name, outputs_kind=kind) for name in experiment.design.columns]
    return {
        item.name: item.rows(predictions[item.needs], requests.targets, None) for item in wanted
    }
