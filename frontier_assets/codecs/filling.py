"""A stored state read into the tensors of one that is in memory, which needs no second copy."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, cast

from frontier_assets.codecs.entries import joined
from frontier_assets.codecs.scalars import JSON
from frontier_assets.codecs.state import ObjectPolicy, decode
from frontier_assets.codecs.structure import (
    FORMAT_VERSION,
    MAPPINGS,
    SEQUENCES,
    key_of,
    leaves_of,
    refusing_damage,
    root_of,
)
from frontier_assets.codecs.tensors import (
    TensorReader,
    checked_tensor,
    content_of,
    dtype_name,
    is_tensor,
)
from frontier_assets.errors import InvalidValueError

if TYPE_CHECKING:
    import torch

Fill = Callable[[str, memoryview], None]
_THREADS = 2
_TENSORS = ("tensor", "view")
_NOTHING = ObjectPolicy()


def load_into(
    structure: JSON,
    state: Any,  # noqa: ANN401 - any state
    *,
    read: Callable[[str], memoryview],
    fill: Fill,
    objects: ObjectPolicy = _NOTHING,
    path: str = "",
) -> Any:  # noqa: ANN401 - the state again
    """Return the stored state with the tensors of ``state``, which now have the stored values.

    Tensors have to be the same ones, under the same keys; plain values and arrays may differ, and
    are the stored ones in what is returned. ``fill(entry, memory)`` writes an entry's bytes into
    ``memory``, and raises when they are not what was saved. ``read`` returns an entry's bytes; it
    serves what is no tensor, and tensors that are not contiguous, tied, views of each other or of
    another device. Both are called from two threads. ``path`` is where messages say it lies.

    Raises:
        InvalidValueError: a tensor is missing, or has another dtype or shape; nothing was changed.
            What ``fill`` or ``read`` raises leaves a part of the tensors with stored values.
    """
    with refusing_damage():
        plan = _Plan(lambda node: decode(_whole(node), read, objects=objects))
        result = plan.value(root_of(structure), state, path)
    plan.refuse_torn_memory()
    with ThreadPoolExecutor(_THREADS) as threads:
        jobs = [threads.submit(_fill, entry, of, read, fill) for entry, of in plan.targets.items()]
        for job in jobs:
            job.result()
    return result


@dataclasses.dataclass(frozen=True, slots=True)
class _Target:
    path: str
    node: list[JSON]
    tensor: "torch.Tensor"


class _Plan:
    """Walks a structure beside a state. ``targets`` are the state's tensors, by stored entry."""

    def __init__(self, plain: Callable[[JSON], Any]) -> None:
        self._plain = plain
        self.targets: dict[str, list[_Target]] = {}

    def value(self, node: JSON, value: Any, path: str) -> Any:  # noqa: ANN401 - any state
        """Return what the state becomes at ``path``, or refuse what differs."""
        if not _has_tensors(node):
            if (found := next(_tensors_in(value, path), None)) is not None:
                raise _different(*found, "no tensor")
            return self._plain(node) if isinstance(node, list) else node
        kind, *parts = node
        if kind in _TENSORS:
            return self._tensor(node, value, path)
        if kind in SEQUENCES.values():
            return self._sequence(kind, parts[0], value, path)
        return self._mapping(node, value, path)

    def refuse_torn_memory(self) -> None:
        """Refuse tensors over one memory that are two different ones in the store."""
        seen: dict[object, tuple[str, str]] = {}
        for entry, targets in self.targets.items():
            for target in targets:
                tensor = target.tensor
                place = (tensor.device, tensor.data_ptr() if tensor.numel() else target.path)
                other, path = seen.setdefault(place, (entry, target.path))
                if other != entry:
                    raise InvalidValueError(
                        f"Tensor '{target.path}'",
                        f"the memory of '{path}'",
                        "the stored ones are not tied; load the state instead",
                    )

    def _tensor(self, node: list[JSON], value: Any, path: str) -> Any:  # noqa: ANN401
        _, _, dtype, shape, *_ = node
        if not is_tensor(value):
            raise _different(path, value, f"a tensor {dtype} {shape}")
        checked_tensor(value, path)
        # An expanded tensor has one memory for several items.
        torn = any(n > 1 and not step for n, step in zip(value.shape, value.stride(), strict=True))
        if torn or (dtype_name(value), list(value.shape)) != (dtype, shape):
            raise _different(path, value, f"{dtype} {shape}")
        self.targets.setdefault(node[1], []).append(_Target(path, node, value.detach()))
        return value

    def _sequence(self, kind: str, nodes: list[JSON], value: Any, path: str) -> Any:  # noqa: ANN401
        if type(value) not in SEQUENCES or len(value) != len(nodes):
            raise _different(path, value, f"a {kind} of {len(nodes)}")
        pairs = enumerate(zip(nodes, value, strict=True))
        items = [self.value(node, item, joined(path, i)) for i, (node, item) in pairs]
        return items if kind == SEQUENCES[list] else tuple(items)

    def _mapping(self, node: list[JSON], value: Any, path: str) -> Any:  # noqa: ANN401
        kind, items, *metadata = node
        if type(value) not in MAPPINGS:
            raise _different(path, value, f"a {kind}")
        nodes = {key_of(key): child for key, child in items}
        for key in value.keys() - nodes.keys():
            if (found := next(_tensors_in(value[key], joined(path, key)), None)) is not None:
                raise _different(*found, "nothing")
        pairs = [(k, self.value(x, value.get(k), joined(path, k))) for k, x in nodes.items()]
        result = next(built for built, name in MAPPINGS.items() if name == kind)(pairs)
        if metadata:
            vars(result)["_metadata"] = self._plain(metadata[0])
        return result


def _fill(
    entry: str, targets: list[_Target], read: Callable[[str], memoryview], fill: Fill
) -> None:
    tensor = targets[0].tensor
    plain = tensor.is_contiguous() and not tensor.is_conj() and not tensor.is_neg()
    whole = len(targets) == 1 and targets[0].node[0] == "tensor"
    if whole and plain and tensor.device.type == "cpu":
        if tensor.numel():
            fill(entry, content_of(tensor))
        return
    reader = TensorReader(read)
    for target in targets:
        kind, *place = target.node
        source = reader.tensor(*place) if kind == "tensor" else reader.view(*place)
        _bytes_of_truths(target.tensor).copy_(_bytes_of_truths(source))


def _bytes_of_truths(tensor: "torch.Tensor") -> "torch.Tensor":
    """Return truths as their bytes, for copying them would make 1 of any other than 0."""
    import torch

    return tensor.view(torch.uint8) if tensor.dtype is torch.bool else tensor


def _whole(node: JSON) -> JSON:
    return {"format_version": FORMAT_VERSION, "root": node}


def _has_tensors(node: JSON) -> bool:
    return any(leaf[0] in _TENSORS for _, leaf in leaves_of(_whole(node)))


def _tensors_in(value: object, path: str) -> Iterator[tuple[str, object]]:
    if is_tensor(value):
        yield path, value
    elif type(value) in MAPPINGS:
        for key, item in cast("Mapping[object, object]", value).items():
            yield from _tensors_in(item, joined(path, key))
    elif type(value) in SEQUENCES:
        for index, item in enumerate(cast("Sequence[object]", value)):
            yield from _tensors_in(item, joined(path, index))


def _different(path: str, value: object, stored: str) -> InvalidValueError:
    shown = f"{dtype_name(value)} {list(value.shape)}" if is_tensor(value) else type(value).__name__
    return InvalidValueError(
        f"Tensor '{path or 'state'}'",
        shown,
        f"the stored state has {stored} there; nothing was changed",
    )
