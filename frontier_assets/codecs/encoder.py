"""The walk that takes a state apart into a structure and entries; `state` has the public calls."""

from collections.abc import Callable
from typing import Any

from frontier_assets.codecs.arrays import INLINE_BYTES, encode_array, encode_blob, is_array
from frontier_assets.codecs.entries import EncodedTensor, LazyTensor, Names, joined
from frontier_assets.codecs.objects import ObjectPolicy, class_name, codec_of, write_object
from frontier_assets.codecs.scalars import JSON, is_scalar, write_scalar
from frontier_assets.codecs.structure import MAPPINGS, SEQUENCES
from frontier_assets.codecs.tensors import (
    TensorLeaf,
    checked_tensor,
    encode_lazy,
    encode_tensors,
    is_tensor,
)
from frontier_assets.errors import InvalidValueError

# Deeper states are containers that hold themselves; Python's own recursion ends near 1,000 frames.
_MAXIMUM_DEPTH = 64
_ALLOWED = (
    "expected dicts, lists and tuples of tensors, numpy arrays, numbers, texts, bytes, None and "
    "models of scikit-learn, xgboost, lightgbm, Keras or onnx; take what matters out of the "
    "object, leave it out, or write `allow_pickle: true` in the model's YAML"
)


class Encoder:
    """Walks a state once; tensors wait until all are known, since they may share memory."""

    def __init__(self, objects: ObjectPolicy) -> None:
        self._objects = objects.inside()
        self._names = Names()
        self._order: list[str] = []
        self._plain: dict[str, EncodedTensor] = {}
        self._tensors: list[TensorLeaf] = []

    def node(self, value: Any, path: str = "", depth: int = 0) -> JSON:  # noqa: ANN401 - any state
        """Return the structure of ``value``, which lies at the dotted ``path`` of the state."""
        if depth > _MAXIMUM_DEPTH:
            raise InvalidValueError("State", path[:100], "nested too deeply, or within itself")
        if is_scalar(value) and not _is_blob(value):
            return write_scalar(value)
        if type(value) in MAPPINGS:
            return self._mapping(value, path, depth)
        if type(value) in SEQUENCES:
            items = [self.node(x, joined(path, i), depth + 1) for i, x in enumerate(value)]
            return [SEQUENCES[type(value)], items]
        if is_tensor(value):
            return self._tensor(value, path)
        write = _writer(value)
        return self._entry(write, value, path) if write else self._object(value, path)

    def entries(self) -> list[EncodedTensor]:
        """Return the entries of all that `node` was given, in that order."""
        found = self._plain | encode_tensors(self._tensors, self._names)
        return [found[name] for name in self._order if name in found]

    def _mapping(self, value: dict[Any, Any], path: str, depth: int) -> JSON:
        items = [
            [self._key(key, path), self.node(x, joined(path, key), depth + 1)]
            for key, x in value.items()
        ]
        # A module's state dict carries the versions of its layers in this attribute.
        metadata = getattr(value, "_metadata", None)
        extra = [] if metadata is None else [self.node(metadata, joined(path, "_metadata"), depth)]
        return [MAPPINGS[type(value)], items, *extra]

    def _key(self, key: object, path: str) -> JSON:
        if type(key) is tuple:
            return ["tuple", [self._key(part, path) for part in key]]
        if key is not None and type(key) not in (str, int, float, bool):
            raise InvalidValueError(
                f"Key in the state at '{path}'", key, "expected str, int, float, bool, None, tuple"
            )
        return write_scalar(key)

    def _entry(
        self, write: Callable[[Any, str], tuple[JSON, EncodedTensor]], value: object, path: str
    ) -> JSON:
        name = self._names.give(path)
        node, self._plain[name] = write(value, name)
        self._order.append(name)
        return node

    def _object(self, value: object, path: str) -> JSON:
        codec, kind = codec_of(value, self._objects), class_name(type(value))
        if codec is None:
            raise InvalidValueError(f"State at '{path}'", kind, _ALLOWED)
        content = write_object(codec, value, f"Object at '{path}' ({kind})", self._objects)
        _, name = self._entry(encode_blob, content, path)
        return ["object", name, codec, kind]

    def _tensor(self, value: Any, path: str) -> JSON:  # noqa: ANN401 - torch.Tensor
        leaf = TensorLeaf(self._names.give(path), checked_tensor(value, path), [])
        self._tensors.append(leaf)
        self._order.append(leaf.name)
        return leaf.node


def _writer(value: object) -> Callable[[Any, str], tuple[JSON, EncodedTensor]] | None:
    if type(value) is LazyTensor:
        return encode_lazy
    if is_array(value):
        return encode_array
    return encode_blob if _is_blob(value) else None


def _is_blob(value: object) -> bool:
    return type(value) is bytes and len(value) >= INLINE_BYTES
