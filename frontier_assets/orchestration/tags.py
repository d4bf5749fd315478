"""Tags, kinds, pools and executors that the definitions share."""

from collections.abc import Mapping

import dagster as dg

from frontier_assets.specification import Framework

# Who a run acts for. Whoever may launch runs may set it: it is a statement and no proof.
ACTOR_TAG = "frontier/actor"
SENSOR_TAG = "dagster/sensor_name"
SCHEDULE_TAG = "dagster/schedule_name"
STAGES_POOL = "stages"
GPU_POOL = "gpu"
# Of runs that may use a GPU: a queue or a cluster can tell them from others before they start.
GPU_RUN_TAGS = {"frontier/gpu": "1"}
# Each such step is a pod of its own under the executor of dagster-k8s.
GPU_OP_TAGS = {
    "dagster-k8s/config": {
        "container_config": {"resources": {"limits": {"nvidia.com/gpu": "1"}}},
    },
}
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
    "tensorflow": "keras",
}


def kinds_of(framework: Framework) -> set[str]:
    """Return the kinds of an asset whose content is of ``framework``."""
    return {_KINDS[framework]}


def actor_of(run: dg.DagsterRun) -> str | None:
    """Return who a run acts for: by its tag, or the sensor or schedule that started it.

    None: it says nothing, and the actor of the settings is who acts.
    """
    if run.tags.get(ACTOR_TAG):
        return run.tags[ACTOR_TAG]
    for kind, tag in (("sensor", SENSOR_TAG), ("schedule", SCHEDULE_TAG)):
        if tag in run.tags:
            return f"{kind}:{run.tags[tag]}"
    return None
