"""A residual network with batch normalisation that tells digits apart."""

from typing import TYPE_CHECKING

from frontier_assets_tests.conversion.zoo.specimen import Specimen, digits, split, trained

if TYPE_CHECKING:
    import torch

HERE = "frontier_assets_tests.conversion.zoo.residual"


def build() -> "torch.nn.Module":
    from torch import nn

    class Block(nn.Module):
        def __init__(self, width: int) -> None:
            super().__init__()
            self.inner = nn.Sequential(
                nn.Conv2d(width, width, 3, padding=1, bias=False),
                nn.BatchNorm2d(width),
                nn.ReLU(),
                nn.Conv2d(width, width, 3, padding=1, bias=False),
                nn.BatchNorm2d(width),
            )

        def forward(self, x: "torch.Tensor") -> "torch.Tensor":
            added: torch.Tensor = x + self.inner(x)
            return added.relu()

    return nn.Sequential(
        nn.Conv2d(1, 24, 3, padding=1),
        Block(24),
        nn.MaxPool2d(2),
        Block(24),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(24, 10),
    )


def specimen() -> Specimen:
    images, targets = digits()
    data = split({"image": images[:, None]}, targets, holdout=400)
    return trained(HERE, {"image": ["batch", 1, 8, 8]}, data, epochs=4)
