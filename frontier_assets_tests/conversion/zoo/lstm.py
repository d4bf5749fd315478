"""An LSTM that reads a digit line by line; it takes any number of lines."""

from typing import TYPE_CHECKING

from frontier_assets_tests.conversion.zoo.specimen import Specimen, digits, split, trained

if TYPE_CHECKING:
    import torch

HERE = "frontier_assets_tests.conversion.zoo.lstm"


def build() -> "torch.nn.Module":
    import torch
    from torch import nn

    class Reader(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.memory = nn.LSTM(8, 48, batch_first=True)
            self.head = nn.Linear(48, 10)

        def forward(self, lines: torch.Tensor) -> torch.Tensor:
            states, _ = self.memory(lines)
            read: torch.Tensor = self.head(states[:, -1])
            return read

    return Reader()


def specimen() -> Specimen:
    images, targets = digits()
    data = split({"lines": images}, targets, holdout=400)
    return trained(HERE, {"lines": ["batch", "time", 8]}, data, epochs=10)
