"""The raw parts of an encoded state, and how they get their names."""

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


@dataclasses.dataclass(frozen=True, slots=True)
class EncodedTensor:
    """A named array of a state. ``data`` returns its bytes in C order, without a copy if it can.

    ``flat`` returns those of a torch tensor as a tensor of uint8 on the device where it lies.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    data: Callable[[], memoryview]
    flat: Callable[[], "torch.Tensor"] | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class LazyTensor:
    """What a state may hold in place of a tensor: its bytes are fetched when their turn comes.

    ``dtype`` and ``data`` are as in `EncodedTensor`. It comes back as a plain tensor.
    """

    dtype: str
    shape: tuple[int, ...]
    data: Callable[[], memoryview]


class Names:
    """Gives every tensor its dotted path, such as ``model.fc.weight``.

    A key that has dots of its own keeps them, since that is how weights are called everywhere.
    Where two paths then read the same, the later one gets ``~2``, ``~3``, … in the state's order.
    """

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def give(self, path: str) -> str:
        """Return the name for ``path``, distinct from all given before."""
        wanted = named(path)
        name, number = wanted, 2
        while name in self._taken:
            name, number = f"{wanted}~{number}", number + 1
        self._taken.add(name)
        return name


def named(path: str) -> str:
    """Return the name for ``path`` while nothing else has it."""
    return path or "state"


def joined(path: str, key: object) -> str:
    """Return the path of what lies under ``key`` at ``path``."""
    part = _shown(key)
    if not part.isascii():
        part = part.encode("utf-8", "backslashreplace").decode("utf-8")
    return f"{path}.{part}" if path else part


def _shown(key: object) -> str:
    if isinstance(key, tuple):
        return f"({','.join(_shown(part) for part in key)})"
    # Python refuses to write out the decimal digits of a huge integer.
    return hex(key) if isinstance(key, int) and abs(key) >= 1 << 63 else str(key)
