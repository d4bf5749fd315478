"""A convolutional network that tells digits apart."""

from typing import TYPE_CHECKING

from frontier_assets_tests.conversion.zoo.specimen import Specimen, digits, split, trained

if TYPE_CHECKING:
    import torch

HERE = "frontier_assets_tests.conversion.zoo.cnn"


def build() -> "torch.nn.Module":
    from torch import nn

    def block(inner: int, outer: int) -> list[nn.Module]:
        convolution = nn.Conv2d(inner, outer, 3, padding=1, bias=False)
        return [convolution, nn.BatchNorm2d(outer), nn.ReLU()]

    return nn.Sequential(
        *block(1, 32),
        *block(32, 64),
        nn.MaxPool2d(2),
        *block(64, 64),
        nn.Flatten(),
        nn.Linear(64 * 16, 10),
    )


def specimen() -> Specimen:
    images, targets = digits()
    data = split({"image": images[:, None]}, targets, holdout=400)
    return trained(HERE, {"image": ["batch", 1, 8, 8]}, data, epochs=3)
