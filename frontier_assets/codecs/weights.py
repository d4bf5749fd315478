"""A stored state as files for whoever does not use this store, and weights from such a file.

Tensors become one safetensors file, each whole model a file of its own format.
"""

import functools
from collections.abc import Callable, Iterable
from typing import Any

from typing_extensions import Buffer

from frontier_assets.codecs.arrays import decode_array, encode_array
from frontier_assets.codecs.entries import LazyTensor
from frontier_assets.codecs.objects import CODECS
from frontier_assets.codecs.safetensors_file import write_tensors
from frontier_assets.codecs.scalars import JSON, numpy_dtype
from frontier_assets.codecs.state import stored_objects
from frontier_assets.codecs.structure import OPAQUE_ENTRIES, leaves_of, refusing_damage
from frontier_assets.codecs.tensors import TensorReader, content_of
from frontier_assets.errors import InvalidValueError

WEIGHTS_FILE = "model.safetensors"
_WHOLE = "state"  # the name of the one entry of a state that is an object itself


def weight_files(structure: JSON, read: Callable[[str], memoryview]) -> dict[str, Iterable[Buffer]]:
    """Return the tensors and the whole models of a stored state as files, by name.

    Their bytes are read as they are consumed, one tensor at a time. safetensors knows no sharing,
    so tied tensors are written once under each name. Nothing of a whole model is decoded.

    Raises:
        InvalidValueError: safetensors has no such tensor; raised when its file is consumed.
    """
    objects = stored_objects(structure)
    # Views of one memory follow each other, so each memory is read about once.
    read = functools.lru_cache(maxsize=1)(read)
    with refusing_damage():
        tensors = {
            name: _lazy(name, node, read)
            for name, node in leaves_of(structure)
            if node[0] not in OPAQUE_ENTRIES
        }
    files: dict[str, Iterable[Buffer]] = {}
    if tensors or not objects:
        files[WEIGHTS_FILE] = write_tensors(tensors)
    for entry, (codec, _) in objects.items():
        name = "model" if entry == _WHOLE else entry.replace("/", "_")
        files[f"{name}{CODECS[codec].suffixes[0]}"] = map(read, [entry])
    return files


def read_weights(content: bytes, where: str) -> dict[str, Any]:
    """Return the torch tensors of a safetensors file by name; ``where`` is what messages call it.

    Raises:
        InvalidValueError: it is no safetensors file, or damaged.
    """
    from safetensors import SafetensorError  # noqa: PLC0415 - see above
    from safetensors.torch import load

    try:
        return dict(load(content))
    except SafetensorError as error:
        raise InvalidValueError(
            where, f"{len(content)} bytes", f"safetensors cannot read it ({error}); save it again"
        ) from error


def _lazy(name: str, node: list[Any], read: Callable[[str], memoryview]) -> LazyTensor:
    kind, entry, dtype, shape, *geometry = node
    if kind == "array":
        # The format knows native byte order alone.
        native = numpy_dtype(dtype).newbyteorder("=")

        def converted() -> memoryview:
            array = decode_array(read(entry), dtype, shape)
            return encode_array(array.astype(native, copy=False), name)[1].data()

        return LazyTensor(native.name, tuple(shape), converted)
    if kind == "view":
        view = functools.partial(TensorReader(read).view, entry, dtype, shape, *geometry)
        return LazyTensor(dtype, tuple(shape), lambda: content_of(view()))
    return LazyTensor(dtype, tuple(shape), functools.partial(read, entry))
