"""A copy of a state in main memory, taken while training waits and stored while it goes on."""

from functools import partial
from typing import Any

import numpy as np

from frontier_assets.codecs.entries import EncodedTensor
from frontier_assets.codecs.objects import ObjectPolicy
from frontier_assets.codecs.state import Encoded, encode

_Memory = np.ndarray[Any, np.dtype[np.uint8]]


class Snapshot:
    """Takes one copy at a time, into the memory of the one before. Not thread-safe.

    It holds as much memory as the state has bytes; tensors that share memory are copied once.
    """

    def __init__(self) -> None:
        self._memory: dict[str, _Memory] = {}

    def take(self, state: object, *, objects: ObjectPolicy) -> Encoded:
        """Return ``state`` encoded, independent of it and good until the next call.

        Raises:
            InvalidValueError: the state cannot be stored, as `encode` says.
        """
        encoded = encode(state, objects=objects)
        before, self._memory = self._memory, {}
        copied = []
        for entry in encoded.tensors:
            memory = _copied(entry, before.pop(entry.name, None))
            self._memory[entry.name] = memory
            read = partial(_content, memory)
            copied.append(EncodedTensor(entry.name, entry.dtype, entry.shape, read))
        return Encoded(encoded.structure, copied)


def _copied(entry: EncodedTensor, kept: _Memory | None) -> _Memory:
    """Return a copy of an entry's bytes, in ``kept`` if it has the size for them."""
    if entry.flat is None:
        source = np.asarray(entry.data())
        if kept is None or kept.nbytes != source.nbytes:
            kept = np.empty(source.nbytes, np.uint8)
        kept[:] = source
        return kept
    import torch

    flat = entry.flat()
    if kept is None or kept.nbytes != flat.nbytes:
        # A GPU writes to pinned memory several times as fast.
        kept = torch.empty(flat.shape, dtype=torch.uint8, pin_memory=flat.is_cuda).numpy()
    if flat.device.type == "cpu":
        # Torch would share the copy out among threads, which wait for those of the training.
        kept[:] = flat.numpy()
    else:
        torch.from_numpy(kept).copy_(flat)
    return kept


def _content(memory: _Memory) -> memoryview:
    return memory.data
