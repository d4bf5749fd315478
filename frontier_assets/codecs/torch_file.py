"""What ``torch.save`` wrote elsewhere. Nothing in a file is called unless the YAML allows pickles.

torch reads tensors, containers, numbers and texts by itself. Allowed besides are numpy's arrays and
numbers, which generators of random numbers and metrics are made of; any other class is refused.
"""

import contextlib
import pickle
import re
import struct
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from frontier_assets.codecs.objects import ObjectPolicy
from frontier_assets.errors import InvalidValueError, MissingExtraError, UntrustedContentError

# What torch says of a pickle that it would have to run.
_UNTRUSTED = re.compile(r"[Uu]nsupported (?!operand)|Trying to|TorchScript archives|legacy \.tar")
_UNKNOWN = "Unsupported operand"  # also of bytes that are no pickle at all
_MARK = b"\x80"  # of pickles since protocol 2
_NAMED = re.compile(r"(?:GLOBAL|function) ([\w.]+)")
# What Python and torch raise when they take a file for something that it is not.
_DAMAGE = (
    pickle.UnpicklingError,
    EOFError,
    ImportError,
    OSError,
    RuntimeError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    AssertionError,
    MemoryError,
    OverflowError,
    struct.error,
)
_NUMBERS = "?bhilqBHILQefdFD"  # numpy's letters for numbers and truth values; objects are "O"


def read_torch_file(path: Path, name: str, *, policy: ObjectPolicy) -> Any:  # noqa: ANN401 - any
    """Return what the file holds; ``name`` is what messages call it.

    Tensors stay in the file until they are used: nobody may shorten it meanwhile.

    Raises:
        UntrustedContentError: it holds a class that would be called, and ``policy`` allows none.
        InvalidValueError: it is incomplete, damaged or no such file.
        MissingExtraError: torch is not installed.
    """
    try:
        import torch
    except ImportError as error:
        raise MissingExtraError(f"Reading '{name}'", "torch", "pytorch") from error
    with _refusing(path, name, policy), torch.serialization.safe_globals(_numpy_parts()):
        return torch.load(
            path,
            map_location="cpu",
            mmap=zipfile.is_zipfile(path),  # the form of before torch 1.6 cannot be mapped
            weights_only=not policy.allow_pickle,
        )


@contextlib.contextmanager
def _refusing(path: Path, name: str, policy: ObjectPolicy) -> Iterator[None]:
    try:
        with warnings.catch_warnings():
            # torch warns of a pickle that it then refuses.
            warnings.filterwarnings("ignore", "Detected pickle protocol", UserWarning)
            yield
    except _DAMAGE as error:
        text = str(error)
        if not policy.allow_pickle and _is_distrust(text, path):
            named = _NAMED.search(text)
            raise UntrustedContentError(
                f"File '{name}'",
                f"it is a pickle of more than weights{f' ({named[1]})' if named else ''}, and "
                "loading it runs whatever it holds",
                "save tensors, numbers, texts and containers of them alone, or write "
                "`allow_pickle: true` in the model's YAML if you trust where it came from",
            ) from error
        raise InvalidValueError(
            "File",
            name,
            "expected a whole file of torch.save; it is not finished, damaged or of another kind "
            f"({type(error).__name__})",
        ) from error


def _is_distrust(text: str, path: Path) -> bool:
    """Tell whether torch refused what a file would do, rather than what it is."""
    if _UNKNOWN not in text:
        return _UNTRUSTED.search(text) is not None
    with path.open("rb") as file:
        return file.read(len(_MARK)) == _MARK


def _numpy_parts() -> list[Any]:
    """Return the constructors of numpy's own pickles, also under their names of before numpy 2."""
    from numpy._core import multiarray  # noqa: PLC0415 - pickles name it

    rebuild = [(multiarray, "_reconstruct"), (multiarray, "scalar")]
    named = [
        (getattr(module, name), f"numpy.{core}.multiarray.{name}")
        for module, name in rebuild
        for core in ("core", "_core")
    ]
    return [*named, np.ndarray, np.dtype, *{type(np.dtype(letter)) for letter in _NUMBERS}]
