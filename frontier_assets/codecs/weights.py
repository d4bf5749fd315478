"""Weights as one safetensors file, for whoever does not use this store."""

import os
from collections.abc import Callable
from pathlib import Path

from frontier_assets.codecs.scalars import JSON
from frontier_assets.codecs.state import tensors

WEIGHTS_FILE = "model.safetensors"


def write_weights(structure: JSON, read: Callable[[str], memoryview], folder: Path) -> Path:
    """Write every tensor of a stored state into ``folder``, whole or not at all.

    The format knows no sharing, so tied tensors are written once under each name.
    """
    from safetensors.torch import save_file

    found = {name: tensor.clone() for name, tensor in tensors(structure, read).items()}
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / WEIGHTS_FILE
    unfinished = folder / f".{WEIGHTS_FILE}.{os.getpid()}"
    try:
        save_file(found, unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path
