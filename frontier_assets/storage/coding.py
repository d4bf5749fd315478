"""What may be stored instead of raw bytes: compressed ones, or compressed differences to a base.

Bytes of equal significance are brought together ("shuffle") and compressed with Zstandard at its
lowest level: on weights higher levels are slower and no smaller. Source of the measure: Blosc2 on
fp32 and bf16 weights, 0.84 and 0.68 of their size.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from typing_extensions import Buffer

from frontier_assets.storage.layout import CODECS, DIFFERENCE, SHUFFLED

if TYPE_CHECKING:
    import numpy.typing as npt

# A smaller gain is not worth the time that every reader spends.
LARGEST_FRACTION = 0.97
_SAMPLE_BYTES = 1 << 20
_TINY_BYTES = 1 << 10


def compressed(raw: Buffer, item_bytes: int) -> bytes | None:
    """Return ``raw`` compressed, or None where that saves less than three percent.

    ``item_bytes`` is the size of an array's item. What a sample says is believed.
    """
    data = _bytes(raw)
    if len(data) < _TINY_BYTES:
        return None
    if len(data) > 2 * _SAMPLE_BYTES:
        middle = len(data) // 2 // item_bytes * item_bytes
        sample = data[middle : middle + _SAMPLE_BYTES]
        if not _pays(_squeeze(sample, item_bytes), sample):
            return None
    squeezed = _squeeze(data, item_bytes)
    return squeezed if _pays(squeezed, data) else None


def difference(raw: Buffer, base: Buffer, item_bytes: int) -> bytes:
    """Return what turns ``base`` into ``raw``, compressed; both have the same length."""
    return _squeeze(np.bitwise_xor(_bytes(raw), _bytes(base)), item_bytes)


def decoded(codec: str, stored: Buffer, length: int, base: Buffer | None) -> memoryview:
    """Return the ``length`` raw bytes that were stored, in memory of their own.

    Raises:
        ValueError: the bytes are not of this codec or not of this length.
    """
    raw = _expand(stored, length)
    if codec == DIFFERENCE:
        if base is None:
            raise ValueError("a difference without its base")
        np.bitwise_xor(raw, _bytes(base), out=raw)
    elif codec != SHUFFLED:
        raise ValueError(f"codec '{codec}' is none of {', '.join(CODECS)}")
    return raw.data


def _bytes(data: Buffer) -> "npt.NDArray[np.uint8]":
    return np.frombuffer(memoryview(data), np.uint8)


def _pays(squeezed: bytes, data: "npt.NDArray[np.uint8]") -> bool:
    return len(squeezed) <= LARGEST_FRACTION * len(data)


def _squeeze(data: "npt.NDArray[np.uint8]", item_bytes: int) -> bytes:
    blosc2 = _blosc2()
    squeezed: bytes = blosc2.compress2(
        data,
        codec=blosc2.Codec.ZSTD,
        clevel=1,
        typesize=item_bytes,
        filters=[blosc2.Filter.SHUFFLE],
        splitmode=blosc2.SplitMode.ALWAYS_SPLIT,
        nthreads=1,
    )
    return squeezed


def _expand(stored: Buffer, length: int) -> "npt.NDArray[np.uint8]":
    blosc2 = _blosc2()
    data = bytes(stored)
    announced = blosc2.get_cbuffer_sizes(data)[0]
    if announced != length:
        raise ValueError(f"{announced} bytes instead of {length}")
    raw = np.empty(length, np.uint8)
    try:
        blosc2.decompress2(data, dst=raw, nthreads=1)
    except RuntimeError as error:
        raise ValueError(str(error)) from error
    return raw


def _blosc2() -> Any:  # noqa: ANN401 - the package has no types
    # A third of a second, and most stores keep raw bytes.
    import blosc2  # noqa: PLC0415

    blosc2.set_releasegil(True)
    return blosc2
