"""What may be stored instead of raw bytes: compressed ones, or compressed differences to a base.

Bytes of equal significance are brought together ("shuffle") and compressed with Zstandard at its
lowest level: on weights higher levels are slower and no smaller. A difference to a base is one of
bits (exclusive or), or of steps: floats in their order, numbered, and the numbers subtracted, which
is smaller where weights move a little.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from typing_extensions import Buffer

from frontier_assets.storage.layout import CODECS, DIFFERENCES, STEPS, XOR

if TYPE_CHECKING:
    import numpy.typing as npt

    Bytes = npt.NDArray[np.uint8]

_UNSIGNED: Mapping[str, Any] = {STEPS[2]: np.uint16, STEPS[4]: np.uint32, STEPS[8]: np.uint64}

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


def difference(raw: Buffer, base: Buffer, item_bytes: int) -> tuple[str, bytes]:
    """Return what turns ``base`` into ``raw``, compressed, and the codec; both have one length.

    A sample decides between the bits that differ and how many steps apart the numbers are.
    """
    new, old = _bytes(raw), _bytes(base)
    codecs = [XOR]
    if item_bytes in STEPS and len(new) % item_bytes == 0:
        codecs.append(STEPS[item_bytes])
    middle = len(new) // 2 // 8 * 8
    sample = slice(middle, middle + _SAMPLE_BYTES // 8 * 8)
    best = min(codecs, key=lambda c: len(_squeeze(_apart(c, new[sample], old[sample]), item_bytes)))
    return best, _squeeze(_apart(best, new, old), item_bytes)


def decoded(codec: str, stored: Buffer, length: int, base: Buffer | None) -> memoryview:
    """Return the ``length`` raw bytes that were stored, in memory of their own.

    Raises:
        ValueError: the bytes are not of this codec or not of this length.
    """
    if codec not in CODECS:
        raise ValueError(f"codec '{codec}' is none of {', '.join(sorted(CODECS))}")
    if codec in DIFFERENCES and base is None:
        raise ValueError("a difference without its base")
    raw = _expand(stored, length)
    return raw.data if base is None else _together(codec, raw, _bytes(base)).data


def _apart(codec: str, new: "Bytes", old: "Bytes") -> "Bytes":
    if codec == XOR:
        return np.bitwise_xor(new, old)
    kind = _UNSIGNED[codec]
    steps = _ordered(new.view(kind)) - _ordered(old.view(kind))
    # Zigzag: a step down becomes as small a number as a step up.
    sign = _shifted(steps)
    zigzag: Bytes = np.bitwise_xor(steps << kind(1), sign).view(np.uint8)
    return zigzag


def _together(codec: str, apart: "Bytes", old: "Bytes") -> "Bytes":
    if codec == XOR:
        return np.bitwise_xor(apart, old, out=apart)
    kind = _UNSIGNED[codec]
    zigzag = apart.view(kind)
    steps = (zigzag >> kind(1)) ^ (kind(0) - (zigzag & kind(1)))
    new: Bytes = _unordered(_ordered(old.view(kind)) + steps).view(np.uint8)
    return new


def _ordered(bits: Any) -> Any:  # noqa: ANN401 - an array of any unsigned type
    """Map the bits of floats to integers in the floats' order: neighbours are one step apart."""
    kind = bits.dtype.type
    high = kind(1) << kind(8 * bits.itemsize - 1)
    return bits ^ (_shifted(bits) | high)


def _unordered(numbers: Any) -> Any:  # noqa: ANN401 - see above
    kind = numbers.dtype.type
    high = kind(1) << kind(8 * numbers.itemsize - 1)
    return numbers ^ (~_shifted(numbers) | high)


def _shifted(bits: Any) -> Any:  # noqa: ANN401 - see above
    """Return all ones where the highest bit is set, and zero elsewhere."""
    kind = bits.dtype.type
    return kind(0) - (bits >> kind(8 * bits.itemsize - 1))


def _bytes(data: Buffer) -> "Bytes":
    return np.frombuffer(memoryview(data), np.uint8)


def _pays(squeezed: bytes, data: "Bytes") -> bool:
    return len(squeezed) <= LARGEST_FRACTION * len(data)


def _squeeze(data: "Bytes", item_bytes: int) -> bytes:
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


def _expand(stored: Buffer, length: int) -> "Bytes":
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
