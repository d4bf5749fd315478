"""Numpy arrays and long byte strings as entries of their own."""

import math
from typing import Any

import numpy as np

from frontier_assets.codecs.entries import EncodedTensor
from frontier_assets.codecs.scalars import JSON, NUMPY_KINDS, numpy_dtype

# Longer byte strings would swell the structure, which is read whole.
INLINE_BYTES = 256
NATIVE_DTYPES = frozenset(
    {
        "bool",
        "complex128",
        "complex64",
        "float16",
        "float32",
        "float64",
        "int16",
        "int32",
        "int64",
        "int8",
        "uint16",
        "uint32",
        "uint64",
        "uint8",
    }
)


def is_array(value: object) -> bool:
    """Tell whether ``value`` is an array of plain values; subclasses and objects are not."""
    return type(value) is np.ndarray and value.dtype.kind in NUMPY_KINDS


def encode_array(value: "np.ndarray[Any, Any]", name: str) -> tuple[JSON, EncodedTensor]:
    """Return the node and the entry of an array.

    The entry has the array's dtype where storage knows it, and is plain bytes elsewhere (text,
    dates, foreign byte order).
    """
    node = ["array", name, value.dtype.str, list(value.shape)]
    if value.dtype.isnative and value.dtype.name in NATIVE_DTYPES:
        return node, EncodedTensor(name, value.dtype.name, value.shape, lambda: _bytes(value))
    return node, EncodedTensor(name, "uint8", (value.nbytes,), lambda: _bytes(value))


def encode_blob(value: bytes, name: str) -> tuple[JSON, EncodedTensor]:
    """Return the node and the entry of a long byte string."""
    return ["blob", name], EncodedTensor(name, "uint8", (len(value),), lambda: memoryview(value))


def decode_array(data: memoryview, dtype: str, shape: list[int]) -> "np.ndarray[Any, Any]":
    """Return the array over ``data`` itself, or over a copy where ``data`` is read-only."""
    checked = numpy_dtype(dtype)
    if len(data) != math.prod(shape) * checked.itemsize:
        raise ValueError(f"{len(data)} bytes for an array of {dtype} {shape}")
    if not len(data):
        return np.empty(shape, checked)
    return np.ndarray(shape, checked, bytearray(data) if data.readonly else data)


def _bytes(value: "np.ndarray[Any, Any]") -> memoryview:
    if not value.nbytes:
        return memoryview(b"")
    return np.ascontiguousarray(value).reshape(-1).view(np.uint8).data
