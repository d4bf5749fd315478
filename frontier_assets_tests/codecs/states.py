"""Comparing states bit by bit, and carrying one through JSON and bytes."""

import json
import math
import struct
from typing import Any

import numpy as np

from frontier_assets.codecs.state import decode, encode


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
