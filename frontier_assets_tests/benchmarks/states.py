"""The weights that benchmarks save and load: random, the same ones in every run."""

import typing

if typing.TYPE_CHECKING:
    import torch

Weights = dict[str, "torch.Tensor"]

BLOCKS = 10
# Of ``width``^2 floats: 4 MiB of the 503 MB at the stated size.
ONE_TENSOR = "block.5.query"


def weights(width: int, *, seed: int = 0) -> Weights:
    """Return the float32 weights of ten transformer blocks: 12 x ``width``^2 floats and a norm."""
    made: Weights = {}
    for number in range(BLOCKS):
        made |= _block(number, width, seed)
    return made


def with_new_block(old: Weights, number: int, *, seed: int) -> Weights:
    """Return ``old`` with one block of other weights: nine tenths of the bytes are the same."""
    return old | _block(number, old[ONE_TENSOR].shape[0], seed)


def size_bytes(state: Weights) -> int:
    """Return the raw bytes of all tensors."""
    return sum(tensor.nbytes for tensor in state.values())


def _block(number: int, width: int, seed: int) -> Weights:
    import torch

    generator = torch.Generator().manual_seed(seed * BLOCKS + number)
    shapes = {
        **dict.fromkeys(("query", "key", "value", "output"), (width, width)),
        "up": (4 * width, width),
        "down": (width, 4 * width),
        "norm": (width,),
    }
    return {
        f"block.{number}.{name}": torch.randn(shape, generator=generator) * 0.02
        for name, shape in shapes.items()
    }
