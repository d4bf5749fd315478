"""Scalars as JSON: themselves where JSON keeps every bit of them, a tagged text elsewhere."""

import base64
import math
import struct
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

# What other JSON readers keep exactly, and far from Python's limit on the digits of an integer.
_PLAIN_INTEGER = 1 << 63
NUMPY_KINDS = "biufcSUmM"

JSON = Any


def is_scalar(value: object) -> bool:
    """Tell whether `write_scalar` takes ``value``; subclasses of the builtins are refused."""
    if isinstance(value, (np.str_, np.bytes_)):
        # Numpy takes zeros at the end of a text for its filling, and would drop them.
        return value[-1:] not in ("\0", b"\0")
    if isinstance(value, np.generic):
        return value.dtype.kind in NUMPY_KINDS
    return value is None or type(value) in _WRITERS


def write_scalar(value: Any) -> JSON:  # noqa: ANN401 - any scalar
    """Return the JSON for a scalar."""
    if value is None:
        return None
    if isinstance(value, np.generic):
        array = np.asarray(value)
        return ["scalar", array.dtype.str, array.tobytes().hex()]
    return _WRITERS[type(value)](value)


def _write_int(value: int) -> JSON:
    return value if abs(value) < _PLAIN_INTEGER else ["int", hex(value)]


def _write_float(value: float) -> JSON:
    return value if math.isfinite(value) else ["float", struct.pack(">d", value).hex()]


def _write_str(value: str) -> JSON:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        # JSON would join two lone halves of a surrogate pair into one character.
        return ["str", value.encode("utf-8", "surrogatepass").hex()]
    return value


def _write_bytes(value: bytes) -> JSON:
    return ["bytes", base64.b64encode(value).decode("ascii")]


def _read_numpy(dtype: str, content: str) -> Any:  # noqa: ANN401 - a scalar of that dtype
    data = bytearray.fromhex(content)
    checked = numpy_dtype(dtype)
    if len(data) != checked.itemsize:
        raise ValueError(f"{len(data)} bytes for a scalar of {dtype}")
    return np.ndarray((), checked, data)[()]


def numpy_dtype(text: str) -> "np.dtype[Any]":
    """Return the dtype that ``text`` spells; refuse those that hold objects or fields."""
    dtype = np.dtype(text)
    if dtype.kind not in NUMPY_KINDS:
        raise ValueError(f"dtype {text} is not one of plain values")
    return dtype


_WRITERS: Mapping[type, Callable[[Any], JSON]] = {
    bool: bool,
    int: _write_int,
    float: _write_float,
    str: _write_str,
    bytes: _write_bytes,
}

# Kind of node -> reader of the node's other parts.
SCALAR_READERS: Mapping[str, Callable[..., Any]] = {
    "int": lambda digits: int(digits, 16),
    "float": lambda bits: struct.unpack(">d", bytes.fromhex(bits))[0],
    "str": lambda content: bytes.fromhex(content).decode("utf-8", "surrogatepass"),
    "bytes": lambda content: base64.b64decode(content, validate=True),
    "scalar": _read_numpy,
}
