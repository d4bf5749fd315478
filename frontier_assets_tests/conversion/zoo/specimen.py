"""What one animal of the zoo is: a model that has learned something, and the data to prove it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from frontier_assets import entrypoints
from frontier_assets.dataset import Array, Dataset
from frontier_assets.predictors.formats import load_predictor
from frontier_assets.predictors.predictor import Predictor, Shape
from frontier_assets.predictors.pytorch import PyTorchPredictor
from frontier_assets.specification import Framework, Outputs

if TYPE_CHECKING:
    import torch

_BATCH_ROWS = 64
_LEARNING_RATE = 3e-3


@dataclass(frozen=True)
class Specimen:
    """A trained model; its training set calibrates, its holdout judges."""

    framework: Framework
    original: Predictor
    training: Dataset
    holdout: Dataset
    outputs: Outputs


def split(inputs: Mapping[str, Array], targets: Array, *, holdout: int) -> tuple[Dataset, Dataset]:
    """Return a training set and ``holdout`` examples beside it, drawn the same way every time."""
    order = np.random.default_rng(0).permutation(len(targets))
    whole = Dataset(inputs=inputs, targets=targets)
    return whole.take(order[holdout:]), whole.take(order[:holdout])


def digits() -> tuple[Array, Array]:
    """Return scikit-learn's 1,797 digits, (rows, 8, 8) from 0 to 1, and what they are."""
    from sklearn.datasets import load_digits

    found = load_digits()
    return (found.images / 16).astype(np.float32), found.target


def tumours() -> tuple[Array, Array]:
    """Return 30 standardised features of scikit-learn's 569 tumours, and whether each is benign."""
    from sklearn.datasets import load_breast_cancer

    features, targets = load_breast_cancer(return_X_y=True)
    return ((features - features.mean(0)) / features.std(0)).astype(np.float32), targets


def trained(
    here: str, inputs: Mapping[str, Shape], data: tuple[Dataset, Dataset], *, epochs: int
) -> Specimen:
    """Train the classifier that ``here:build`` makes, the same way every time."""
    import torch

    training, holdout = data
    torch.manual_seed(0)
    network = entrypoints.call(f"{here}:build")
    optimizer = torch.optim.AdamW(network.parameters(), lr=_LEARNING_RATE)
    for _ in range(epochs):
        for given, wanted in _batches(training):
            optimizer.zero_grad()
            loss = torch.nn.functional.cross_entropy(network(given), wanted)
            loss.backward()  # type: ignore[no-untyped-call] # PyTorch leaves it untyped
            optimizer.step()
    original = PyTorchPredictor(
        entrypoint=f"{here}:build", parameters={}, inputs=inputs, state=network.state_dict()
    )
    return Specimen("pytorch", original, training, holdout, "logits")


def fitted(framework: Framework, model: Any) -> Specimen:
    """Fit a classifier of tables on the tumours."""
    features, targets = tumours()
    training, holdout = split({"features": features}, targets, holdout=200)
    model.fit(training.inputs["features"], training.targets)
    original = load_predictor(
        framework,
        model=getattr(model, "booster_", model),
        inputs={"features": ["batch", 30]},
        outputs="probabilities",
    )
    return Specimen(framework, original, training, holdout, "probabilities")


def _batches(data: Dataset) -> Iterator[tuple["torch.Tensor", "torch.Tensor"]]:
    import torch

    (array,) = data.inputs.values()
    order = torch.randperm(len(data)).numpy()
    for start in range(0, len(order), _BATCH_ROWS):
        places = order[start : start + _BATCH_ROWS]
        yield torch.from_numpy(array[places]), torch.from_numpy(data.targets[places])
