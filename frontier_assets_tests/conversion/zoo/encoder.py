"""A transformer encoder over sequences of any length: which word stands there most often."""

from typing import TYPE_CHECKING

import numpy as np

from frontier_assets.dataset import Array
from frontier_assets_tests.conversion.zoo.specimen import Specimen, split, trained

if TYPE_CHECKING:
    import torch

HERE = "frontier_assets_tests.conversion.zoo.encoder"
WORDS, LENGTH, ROWS = 4, 21, 2_000


def build() -> "torch.nn.Module":
    import torch
    from torch import nn

    class Encoder(nn.Module):
        def __init__(self, width: int = 32) -> None:
            super().__init__()
            self.words = nn.Embedding(WORDS, width)
            layer = nn.TransformerEncoderLayer(width, 4, 64, dropout=0.0, batch_first=True)
            self.layers = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
            self.head = nn.Linear(width, WORDS)

        def forward(self, tokens: torch.Tensor) -> torch.Tensor:
            counted: torch.Tensor = self.head(self.layers(self.words(tokens)).mean(1))
            return counted

    return Encoder()


def sequences(length: int = LENGTH) -> tuple[Array, Array]:
    """Return sequences in which one word stands more often than any other, and which."""
    random = np.random.default_rng(length)
    targets = random.integers(0, WORDS, ROWS)
    chances = 0.2 + 0.2 * np.eye(WORDS)[targets]
    drawn = chances.cumsum(1)[:, None] < random.random((ROWS, length))[..., None]
    tokens = drawn.sum(2).clip(max=WORDS - 1)
    counts = np.eye(WORDS)[tokens].sum(1)
    top = np.sort(counts, axis=1)
    clear = top[:, -1] > top[:, -2] + 1
    return tokens[clear], counts[clear].argmax(1)


def specimen() -> Specimen:
    tokens, targets = sequences()
    data = split({"tokens": tokens}, targets, holdout=400)
    return trained(HERE, {"tokens": ["batch", "time"]}, data, epochs=4)
