"""safetensors files tensor by tensor: neither reading nor writing one holds the whole of it.

A file is the length of its header in eight bytes, the header (JSON: dtype, shape and place of each
tensor), and the tensors' bytes without a gap. Several files have an index, which says in JSON which
file has which tensor.

Source: https://github.com/huggingface/safetensors#format
"""

import contextlib
import dataclasses
import json
import math
import operator
import os
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from typing_extensions import Buffer

from frontier_assets.codecs.entries import LazyTensor
from frontier_assets.codecs.state import Encoded, encode
from frontier_assets.errors import InvalidValueError

# By convention a checkpoint keeps the model's weights under this key.
_WEIGHTS = "model"
_METADATA = "__metadata__"
_LENGTH_BYTES = 8
_HEADER_ALIGNMENT = 8
_LONGEST_HEADER_BYTES = 100_000_000  # the limit of the format's own reader
# What Python raises when it takes a header for something that it is not.
_DAMAGE = (ValueError, TypeError, LookupError, AttributeError, RecursionError)
# The format's name of a dtype -> ours, and the bytes of an item.
_DTYPES: Mapping[str, tuple[str, int]] = {
    "BOOL": ("bool", 1),
    "U8": ("uint8", 1),
    "I8": ("int8", 1),
    "F8_E4M3": ("float8_e4m3fn", 1),
    "F8_E4M3FNUZ": ("float8_e4m3fnuz", 1),
    "F8_E5M2": ("float8_e5m2", 1),
    "F8_E5M2FNUZ": ("float8_e5m2fnuz", 1),
    "F8_E8M0": ("float8_e8m0fnu", 1),
    "F4": ("float4_e2m1fn_x2", 1),
    "I16": ("int16", 2),
    "U16": ("uint16", 2),
    "F16": ("float16", 2),
    "BF16": ("bfloat16", 2),
    "I32": ("int32", 4),
    "U32": ("uint32", 4),
    "F32": ("float32", 4),
    "I64": ("int64", 8),
    "U64": ("uint64", 8),
    "F64": ("float64", 8),
    "C64": ("complex64", 8),
}
_CODES: Mapping[str, tuple[str, int]] = {
    name: (code, size) for code, (name, size) in _DTYPES.items()
}
# Torch counts pairs of four-bit numbers, the format counts the numbers.
_PACKED = "F4"


def encoded_from_file(path: Path) -> Encoded:
    """Return the checkpoint state ``{"model": tensors}`` of what `tensors_in_file` finds."""
    return encode({_WEIGHTS: tensors_in_file(path)})


def tensors_in_file(path: Path) -> dict[str, LazyTensor]:
    """Return the tensors of a safetensors file, or of all files of an index, unread.

    A state that is saved may hold them in place of tensors; each is then read in its turn. The
    file's own metadata is left out.

    Raises:
        InvalidValueError: it is not such a file, is incomplete, or an index and its files differ.
            A tensor's ``data`` raises it when the file changed in the meantime.
    """
    if path.name.endswith(".json"):
        return _tensors_of_index(path)
    with _refusing_damage(path):
        header, start, stamp = _read_header(path)
        return _tensors_of(path, header, start, stamp)


def metadata_in_file(path: Path) -> dict[str, str]:
    """Return what the writer of a safetensors file noted in its header; nothing else is read.

    Raises:
        InvalidValueError: it is not such a file, or incomplete.
    """
    with _refusing_damage(path):
        noted = _read_header(path)[0].get(_METADATA, {})
        return {str(name): str(value) for name, value in noted.items()}


def write_tensors(tensors: Mapping[str, LazyTensor]) -> Iterator[Buffer]:
    """Yield the bytes of a safetensors file, one tensor at a time.

    Raises:
        InvalidValueError: the format does not have the dtype or the name of a tensor.
    """
    # Wide items first, so that every tensor is aligned where the file is mapped.
    order = sorted(tensors, key=lambda name: (-_code(name, tensors[name])[1], name))
    header: dict[str, Any] = {}
    end = 0
    for name in order:
        shape = list(tensors[name].shape)
        code, item_bytes = _code(name, tensors[name])
        begin, end = end, end + item_bytes * math.prod(shape)
        if code == _PACKED:
            shape[-1] *= 2
        header[name] = {"dtype": code, "shape": shape, "data_offsets": [begin, end]}
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode("utf-8")
    text += b" " * (-len(text) % _HEADER_ALIGNMENT)
    yield len(text).to_bytes(_LENGTH_BYTES, "little") + text
    for name in order:
        yield tensors[name].data()


def _code(name: str, tensor: LazyTensor) -> tuple[str, int]:
    if name == _METADATA or tensor.dtype not in _CODES:
        expected = f"a safetensors file has no such tensor; its dtypes: {', '.join(_CODES)}"
        raise InvalidValueError(f"Tensor '{name}'", tensor.dtype, expected)
    return _CODES[tensor.dtype]


@contextlib.contextmanager
def _refusing_damage(path: Path) -> Iterator[None]:
    """Turn whatever a damaged or missing file causes into one `InvalidValueError`."""
    try:
        yield
    except InvalidValueError:
        raise
    except (OSError, *_DAMAGE) as error:
        raise InvalidValueError(
            "Safetensors file", str(path), f"it cannot be read ({error}); save it again"
        ) from error


def _tensors_of_index(path: Path) -> dict[str, LazyTensor]:
    with _refusing_damage(path):
        index = json.loads(path.read_text("utf-8"))["weight_map"]
        files = {file: path.parent / file for file in dict.fromkeys(index.values())}
        strangers = [file for file, at in files.items() if at.name != file]
        if strangers:
            raise ValueError(f"it names '{strangers[0]}', which is not a file beside it")
    found = {file: tensors_in_file(at) for file, at in files.items()}
    for file, tensors in found.items():
        named = {name for name, holder in index.items() if holder == file}
        if different := sorted(named ^ set(tensors)):
            where = "the index" if different[0] in named else f"'{file}'"
            raise InvalidValueError(
                "Safetensors index", str(path), f"only {where} has '{different[0]}'; save it again"
            )
    return {name: found[file][name] for name, file in index.items()}


def _read_header(path: Path) -> tuple[dict[str, Any], int, "_Stamp"]:
    """Return the header, where the tensors' bytes begin, and the stamp of the file."""
    with path.open("rb") as file:
        stamp = _Stamp.of(file.fileno())
        length = int.from_bytes(file.read(_LENGTH_BYTES), "little")
        if length > min(_LONGEST_HEADER_BYTES, stamp.size_bytes - _LENGTH_BYTES):
            raise ValueError(f"a header of {length} bytes in a file of {stamp.size_bytes}")
        return json.loads(file.read(length).decode("utf-8")), _LENGTH_BYTES + length, stamp


def _tensors_of(
    path: Path, header: dict[str, Any], start: int, stamp: "_Stamp"
) -> dict[str, LazyTensor]:
    found, places = {}, []
    for name, fields in header.items():
        if name == _METADATA:
            continue
        begin, end = map(operator.index, fields["data_offsets"])
        dtype, item_bytes = _DTYPES[fields["dtype"]]
        shape = _shape(fields)
        if min(begin, *shape, 0) < 0 or end - begin != item_bytes * math.prod(shape):
            raise ValueError(f"tensor '{name}' has {end - begin} bytes for {dtype} {list(shape)}")
        places.append((begin, end))
        read = partial(_read, path, stamp, start + begin, end - begin)
        found[name] = LazyTensor(dtype, shape, read)
    last = 0
    for begin, end in sorted(places):
        if begin != last:
            raise ValueError(f"tensors end at byte {last}, the next begins at {begin}")
        last = end
    if start + last != stamp.size_bytes:
        raise ValueError(f"{start + last} bytes in its header, {stamp.size_bytes} in the file")
    return found


def _shape(fields: Mapping[str, Any]) -> tuple[int, ...]:
    shape = [operator.index(size) for size in fields["shape"]]
    if fields["dtype"] == _PACKED:
        if not shape or shape[-1] % 2:
            raise ValueError(f"an odd number of four-bit numbers in {shape}")
        shape[-1] //= 2
    return tuple(shape)


@dataclasses.dataclass(frozen=True, slots=True)
class _Stamp:
    """What changes when a file is replaced or written to."""

    device: int
    inode: int
    size_bytes: int
    modified_ns: int

    @classmethod
    def of(cls, descriptor: int) -> "_Stamp":
        info = os.fstat(descriptor)
        return cls(info.st_dev, info.st_ino, info.st_size, info.st_mtime_ns)


def _read(path: Path, stamp: _Stamp, offset: int, length: int) -> memoryview:
    # A mapping would follow changes, and end the process when somebody shortens the file.
    data = bytearray(length)
    with _refusing_damage(path), path.open("rb") as file:
        file.seek(offset)
        if file.readinto(data) != length or _Stamp.of(file.fileno()) != stamp:
            raise ValueError("it changed after its header was read")
    return memoryview(data)
