"""A small transformer that really learns: its languages are synthetic and never run out."""

import contextlib
import dataclasses
import typing
from collections.abc import Callable, Iterator

if typing.TYPE_CHECKING:
    import torch

BLOCKS = 6
CHECKPOINTS = 20
_LENGTH = 32
_BATCH = 16
_HEAD_WIDTH = 32


@dataclasses.dataclass(frozen=True, slots=True)
class Size:
    """Width (and words of the language), steps of pretraining, steps between checkpoints."""

    width: int = 192
    pretraining_steps: int = 300
    steps: int = 20


QUICK = Size(width=128, pretraining_steps=2, steps=1)


def pretrained(size: Size) -> "torch.nn.Module":
    """Return a network that was trained on the first language."""
    import torch

    torch.manual_seed(0)
    network = _network(size.width)
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3)
    train(network, optimizer, _language(size.width, seed=0), size.pretraining_steps)
    return network


def checkpoints(
    network: "torch.nn.Module",
    trained: Callable[[str], bool],
    size: Size,
    *,
    learning_rate: float,
) -> Iterator[tuple["torch.nn.Module", "torch.optim.Optimizer"]]:
    """Train the parameters whose names are ``trained`` on a second language.

    Yields network and optimizer twenty times: after the first steps and so on.
    """
    import torch

    for name, parameter in network.named_parameters():
        parameter.requires_grad_(trained(name))
    chosen = [parameter for parameter in network.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(chosen, lr=learning_rate)
    batches = _language(size.width, seed=1)
    for _ in range(CHECKPOINTS):
        train(network, optimizer, batches, size.steps)
        yield network, optimizer


def train(
    network: "torch.nn.Module",
    optimizer: "torch.optim.Optimizer",
    batches: "Iterator[torch.Tensor]",
    steps: int,
) -> None:
    """Take ``steps`` steps, each on a batch that was never seen."""
    import torch

    with _one_thread():
        for _ in range(steps):
            words = next(batches)
            guessed = network(words[:, :-1]).flatten(0, 1)
            optimizer.zero_grad()
            loss = torch.nn.functional.cross_entropy(guessed, words[:, 1:].flatten())
            loss.backward()  # type: ignore[no-untyped-call] # PyTorch leaves it untyped
            optimizer.step()


@contextlib.contextmanager
def _one_thread() -> Iterator[None]:
    """Add numbers in one order, so that every run trains the same bytes."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _language(words: int, *, seed: int) -> "Iterator[torch.Tensor]":
    """Yield batches of sentences in which two words together decide the odds of the next one."""
    import torch

    generator = torch.Generator().manual_seed(seed)
    first, second = 2 * torch.randn(2, words, words, generator=generator)
    while True:
        spoken = [torch.randint(words, (_BATCH,), generator=generator) for _ in range(2)]
        while len(spoken) <= _LENGTH:
            odds = (first[spoken[-2]] + second[spoken[-1]]).softmax(1)
            spoken.append(torch.multinomial(odds, 1, generator=generator).squeeze(1))
        yield torch.stack(spoken, 1)


def _network(width: int) -> "torch.nn.Module":
    """Return 74 x ``width``^2 parameters and a few; `BLOCKS` blocks, a ``head``."""
    import torch
    from torch import nn

    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.second = nn.LayerNorm(width), nn.LayerNorm(width)
            self.attention = nn.Linear(width, 3 * width, bias=False)
            self.output = nn.Linear(width, width, bias=False)
            self.up = nn.Linear(width, 4 * width, bias=False)
            self.down = nn.Linear(4 * width, width, bias=False)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            parts = self.attention(self.first(x)).unflatten(2, (3, -1, _HEAD_WIDTH))
            query, key, value = parts.transpose(1, 3).unbind(2)
            mixed = nn.functional.scaled_dot_product_attention(query, key, value, is_causal=True)
            x = x + self.output(mixed.transpose(1, 2).flatten(2))
            found: torch.Tensor = x + self.down(nn.functional.gelu(self.up(self.second(x))))
            return found

    class Network(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.words, self.places = nn.Embedding(width, width), nn.Embedding(_LENGTH, width)
            self.blocks = nn.ModuleList(Block() for _ in range(BLOCKS))
            self.norm = nn.LayerNorm(width)
            self.head = nn.Linear(width, width, bias=False)

        def forward(self, words: torch.Tensor) -> torch.Tensor:
            x = self.words(words) + self.places.weight[: words.shape[1]]
            for block in self.blocks:
                x = block(x)
            found: torch.Tensor = self.head(self.norm(x))
            return found

    return Network()
