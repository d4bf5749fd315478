"""Two data sets that each wait for the other one to be loaded, and a job that evaluates on both.

The job is built in processes of its own; the environment says where the project is.
"""

import os
import time
from pathlib import Path

import dagster as dg

from frontier_assets import Dataset
from frontier_assets_tests import tiny_model
from frontier_assets_tests.tiny_project import MODEL, definitions_of, tiny_attributes

ROOT, FOLDER = "WAITING_ROOT", "WAITING_FOLDER"
_SECONDS = 60


def first() -> Dataset:
    return _meeting("first", "second")


def second() -> Dataset:
    return _meeting("second", "first")


def _meeting(own: str, other: str) -> Dataset:
    folder = Path(os.environ[FOLDER])
    (folder / own).touch()
    end = time.monotonic() + _SECONDS
    while not (folder / other).exists():
        if time.monotonic() > end:
            raise TimeoutError(f"nobody loads {other} meanwhile")
        time.sleep(0.05)
    return tiny_model.holdout()


def attributes() -> dict[str, object]:
    train = {"name": "train", "entrypoint": f"{tiny_model.__name__}:train_set"}
    waiting = [
        {"name": name, "entrypoint": f"{__name__}:{name}", "leakage": "allowed"}
        for name in ("first", "second")
    ]
    return tiny_attributes(
        datasets=[train, *waiting],
        evaluation={"datasets": ["first", "second"], "metrics": ["accuracy"]},
        gates=[],
        conversions=[],
    )


def evaluating() -> dg.JobDefinition:
    """Return the job that evaluates on both, each step in a process."""
    defs = definitions_of(Path(os.environ[ROOT]), attributes())
    keys = [[MODEL, "version"], *([MODEL, "evaluation", name] for name in ("first", "second"))]
    job = dg.define_asset_job(
        "evaluating",
        selection=dg.AssetSelection.assets(*keys),
        executor_def=dg.multiprocess_executor,
    )
    return dg.Definitions.merge(defs, dg.Definitions(jobs=[job])).resolve_job_def("evaluating")
