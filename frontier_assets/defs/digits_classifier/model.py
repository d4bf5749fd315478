"""A convolutional network on scikit-learn's handwritten digits: its data, network and training."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

import frontier_assets as fa

if TYPE_CHECKING:
    import torch

    Examples = tuple[torch.Tensor, torch.Tensor]  # images and labels

SPLIT_SEED = 7
HOLDOUT_FRACTION = 0.2
VALIDATION_FRACTION = 0.15
NOISE_DEVIATION = 0.25
BRIGHTEST = 16.0  # the data set's grey values are 0 to 16
THREADS = 2  # sums are ordered by the thread count, so a fixed one makes training repeat


def train_set() -> fa.Dataset:
    """Return four fifths of the 1797 images; labels are equally frequent in both parts."""
    training, _ = _split()
    return _dataset(training)


def holdout() -> fa.Dataset:
    """Return the fifth of the images that training never sees."""
    _, held_back = _split()
    return _dataset(held_back)


def noisy() -> fa.Dataset:
    """Return the holdout images under Gaussian noise of a quarter of the brightness range."""
    clean = holdout()
    image = with_noise(clean.inputs["image"], np.random.default_rng(SPLIT_SEED))
    return fa.Dataset(inputs={"image": image}, targets=clean.targets, ids=clean.ids)


def with_noise(
    image: "np.ndarray[Any, Any]", random: np.random.Generator
) -> "np.ndarray[Any, Any]":
    """Return the images under noise, still in [0, 1]."""
    noise = random.normal(0.0, NOISE_DEVIATION, image.shape)
    return np.asarray(np.clip(image + noise, 0.0, 1.0), dtype=np.float32)


def _split() -> tuple["np.ndarray[Any, Any]", "np.ndarray[Any, Any]"]:
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    labels = load_digits().target
    training, held_back = train_test_split(
        np.arange(len(labels)),
        test_size=HOLDOUT_FRACTION,
        random_state=SPLIT_SEED,
        stratify=labels,
    )
    return np.sort(training), np.sort(held_back)


def _dataset(rows: "np.ndarray[Any, Any]") -> fa.Dataset:
    from sklearn.datasets import load_digits

    digits = load_digits()
    image = (digits.images[rows] / BRIGHTEST).astype(np.float32)[:, None]
    return fa.Dataset(
        inputs={"image": image},
        targets=digits.target[rows].astype(np.int64),
        ids=rows.astype(np.int64),
    )


def build(*, width: int = 48, **_: object) -> "torch.nn.Module":
    """Return the untrained network: (rows, 1, 8, 8) in [0, 1] to ten logits.

    ``width`` is the number of channels of the first layer. Other hyperparameters do not change the
    network and are ignored.
    """
    import torch

    class DigitsNetwork(torch.nn.Module):
        """Three convolutions, halving the image twice, and one linear layer."""

        def __init__(self) -> None:
            super().__init__()
            self.layers = torch.nn.Sequential(
                torch.nn.Conv2d(1, width, 3, padding=1),
                torch.nn.BatchNorm2d(width),
                torch.nn.ReLU(),
                torch.nn.Conv2d(width, 2 * width, 3, padding=1),
                torch.nn.BatchNorm2d(2 * width),
                torch.nn.ReLU(),
                torch.nn.MaxPool2d(2),
                torch.nn.Conv2d(2 * width, 2 * width, 3, padding=1),
                torch.nn.BatchNorm2d(2 * width),
                torch.nn.ReLU(),
                torch.nn.MaxPool2d(2),
                torch.nn.Flatten(),
                torch.nn.Linear(8 * width, 10),
            )

        def forward(self, image: torch.Tensor) -> torch.Tensor:
            logits: torch.Tensor = self.layers(image)
            return logits

    return DigitsNetwork()


def train(run: "fa.TrainingRun") -> None:
    """Train for ``epochs`` epochs, saving a checkpoint after each; continues an interrupted run.

    Parameters: ``epochs``, ``learning_rate``, ``batch_size``, ``width``, and ``noise``, the
    deviation of what is added to each image. About a seventh of the training set is held back for
    the checkpoints' ``loss`` and ``accuracy``.
    """
    import torch

    rate, epochs = float(run.parameters["learning_rate"]), int(run.parameters["epochs"])
    noise = float(run.parameters["noise"])
    with _repeatable(run.seed):
        training, validation = _tensors(run.dataset)
        batches = -(-len(training[1]) // int(run.parameters["batch_size"]))
        network = build(**run.parameters)
        optimizer = torch.optim.AdamW(network.parameters(), lr=rate)
        generator = torch.Generator().manual_seed(run.seed)
        done = _restore(run.resume(), network, optimizer, generator)
        for epoch in range(done + 1, epochs + 1):
            _set_rate(optimizer, rate, progress=(epoch - 1) / epochs)
            loss = _train_epoch(network, optimizer, training, generator, batches, noise=noise)
            metrics = _validate(network, validation)
            run.log({"train_loss": loss, **metrics})
            state = {
                "model": network.state_dict(),
                "optimizer": optimizer.state_dict(),
                "epoch": epoch,
                "generator": generator.get_state(),
            }
            run.save(step=epoch * batches, state=state, metrics=metrics, epoch=epoch)


def _restore(
    state: Any,  # noqa: ANN401 - as `train` saved it
    network: "torch.nn.Module",
    optimizer: "torch.optim.Optimizer",
    generator: "torch.Generator",
) -> int:
    """Continue from ``state``, if there is one, and return the number of epochs done."""
    if state is None:
        return 0
    network.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    generator.set_state(state["generator"])
    return int(state["epoch"])


@contextmanager
def _repeatable(seed: int) -> Iterator[None]:
    """Seed the weights and fix the threads, leaving the process's own settings as they were."""
    import torch

    threads = torch.get_num_threads()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        torch.set_num_threads(THREADS)
        try:
            yield
        finally:
            torch.set_num_threads(threads)


def _tensors(dataset: fa.Dataset) -> tuple["Examples", "Examples"]:
    """Return what to train on and what to validate on, disjoint."""
    import torch
    from sklearn.model_selection import train_test_split

    parts = train_test_split(
        np.arange(len(dataset)),
        test_size=VALIDATION_FRACTION,
        random_state=SPLIT_SEED,
        stratify=dataset.targets,
    )
    images = torch.from_numpy(dataset.inputs["image"].copy())
    labels = torch.from_numpy(dataset.targets.copy())
    training, validation = ((images[rows], labels[rows]) for rows in parts)
    return training, validation


def _set_rate(optimizer: "torch.optim.Optimizer", rate: float, *, progress: float) -> None:
    """Anneal by half a cosine; a function of the epoch alone, so a resumed run needs no state."""
    for group in optimizer.param_groups:
        group["lr"] = rate * 0.5 * (1.0 + float(np.cos(np.pi * progress)))


def _train_epoch(
    network: "torch.nn.Module",
    optimizer: "torch.optim.Optimizer",
    examples: "Examples",
    generator: "torch.Generator",
    batches: int,
    *,
    noise: float,
) -> float:
    import torch

    images, labels = examples
    network.train()
    total = 0.0
    for rows in torch.randperm(len(labels), generator=generator).tensor_split(batches):
        noisy = images[rows] + torch.randn(images[rows].shape, generator=generator) * noise
        loss = torch.nn.functional.cross_entropy(network(noisy), labels[rows])
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call] # PyTorch leaves it untyped
        optimizer.step()
        total += loss.item() * len(rows)
    return total / len(labels)


def _validate(network: "torch.nn.Module", examples: "Examples") -> dict[str, float]:
    import torch

    images, labels = examples
    network.eval()
    with torch.no_grad():
        logits = network(images)
        loss = torch.nn.functional.cross_entropy(logits, labels).item()
    return {"loss": loss, "accuracy": (logits.argmax(dim=1) == labels).float().mean().item()}
