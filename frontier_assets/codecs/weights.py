"""A stored state as files for whoever does not use this store, and weights from such a file.

Tensors become one safetensors file, each whole model a file of its own format.
"""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from frontier_assets.codecs.objects import CODECS
from frontier_assets.codecs.scalars import JSON
from frontier_assets.codecs.state import stored_objects, tensors
from frontier_assets.errors import InvalidValueError

WEIGHTS_FILE = "model.safetensors"
_WHOLE = "state"  # the name of the one entry of a state that is an object itself


def write_weights(structure: JSON, read: Callable[[str], memoryview], folder: Path) -> list[Path]:
    """Write the tensors and the whole models of a stored state into ``folder``.

    Each file is written whole or not at all. safetensors knows no sharing, so tied tensors are
    written once under each name. Nothing of a whole model is decoded.
    """
    objects = stored_objects(structure)
    # Everything is read and verified before anything is made: damage leaves not even the folder.
    found = tensors(structure, read)
    contents = {entry: read(entry) for entry in objects}
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    if found or not objects:
        written.append(_write(folder / WEIGHTS_FILE, lambda path: _save_tensors(found, path)))
    for entry, (codec, _) in objects.items():
        name = "model" if entry == _WHOLE else entry.replace("/", "_")
        content = contents[entry]
        path = folder / f"{name}{CODECS[codec].suffixes[0]}"
        written.append(_write(path, lambda path, content=content: path.write_bytes(content)))  # type: ignore[misc]
    return written


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


def _save_tensors(found: Mapping[str, Any], path: Path) -> None:
    if all(isinstance(item, np.ndarray) for item in found.values()):
        from safetensors.numpy import save_file  # noqa: PLC0415 - arrays alone need no torch

        save_file({name: np.ascontiguousarray(item) for name, item in found.items()}, path)
        return
    import torch
    from safetensors.torch import save_file as save_torch

    # A clone shares its memory with nothing, which the format demands.
    save_torch({name: torch.as_tensor(item).clone() for name, item in found.items()}, path)


def _write(path: Path, write: Callable[[Path], object]) -> Path:
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        write(unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path
