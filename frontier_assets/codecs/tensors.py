"""Torch tensors as entries and nodes; tensors that share memory share one entry."""

import dataclasses
import math
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeGuard

from frontier_assets.codecs.arrays import NATIVE_DTYPES
from frontier_assets.codecs.entries import EncodedTensor, LazyTensor, Names
from frontier_assets.codecs.scalars import JSON
from frontier_assets.errors import InvalidValueError, MissingExtraError

if TYPE_CHECKING:
    import torch

TORCH_DTYPES = NATIVE_DTYPES | {
    "bfloat16",
    "complex32",
    "float4_e2m1fn_x2",
    "float8_e4m3fn",
    "float8_e4m3fnuz",
    "float8_e5m2",
    "float8_e5m2fnuz",
    "float8_e8m0fnu",
}
# The widest item (complex128): bytes that start at a multiple of it suit views of any dtype.
_WIDEST_ITEM_BYTES = 16


@dataclasses.dataclass(frozen=True, slots=True)
class TensorLeaf:
    """A tensor met in a state; ``node`` is filled in once every tensor is known."""

    name: str
    tensor: "torch.Tensor"
    node: list[JSON]


def is_tensor(value: object) -> "TypeGuard[torch.Tensor]":
    """Tell whether ``value`` is a tensor, without importing torch for it."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)


def checked_tensor(value: "torch.Tensor", path: str) -> "torch.Tensor":
    """Return the plain tensor behind ``value``, or refuse one whose bytes are not its whole story.

    Raises:
        InvalidValueError: it is sparse, nested, quantized, on ``meta`` or of a subclass.
    """
    import torch

    kind = type(value)
    plain = kind in (torch.Tensor, torch.nn.Parameter) and value.layout == torch.strided
    if not plain or value.is_meta or value.is_nested or dtype_name(value) not in TORCH_DTYPES:
        shown = f"{kind.__module__}.{kind.__qualname__} ({value.dtype}, {value.layout})"
        raise InvalidValueError(
            f"State at '{path}'", shown, "expected a dense, unquantized tensor with memory"
        )
    detached = value.detach()
    if _end(detached) > detached.untyped_storage().nbytes():
        raise InvalidValueError(f"State at '{path}'", str(tuple(value.shape)), "its memory is gone")
    # A lazily conjugated or negated view is another value than the memory it shows.
    return detached.resolve_conj().resolve_neg()


def encode_tensors(leaves: Sequence[TensorLeaf], names: Names) -> dict[str, EncodedTensor]:
    """Fill in every leaf's node and return the entries, each under its first leaf's name."""
    groups: dict[object, list[TensorLeaf]] = {}
    for leaf in leaves:
        groups.setdefault(_memory(leaf), []).append(leaf)
    return {
        group[0].name: _encode_one(group[0]) if len(group) == 1 else _encode_shared(group, names)
        for group in groups.values()
    }


def encode_lazy(value: LazyTensor, name: str) -> tuple[JSON, EncodedTensor]:
    """Return the node and the entry of a tensor that is fetched later; it shares no memory."""
    node = ["tensor", name, value.dtype, list(value.shape)]
    return node, EncodedTensor(name, value.dtype, value.shape, value.data)


class TensorReader:
    """Builds tensors over entries, each of which is read once; views share that memory."""

    def __init__(self, read: Callable[[str], memoryview]) -> None:
        self._read = read
        self._storages: dict[str, Any] = {}

    def tensor(self, entry: str, dtype: str, shape: list[int]) -> "torch.Tensor":
        """Return the tensor that is a whole entry."""
        stride = [math.prod(shape[axis + 1 :]) for axis in range(len(shape))]
        result = self.view(entry, dtype, shape, stride, 0)
        if result.nbytes != self._storages[entry].nbytes():
            raise ValueError(f"entry '{entry}' does not fit {dtype} {shape}")
        return result

    def view(
        self, entry: str, dtype: str, shape: list[int], stride: list[int], offset: int
    ) -> "torch.Tensor":
        """Return a view of an entry; ``stride`` and ``offset`` count items of ``dtype``."""
        result = _empty(dtype)
        storage = self._storage(entry)
        if not math.prod(shape):
            return result.new_empty(shape)
        last = offset + sum((n - 1) * step for n, step in zip(shape, stride, strict=True))
        # `set_` would enlarge a storage that is too small instead of refusing.
        if min(offset, *shape, *stride, 0) < 0 or (last + 1) * result.itemsize > storage.nbytes():
            raise ValueError(f"view {shape} {stride} {offset} leaves entry '{entry}'")
        return result.set_(storage, offset, tuple(shape), tuple(stride))

    def _storage(self, entry: str) -> Any:  # noqa: ANN401 - torch.UntypedStorage
        if entry not in self._storages:
            import torch

            data = self._read(entry)
            # Torch could write to read-only memory, and warns of it.
            owned = bytearray(data) if data.readonly else data
            whole = torch.frombuffer(owned, dtype=torch.uint8) if len(owned) else _empty("uint8")
            self._storages[entry] = whole.untyped_storage()
        return self._storages[entry]


def dtype_name(tensor: "torch.Tensor") -> str:
    """Return the dtype as storage spells it, such as ``bfloat16``."""
    return str(tensor.dtype).removeprefix("torch.")


def _empty(dtype: str) -> "torch.Tensor":
    try:
        import torch
    except ImportError as error:
        raise MissingExtraError("Loading a state with tensors", "torch", "pytorch") from error
    if dtype not in TORCH_DTYPES or not hasattr(torch, dtype):
        raise InvalidValueError("Stored tensor dtype", dtype, "this torch does not have it")
    return torch.empty(0, dtype=getattr(torch, dtype))


def _memory(leaf: TensorLeaf) -> object:
    """Return what is equal for tensors over the same memory."""
    if not leaf.tensor.numel():
        return leaf.name
    return leaf.tensor.device, leaf.tensor.untyped_storage().data_ptr()


def _start(tensor: "torch.Tensor") -> int:
    return int(tensor.storage_offset()) * tensor.itemsize


def _end(tensor: "torch.Tensor") -> int:
    if not tensor.numel():
        return 0
    last = sum((n - 1) * step for n, step in zip(tensor.shape, tensor.stride(), strict=True))
    return _start(tensor) + (last + 1) * tensor.itemsize


def _encode_one(leaf: TensorLeaf) -> EncodedTensor:
    tensor, dtype = leaf.tensor, dtype_name(leaf.tensor)
    leaf.node[:] = ["tensor", leaf.name, dtype, list(tensor.shape)]
    return _entry(leaf.name, dtype, tuple(tensor.shape), lambda: _flat(tensor))


def _encode_shared(group: list[TensorLeaf], names: Names) -> EncodedTensor:
    """Encode tensors over one memory: the entry is the span of it that they use."""
    first = group[0].tensor
    start, end = min(_start(x.tensor) for x in group), max(_end(x.tensor) for x in group)
    aligned = all((_start(x.tensor) - start) % x.tensor.itemsize == 0 for x in group)
    whole = next((x for x in group if aligned and _covers(x.tensor, start, end)), None)
    if whole is not None:
        dtype, shape, entry = dtype_name(whole.tensor), tuple(whole.tensor.shape), whole.name
    else:
        # A name of its own: under a tensor's name one would expect that tensor's shape.
        entry = names.give(f"{group[0].name}~storage")
        same = aligned and len({x.tensor.dtype for x in group}) == 1
        start -= 0 if aligned else start % _WIDEST_ITEM_BYTES
        dtype = dtype_name(first) if same else "uint8"
        shape = ((end - start) // (first.itemsize if same else 1),)
    for x in group:
        offset = (_start(x.tensor) - start) // x.tensor.itemsize
        geometry = [dtype_name(x.tensor), list(x.tensor.shape), list(x.tensor.stride()), offset]
        x.node[:] = ["view", entry, *geometry]
    if whole is not None:
        whole.node[:] = ["tensor", entry, dtype, list(shape)]
    return _entry(entry, dtype, shape, lambda: _span(first, start, end))


def _entry(
    name: str, dtype: str, shape: tuple[int, ...], flat: Callable[[], "torch.Tensor"]
) -> EncodedTensor:
    return EncodedTensor(name, dtype, shape, lambda: _in_main_memory(flat()), flat)


def _covers(tensor: "torch.Tensor", start: int, end: int) -> bool:
    return tensor.is_contiguous() and (_start(tensor), _end(tensor)) == (start, end)


def content_of(tensor: "torch.Tensor") -> memoryview:
    """Return the bytes of a tensor in C order, without a copy if it can."""
    return _in_main_memory(_flat(tensor))


def _flat(tensor: "torch.Tensor") -> "torch.Tensor":
    dense = tensor.contiguous()
    return _span(dense, _start(dense), _end(dense))


def _span(tensor: "torch.Tensor", start: int, end: int) -> "torch.Tensor":
    """Return bytes of the memory behind a tensor, as a tensor on the same device."""
    import torch

    flat = torch.empty(0, dtype=torch.uint8, device=tensor.device)
    return flat.set_(tensor.untyped_storage())[start:end] if end > start else flat


def _in_main_memory(flat: "torch.Tensor") -> memoryview:
    """Return the bytes themselves; from another device, as a copy of them alone."""
    content: memoryview = flat.cpu().numpy().data
    return content
