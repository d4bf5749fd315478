"""Whole models inside a state: which codec takes an object, and what a model's YAML allows.

Kept by codec as bytes: scikit-learn estimators by skops, boosters, Keras models and ONNX graphs in
their own formats, and anything else as a pickle where the YAML says so. A codec's package is
imported when an object of it is met, and pickles are read only where they may be.
"""

import dataclasses
import importlib
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any, Protocol, cast

from frontier_assets.errors import InvalidValueError, MissingExtraError, UntrustedContentError
from frontier_assets.specification import ModelSpecification

PICKLE = "pickle"


@dataclasses.dataclass(frozen=True, slots=True)
class ObjectPolicy:
    """What a model's YAML allows: pickles at all, and classes beyond those that skops trusts.

    ``trusts_sklearn`` is set for what this process encoded itself or one like it stored: skops
    distrusts parts of scikit-learn's own trees and neighbours, since a forged file could give them
    indices outside their arrays. A file from outside may be forged, an estimator in hand is not.
    """

    allow_pickle: bool = False
    trusted_types: tuple[str, ...] = ()
    trusts_sklearn: bool = False

    def trusts(self, kind: str) -> bool:
        """Tell whether the class of this qualified name may be loaded."""
        return kind in self.trusted_types or (self.trusts_sklearn and kind.startswith("sklearn."))

    def inside(self) -> "ObjectPolicy":
        """Return the policy for objects in a state, which were encoded from memory."""
        return dataclasses.replace(self, trusts_sklearn=True)

    @classmethod
    def of(cls, specification: ModelSpecification | None) -> "ObjectPolicy":
        """Return what ``specification`` allows; a model without a YAML is allowed nothing."""
        if specification is None:
            return cls()
        return cls(specification.allow_pickle, tuple(specification.trusted_types))


class ObjectCodec(Protocol):
    """A module that writes one kind of object. The same object gives the same bytes anywhere."""

    def write(self, value: Any, where: str, policy: ObjectPolicy) -> bytes:  # noqa: ANN401
        """Return the bytes of ``value``; ``where`` is what messages call it.

        Raises:
            UntrustedContentError: the policy does not trust a class in it.
            InvalidValueError: it cannot be written.
        """

    def read(self, content: bytes, kind: str, where: str, policy: ObjectPolicy) -> object:
        """Return the object again; ``kind`` is the qualified name of its class.

        Raises:
            UntrustedContentError: the policy does not trust a class in it.
            MissingModuleError: a class that it trusts is not there.
            InvalidValueError: the content is damaged.
        """


@dataclasses.dataclass(frozen=True, slots=True)
class CodecEntry:
    """A line of the table.

    ``root`` is the top-level package whose classes, and subclasses of them, the codec takes;
    ``suffixes`` are what files of the format are called, the first one when we write them.
    """

    name: str
    root: str
    module: str
    package: str
    extra: str
    suffixes: tuple[str, ...]


_HERE = "frontier_assets.codecs"
CODECS: Mapping[str, CodecEntry] = {
    entry.name: entry
    for entry in (
        CodecEntry("skops", "sklearn", f"{_HERE}.skops_estimator", "skops", "sklearn", (".skops",)),
        CodecEntry(
            "xgboost",
            "xgboost",
            f"{_HERE}.xgboost_booster",
            "xgboost",
            "xgboost",
            (".ubj", ".json"),
        ),
        CodecEntry(
            "lightgbm", "lightgbm", f"{_HERE}.lightgbm_booster", "lightgbm", "lightgbm", (".txt",)
        ),
        CodecEntry("keras", "keras", f"{_HERE}.keras_model", "keras", "keras", (".keras",)),
        CodecEntry("onnx", "onnx", f"{_HERE}.onnx_graph", "onnx", "onnx", (".onnx",)),
        # Last resort: no root, so no class is known by it.
        CodecEntry(PICKLE, "", f"{_HERE}.pickled", "", "", (".pkl", ".pickle", ".joblib")),
    )
}
_BY_ROOT = {entry.root: entry for entry in CODECS.values() if entry.root}


def class_name(kind: type) -> str:
    """Return the qualified name of a class, as YAML and messages spell it."""
    return f"{kind.__module__}.{kind.__qualname__}"


def codec_of(value: object, policy: ObjectPolicy) -> str | None:
    """Return the codec that takes ``value``; None when there is none that the policy allows.

    The nearest ancestor decides, so an estimator of one's own counts as scikit-learn's.
    """
    for ancestor in type(value).__mro__:
        entry = _BY_ROOT.get(ancestor.__module__.partition(".")[0])
        if entry is not None:
            return entry.name
    return PICKLE if policy.allow_pickle else None


def write_object(name: str, value: object, where: str, policy: ObjectPolicy) -> bytes:
    """Return the bytes of ``value`` by the codec ``name``; raises as `ObjectCodec.write` does."""
    return _codec(name, where).write(value, where, policy)


def read_object(name: str, content: bytes, kind: str, where: str, policy: ObjectPolicy) -> object:
    """Return the object that ``content`` holds; raises as `ObjectCodec.read` does."""
    if name == PICKLE and not policy.allow_pickle:
        raise UntrustedContentError(
            where,
            "it is a pickle, and loading a pickle runs whatever it holds",
            "write `allow_pickle: true` in the model's YAML if you trust where it came from",
        )
    return _codec(name, where).read(content, kind, where, policy)


def _codec(name: str, where: str) -> ObjectCodec:
    if name not in CODECS:
        raise InvalidValueError(f"Codec of {where}", name, f"expected one of {', '.join(CODECS)}")
    entry = CODECS[name]
    if entry.package and find_spec(entry.package) is None:
        raise MissingExtraError(where, entry.package, entry.extra)
    return cast("ObjectCodec", importlib.import_module(entry.module))
