"""The demo's second version: tried on replayed images, and promoted or not by what is decided."""

import dataclasses
import functools
import itertools
import math

from frontier_assets import entrypoints
from frontier_assets.cli.demo.outlook import ENDED, Outlook, Runs
from frontier_assets.cli.demo.replay import replay
from frontier_assets.cli.demo.watching import Watching
from frontier_assets.registry.experiment_records import Experiment
from frontier_assets.types import ExperimentState, Stage, Version
from frontier_assets.workspace import Workspace

MODEL = "digits_classifier"
_PARAMETERS = {"noise": 0.25}  # what it is trained under: as much as its traffic has
_TRAFFIC = "frontier_assets.defs.digits_classifier.traffic:requests"
_LIKE_TRAFFIC = "noisy"  # the data set under noise of the same strength
_LOOKS = 3
_SPARE = 1.05  # chance gives one version more images than the other
_NAMESPACE = "replay"  # no image is a unit of anybody else's experiment


@dataclasses.dataclass(frozen=True, slots=True)
class Trial:
    """What became of the second version, and its experiment, if it came to one."""

    outlook: Outlook
    experiment: Experiment | None = None


def try_second_version(watching: Watching) -> Trial:
    """Train a version that differs, and let an experiment against production decide on it.

    Nothing is promoted here: the sensor does that, if the experiment was won.
    """
    workspace, server, location = watching.workspace, watching.server, watching.models[MODEL]
    for left in _unfinished(workspace):
        workspace.experiments.stop(left.id, reason="the demo that began it did not end")
    config = {"ops": {f"{MODEL}__training": {"config": {"parameters": _PARAMETERS}}}}
    training = server.launch(location, f"{MODEL}__train", config=config)
    outlook = watching.until(Outlook(MODEL, training), lambda now, _: now.version is not None)
    if outlook.version is None:
        return Trial(outlook)
    # Designed at once: from here on the sensor leaves its last step to the experiment.
    made = _designed(watching, outlook.version)
    outlook = watching.until(outlook, _is_staged)
    if outlook.end is not None:
        reason = f"it was never begun: {outlook.end}"
        return Trial(outlook, workspace.experiments.stop(made.id, reason=reason))
    workspace.experiments.start(made.id)
    server.add_partition(location, f"{MODEL}__ab_tests", made.id)
    outlook = watching.until(_decided(watching, outlook, made))
    return Trial(outlook, workspace.experiments.get(made.id))


def _designed(watching: Watching, version: Version) -> Experiment:
    workspace = watching.workspace
    control = workspace.versions.get(f"{MODEL}@production")
    known = workspace.registry.stages.evidence(MODEL, control.number).evaluations[_LIKE_TRAFFIC]
    made = workspace.experiments.create(
        MODEL,
        "trained under more noise",
        control=control.number,
        treatments=[version.number],
        description="Both read held-out images under noise that neither has seen.",
        baseline=known.metrics["accuracy"],
        namespace=_NAMESPACE,
    )
    planned = workspace.experiments.forecast(made.id)
    watching.say(
        f"Experiment {made.id} will compare {control.number} and {version.number} on "
        f"{planned.units_per_variant:,} images each ({planned.formula})."
    )
    return made


def _decided(watching: Watching, outlook: Outlook, experiment: Experiment) -> Outlook:
    """Replay a part of the planned images and look, until the experiment has been decided.

    An image under new noise is a new image: none is served twice, so none counts twice.
    """
    workspace, location = watching.workspace, watching.models[MODEL]
    size = _noises_per_look(workspace, experiment)
    for first in itertools.count(0, size):
        numbers = range(first, first + size)
        served = replay(workspace, experiment, entrypoints.call(_TRAFFIC, numbers))
        watching.say(f"Replayed {served:,} images. A look at the experiment follows.")
        look = watching.server.launch(location, f"{MODEL}__look", partition=experiment.id)
        outlook = watching.until(outlook, functools.partial(_has_ended, look))
        is_running = workspace.experiments.get(experiment.id).state is ExperimentState.RUNNING
        if outlook.end is not None or not is_running:
            break
    return outlook


def _noises_per_look(workspace: Workspace, experiment: Experiment) -> int:
    """Return how often each image comes before a look, so that the last planned one suffices."""
    planned = workspace.experiments.forecast(experiment.id).units_per_variant
    wanted = planned * len(experiment.design.variants) * _SPARE
    return math.ceil(wanted / _LOOKS / len(entrypoints.call(_TRAFFIC, (0,))))


def _unfinished(workspace: Workspace) -> list[Experiment]:
    """Return what an interrupted demo left behind; its units would be these ones."""
    left = (ExperimentState.CREATED, ExperimentState.RUNNING)
    found = workspace.experiments.list(MODEL)
    return [item for item in found if item.state in left and item.design.namespace == _NAMESPACE]


def _is_staged(outlook: Outlook, _runs: Runs) -> bool:
    return outlook.version is not None and outlook.version.stage is Stage.STAGING


def _has_ended(run_id: str, _outlook: Outlook, runs: Runs) -> bool:
    return any(run["runId"] == run_id and run["status"] in ENDED for run in runs)
