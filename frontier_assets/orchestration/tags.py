"""Tags, kinds, pools and executors that the definitions share."""

from collections.abc import Mapping

import dagster as dg

from frontier_assets.specification import Framework

SENSOR_TAG = "dagster/sensor_name"
SCHEDULE_TAG = "dagster/schedule_name"
STAGES_POOL = "stages"
# Each step of the multiprocess executor loads the definitions again, which costs more than the
# light steps here do.
LIGHT_EXECUTOR = dg.in_process_executor
# Names under which Dagster has an icon.
_KINDS: Mapping[Framework, str] = {
    "pytorch": "pytorch",
    "sklearn": "scikitlearn",
    "xgboost": "xgboost",
    "lightgbm": "lightgbm",
    "onnx": "onnx",
    "custom": "python",
}


def kinds_of(framework: Framework) -> set[str]:
    """Return the kinds of an asset whose content is of ``framework``."""
    return {_KINDS[framework]}


def started_by(run: dg.DagsterRun) -> str | None:
    """Return the sensor or schedule that started a run, as an actor; None for a person."""
    for kind, tag in (("sensor", SENSOR_TAG), ("schedule", SCHEDULE_TAG)):
        if tag in run.tags:
            return f"{kind}:{run.tags[tag]}"
    return None
