"""A linear classifier of three blobs: a whole model that trains in a fraction of a second."""

from typing import TYPE_CHECKING, Any

import numpy as np

from frontier_assets import Dataset, TrainingRun

if TYPE_CHECKING:
    import torch

_CENTRES = np.array([[0.0, 2.0], [2.0, -1.0], [-2.0, -1.0]], dtype=np.float32)


def _blobs(seed: int, rows: int, spread: float) -> Dataset:
    random = np.random.default_rng(seed)
    targets = random.integers(0, len(_CENTRES), rows)
    noise = random.normal(0, spread, (rows, 2)).astype(np.float32)
    return Dataset(inputs={"point": _CENTRES[targets] + noise}, targets=targets)


def train_set() -> Dataset:
    return _blobs(seed=1, rows=300, spread=0.5)


def holdout() -> Dataset:
    return _blobs(seed=2, rows=200, spread=0.5)


def build(**_: Any) -> "torch.nn.Module":
    import torch

    class Linear(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = torch.nn.Linear(2, 3)

        def forward(self, point: "torch.Tensor") -> "torch.Tensor":
            logits: torch.Tensor = self.layer(point)
            return logits

    return Linear()


def train(run: TrainingRun) -> None:
    """Train for ``epochs``; with 0 of them the random start is saved, which passes no gate."""
    import torch

    torch.manual_seed(run.seed)
    network = build()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.5)
    points = torch.from_numpy(run.dataset.inputs["point"])
    targets = torch.from_numpy(run.dataset.targets)
    for epoch in range(run.parameters["epochs"] + 1):
        loss = torch.nn.functional.cross_entropy(network(points), targets)
        run.save(
            step=epoch,
            epoch=epoch,
            state={"model": network.state_dict(), "optimizer": optimizer.state_dict()},
            metrics={"loss": loss.item()},
        )
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
