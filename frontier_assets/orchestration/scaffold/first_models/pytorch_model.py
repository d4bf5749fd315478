"""A small network on scikit-learn's iris data: replace data, network and training by your own."""

import numpy as np
import torch  # noqa: TID253 - a user's module may
from sklearn.datasets import load_iris  # noqa: TID253
from sklearn.model_selection import train_test_split  # noqa: TID253

import frontier_assets as fa

SPLIT_SEED = 7


def train_set() -> fa.Dataset:
    """Return four fifths of the 150 flowers."""
    return _part("train")


def holdout() -> fa.Dataset:
    """Return the fifth that training never sees."""
    return _part("holdout")


class Network(torch.nn.Module):
    """Two linear layers: (rows, 4) in centimetres to three logits."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.layers = torch.nn.Sequential(
            torch.nn.BatchNorm1d(4),
            torch.nn.Linear(4, width),
            torch.nn.ReLU(),
            torch.nn.Linear(width, 3),
        )

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Return the logits; the argument has the name of the YAML's input."""
        logits: torch.Tensor = self.layers(features)
        return logits


def build(*, width: int, **_: object) -> torch.nn.Module:
    """Return the network without its weights; called with the YAML's training parameters."""
    return Network(width)


def train(run: fa.TrainingRun) -> None:
    """Train and save a checkpoint after every tenth epoch.

    `run.parameters` and `run.seed` are the YAML's. The best checkpoint, by the metric `loss`,
    becomes the next version.
    """
    torch.manual_seed(run.seed)
    features = torch.from_numpy(run.dataset.inputs["features"])
    labels = torch.from_numpy(run.dataset.targets)
    rows, held_back = train_test_split(
        np.arange(len(labels)), test_size=0.25, random_state=run.seed, stratify=labels
    )
    network = build(**run.parameters)
    optimizer = torch.optim.Adam(network.parameters(), lr=run.parameters["learning_rate"])
    for epoch in range(1, run.parameters["epochs"] + 1):
        network.train()
        loss = torch.nn.functional.cross_entropy(network(features[rows]), labels[rows])
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
        if epoch % 10 == 0:
            metrics = _judge(network, features[held_back], labels[held_back])
            run.log(metrics)
            run.save(
                step=epoch, epoch=epoch, state={"model": network.state_dict()}, metrics=metrics
            )


def _judge(
    network: torch.nn.Module, features: torch.Tensor, labels: torch.Tensor
) -> dict[str, float]:
    network.eval()
    with torch.no_grad():
        logits = network(features)
        loss = torch.nn.functional.cross_entropy(logits, labels)
    accuracy = (logits.argmax(dim=1) == labels).float().mean()
    return {"loss": loss.item(), "accuracy": accuracy.item()}


def _part(name: str) -> fa.Dataset:
    flowers = load_iris()
    train_rows, holdout_rows = train_test_split(
        np.arange(len(flowers.target)),
        test_size=0.2,
        random_state=SPLIT_SEED,
        stratify=flowers.target,
    )
    rows = np.sort(train_rows if name == "train" else holdout_rows)
    return fa.Dataset(
        inputs={"features": flowers.data[rows].astype(np.float32)},
        targets=flowers.target[rows].astype(np.int64),
    )
