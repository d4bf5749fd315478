"""Comparing states bit by bit, and carrying one through JSON and bytes."""

import json
import math
import struct
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import strategies as st

from frontier_assets.codecs.state import decode, encode
from frontier_assets.codecs.tensors import TORCH_DTYPES

if TYPE_CHECKING:
    import torch

# Whole, not contiguous, without dimensions, empty, and parts of the memory.
VIEWS: Mapping[str, Callable[[Any], Any]] = {
    "whole": lambda memory: memory,
    "turned": lambda memory: memory.T,
    "row": lambda memory: memory[1],
    "columns": lambda memory: memory[:, 1:3],
    "spread": lambda memory: memory[::2, ::2],
    "item": lambda memory: memory[0, 0],
    "none": lambda memory: memory[:0],
}


def carried(state: object) -> Any:
    """Encode a state, write it as text and bytes, and decode it from those alone."""
    encoded = encode(state)
    text = json.dumps(encoded.structure, allow_nan=False)
    content = {tensor.name: bytes(tensor.data()) for tensor in encoded.tensors}
    return decode(json.loads(text), lambda name: memoryview(bytearray(content[name])))


def bits(value: Any) -> object:
    """Return something that is equal for values of one type with the same bits, and only then."""
    if isinstance(value, dict):
        return type(value), [(bits(key), bits(part)) for key, part in value.items()]
    if isinstance(value, (list, tuple)):
        return type(value), [bits(part) for part in value]
    if isinstance(value, (np.ndarray, np.generic)):
        return type(value), value.dtype.str, value.shape, value.tobytes()
    if type(value) is float:
        return float, struct.pack("d", value)
    if hasattr(value, "untyped_storage"):
        import torch

        flat = value.detach().contiguous().reshape(-1)
        raw = flat.view(torch.uint8).numpy().tobytes() if math.prod(value.shape) else b""
        return "tensor", value.dtype, tuple(value.shape), raw
    return type(value), value


def raw(dtype: str, *shape: int) -> "torch.Tensor":
    """Return a tensor whose bytes are all different, also in dtypes that cannot be filled."""
    import torch

    item = getattr(torch, dtype).itemsize
    data = torch.arange(torch.Size(shape).numel() * item, dtype=torch.int32).to(torch.uint8)
    tensor = torch.empty(0, dtype=getattr(torch, dtype))
    strides = torch.empty(shape, device="meta").stride()
    return tensor.set_(data.untyped_storage(), 0, shape, strides)


def tensors_of(state: Any) -> "Iterator[torch.Tensor]":
    """Yield the tensors of a nested state in its order."""
    if isinstance(state, dict):
        state = list(state.values())
    if isinstance(state, (list, tuple)):
        for item in state:
            yield from tensors_of(item)
    elif hasattr(state, "untyped_storage"):
        yield state


def sharing(state: object) -> list[int]:
    """Return, for each tensor that has items, the first one over the same memory."""
    places = [x.untyped_storage().data_ptr() for x in tensors_of(state) if x.numel()]
    return [places.index(place) for place in places]


@st.composite
def tensor_states(draw: st.DrawFn) -> Any:
    """Draw nested states whose tensors are views of a few memories of any dtype."""
    dtypes = draw(st.lists(st.sampled_from(sorted(TORCH_DTYPES)), min_size=1, max_size=3))
    memories = [raw(dtype, 3, 4) for dtype in dtypes]
    view = st.builds(
        lambda memory, name: VIEWS[name](memory),
        st.sampled_from(memories),
        st.sampled_from([*VIEWS]),
    )
    names = st.text("ab.", min_size=1, max_size=3) | st.sampled_from(["a~2", "a~2~2"])
    return draw(
        st.recursive(
            st.one_of(view, view, st.integers(), st.none()),
            lambda inner: st.one_of(
                st.lists(inner, max_size=4),
                st.lists(inner, max_size=4).map(tuple),
                st.dictionaries(names, inner, max_size=4),
                st.dictionaries(names, inner, max_size=4).map(OrderedDict),
            ),
            max_leaves=10,
        )
    )
