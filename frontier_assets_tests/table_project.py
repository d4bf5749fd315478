"""A user's project in a folder: a CSV, and a module with a small network that learns from it."""

import itertools
from pathlib import Path
from typing import Any

import numpy as np

from frontier_assets_tests.tiny_project import tiny_attributes

_CODE = '''\
from pathlib import Path

import numpy as np
import torch

import frontier_assets as fa

TABLE = Path(__file__).with_name("rings.csv")


def _rows(part):
    table = np.genfromtxt(TABLE, delimiter=",", skip_header=1, dtype=np.float32)
    chosen = table[np.arange(len(table)) % 4 == 0] if part == "holdout" else table[
        np.arange(len(table)) % 4 != 0
    ]
    return fa.Dataset(inputs={"point": chosen[:, :2]}, targets=chosen[:, 2].astype(np.int64))


def train_set():
    return _rows("train")


def holdout():
    return _rows("holdout")


def build(width=16, **_):
    return torch.nn.Sequential(
        torch.nn.Linear(2, width), torch.nn.Tanh(), torch.nn.Linear(width, 3)
    )


def train(run):
    """Hold back the share ``split`` of the rows and save the network after each epoch."""
    split, epochs = run.parameters["split"], run.parameters["epochs"]
    if not 0 < split < 1:
        raise ValueError(f"split is {split}; expected a share between 0 and 1")
    if epochs < 1:
        raise ValueError(f"epochs is {epochs}; expected at least 1")
    torch.manual_seed(run.seed)
    network = build()
    points = torch.from_numpy(run.dataset.inputs["point"])
    targets = torch.from_numpy(run.dataset.targets)
    order = torch.randperm(len(points))
    held_back = int(len(points) * split)
    validation, rest = order[:held_back], order[held_back:]
    optimizer = torch.optim.Adam(network.parameters(), lr=0.05)
    for epoch in range(epochs):
        for batch in rest.split(64):
            optimizer.zero_grad()
            loss = torch.nn.functional.cross_entropy(network(points[batch]), targets[batch])
            torch.autograd.backward(loss)
            optimizer.step()
        with torch.no_grad():
            loss = torch.nn.functional.cross_entropy(
                network(points[validation]), targets[validation]
            )
        run.save(step=epoch, epoch=epoch, state={"model": network.state_dict()},
                 metrics={"loss": loss.item()})
'''
_NUMBERS = itertools.count()  # a module that was imported once stays imported


def write_table(path: Path, *, seed: int = 0, rows: int = 400) -> None:
    """Write points in three rings around the origin, which no straight line separates."""
    random = np.random.default_rng(seed)
    ring = random.integers(0, 3, rows)
    radius, angle = ring + random.uniform(0.2, 0.8, rows), random.uniform(0, 2 * np.pi, rows)
    points = np.column_stack([radius * np.cos(angle), radius * np.sin(angle), ring])
    np.savetxt(path, points, delimiter=",", header="x,y,ring", comments="", fmt="%.6g")


def write_project(folder: Path) -> str:
    """Write the module and its ``rings.csv`` into ``folder``; return the module's name."""
    module = f"rings_{next(_NUMBERS)}"
    (folder / f"{module}.py").write_text(_CODE, "utf-8")
    write_table(folder / "rings.csv")
    return module


def table_attributes(module: str, **training: Any) -> dict[str, Any]:
    return tiny_attributes(
        training={
            "entrypoint": f"{module}:train",
            "parameters": {"split": 0.2, "epochs": 30},
            **training,
        },
        architecture={
            "entrypoint": f"{module}:build",
            "inputs": {"point": ["batch", 2]},
            "outputs": "logits",
        },
        datasets=[
            {"name": "train", "entrypoint": f"{module}:train_set"},
            {"name": "holdout", "entrypoint": f"{module}:holdout"},
        ],
        conversions=[],
    )
