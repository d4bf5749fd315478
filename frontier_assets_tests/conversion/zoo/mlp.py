"""Three dense layers that tell tumours apart."""

from typing import TYPE_CHECKING

from frontier_assets_tests.conversion.zoo.specimen import Specimen, split, trained, tumours

if TYPE_CHECKING:
    import torch

HERE = "frontier_assets_tests.conversion.zoo.mlp"


def build() -> "torch.nn.Module":
    from torch import nn

    return nn.Sequential(
        nn.Linear(30, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 2)
    )


def specimen() -> Specimen:
    features, targets = tumours()
    data = split({"features": features}, targets, holdout=200)
    return trained(HERE, {"features": ["batch", 30]}, data, epochs=10)
