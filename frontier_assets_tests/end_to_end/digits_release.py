"""A small digits network from training to production in one process, and loaded in another.

Run as a module with ``release FOLDER`` or ``predict FOLDER``.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from frontier_assets.checkpoints import training
from frontier_assets.checkpoints.training import TrainingRun
from frontier_assets.defs.digits_classifier import model as digits
from frontier_assets.specification import ModelSpecification
from frontier_assets.types import Stage
from frontier_assets.workspace import Workspace

if TYPE_CHECKING:
    import torch

MODEL, RUN, TARGET = "digits", "run", "onnx"
# As many as the network sees at once when it is served.
ROWS = 200
WRITTEN_DOWN, PREDICTED = "written_down.npy", "predicted.npy"


def open_workspace(folder: Path) -> Workspace:
    return Workspace.open(
        root=folder,
        registry_url=f"sqlite:///{folder}/registry.db",
        stores={"default": f"file:{folder}/store"},
        actor="ann",
    )


def release(folder: Path) -> None:
    """Train, evaluate, convert and promote; the training function writes predictions down."""
    specification = _specification(folder)
    with open_workspace(folder) as workspace:
        workspace.record_policy(specification)
        training.train(
            specification,
            name=RUN,
            checkpoints=workspace.checkpoints,
            on_checkpoint=lambda _checkpoint: None,
            on_metrics=lambda _metrics: None,
        )
        version = workspace.versions.register(MODEL, checkpoint="best")
        workspace.registry.builds.acquire(
            MODEL, version.number, run_id="build", is_over=lambda _run: True, actor="ann"
        )
        workspace.evaluate(version.ref, "holdout")
        workspace.convert(version.ref, TARGET)
        workspace.complete_build(version, run_id="build")
        for stage in (Stage.STAGING, Stage.PRODUCTION):
            workspace.stages.promote(version.ref, to=stage, reason="because")


def train(run: TrainingRun) -> None:
    """Take a few steps, save, and write down what the network in memory predicts."""
    import torch

    torch.manual_seed(run.seed)
    network = digits.build(**run.parameters)
    optimizer = torch.optim.AdamW(network.parameters(), lr=0.01)
    images = torch.from_numpy(run.dataset.inputs["image"])
    labels = torch.from_numpy(run.dataset.targets)
    for rows in torch.randperm(len(labels)).tensor_split(10):
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(network(images[rows]), labels[rows])
        torch.autograd.backward(loss)
        optimizer.step()
    state = {"model": network.state_dict(), "step": 1}
    run.save(step=1, state=state, metrics={"loss": loss.item()})
    np.save(Path(run.parameters["folder"], WRITTEN_DOWN), _served(network))


def predict(folder: Path) -> None:
    """Load what is in production, knowing nothing but its name."""
    with open_workspace(folder) as workspace:
        predicted = workspace.load(f"{MODEL}@production").predict({"image": _examples()})
    np.save(folder / PREDICTED, predicted)


def _served(network: "torch.nn.Module") -> "np.ndarray[Any, Any]":
    import torch

    with torch.no_grad():
        return np.asarray(network.eval()(torch.from_numpy(_examples())).numpy())


def _examples() -> "np.ndarray[Any, Any]":
    return digits.holdout().inputs["image"][:ROWS]


def _specification(folder: Path) -> ModelSpecification:
    here, there = "frontier_assets_tests.end_to_end.digits_release", digits.__name__
    return ModelSpecification.model_validate(
        {
            "name": MODEL,
            "task": "classification",
            "training": {
                "entrypoint": f"{here}:train",
                "parameters": {"width": 3, "folder": str(folder)},
            },
            "architecture": {
                "entrypoint": f"{there}:build",
                "inputs": {"image": ["batch", 1, 8, 8]},
                "outputs": "logits",
            },
            "datasets": [
                {"name": "train", "entrypoint": f"{there}:train_set"},
                {"name": "holdout", "entrypoint": f"{there}:holdout"},
            ],
            "evaluation": {"datasets": ["holdout"], "metrics": ["accuracy"]},
            "gates": [{"dataset": "holdout", "metric": "accuracy", "threshold": 0.1}],
            "conversions": [{"target": TARGET}],
        }
    )


if __name__ == "__main__":
    {"release": release, "predict": predict}[sys.argv[1]](Path(sys.argv[2]))
