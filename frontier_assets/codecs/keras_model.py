"""Keras models in Keras' own archive, which names classes and is the same for every backend.

Keras dates it and names parts after addresses in memory; here it has no date and parts are
numbered, so that the same model gives the same bytes in every process. How a model was compiled,
with the state of the backend's own optimizer, is left out: who trains on compiles it again.
"""

import io
import json
import os
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from frontier_assets.codecs.borrowed_streams import keep_open
from frontier_assets.codecs.objects import ObjectPolicy, class_name
from frontier_assets.errors import (
    FrontierAssetsError,
    InvalidValueError,
    MissingModuleError,
    UntrustedContentError,
)

_CONFIG, _METADATA, _WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
_OPTIMIZER = "optimizer"
_FIRST_MOMENT = (1980, 1, 1, 0, 0, 0)  # of the zip format
# Values that are written as classes are.
_SPECIAL = ("__keras_tensor__", "__tensor__", "__numpy__", "__bytes__", "__ellipsis__", "__slice__")
_DAMAGE = (zipfile.BadZipFile, OSError, EOFError, ValueError, TypeError, LookupError)


def keras_on_torch() -> Any:  # noqa: ANN401 - Keras has no types
    """Import Keras, on PyTorch unless ``KERAS_BACKEND`` says otherwise; its own default is not."""
    os.environ.setdefault("KERAS_BACKEND", "torch")
    import keras

    keep_open()
    return keras


def write(value: object, where: str, policy: ObjectPolicy) -> bytes:
    """Return the archive of a model; classes that the policy does not trust are refused."""
    content = archive_of(value, where)
    _refuse_untrusted(content, where, policy)
    return content


def archive_of(value: object, where: str) -> bytes:
    """Return the archive of a model, whatever classes it has."""
    keras = keras_on_torch()
    if not isinstance(value, keras.Model):
        raise InvalidValueError(where, class_name(type(value)), "expected a whole `keras.Model`")
    with tempfile.TemporaryDirectory(prefix="frontier-keras-") as folder:
        path = Path(folder) / "model.keras"
        try:
            value.save(path)
        except (ValueError, TypeError, NotImplementedError) as error:
            raise InvalidValueError(
                where, class_name(type(value)), f"Keras cannot write it: {_one_line(error)}"
            ) from error
        return _canonical(path.read_bytes())


def classes_of(content: bytes) -> tuple[str, ...]:
    """Return the qualified names of the classes and functions that the archive would have loaded.

    Raises:
        ValueError, OSError, LookupError: it is no archive of Keras'.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        config = json.loads(archive.read(_CONFIG))
    return tuple(sorted(set(_classes(config))))


def read(content: bytes, kind: str, where: str, policy: ObjectPolicy) -> object:
    """Return the model; only classes of Keras and those that the policy trusts are imported."""
    del kind
    try:
        _refuse_untrusted(content, where, policy)
        keras = keras_on_torch()
        with tempfile.TemporaryDirectory(prefix="frontier-keras-") as folder:
            path = Path(folder) / "model.keras"
            path.write_bytes(content)
            return keras.saving.load_model(path, compile=False, safe_mode=True)
    except FrontierAssetsError:
        raise
    except ModuleNotFoundError as error:
        raise MissingModuleError(where, str(error.name)) from error
    except _DAMAGE as error:
        raise InvalidValueError(
            where,
            f"{len(content)} bytes",
            f"Keras cannot read it ({_one_line(error)}); save the model again with Keras 3",
        ) from error


def _refuse_untrusted(content: bytes, where: str, policy: ObjectPolicy) -> None:
    found = [kind for kind in classes_of(content) if not _is_known(kind, policy)]
    if found:
        wanted = ", ".join([*policy.trusted_types, *found])
        raise UntrustedContentError(
            where,
            f"it contains classes that are not of Keras: {', '.join(found)}",
            f"if you trust what made it, write `trusted_types: [{wanted}]` in the model's YAML",
        )


def _is_known(kind: str, policy: ObjectPolicy) -> bool:
    return kind.startswith("keras.") or kind in _SPECIAL or policy.trusts(kind)


def _classes(config: object) -> Iterator[str]:
    """Yield the qualified name of every class and function that the archive would have loaded."""
    for part in _nodes(config):
        kind, module = part.get("class_name"), part.get("module")
        if kind == "function" and module == "builtins":
            continue  # one of Keras' own, by its plain name
        if kind is not None and "config" in part:
            name = part["config"] if kind == "function" else kind
            yield f"{module}.{name}" if module else str(name)


def _nodes(part: object) -> Iterator[dict[str, Any]]:
    """Yield every object of the configuration in the order of the text."""
    ahead = [part]
    while ahead:
        found = ahead.pop()
        if isinstance(found, dict):
            yield found
            ahead.extend(reversed(list(found.values())))
        elif isinstance(found, list):
            ahead.extend(reversed(found))


def _canonical(content: bytes) -> bytes:
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as archive,
        zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as canonical,
    ):
        for name in sorted(archive.namelist()):
            part = archive.read(name)
            if name == _METADATA:
                part = json.dumps({**json.loads(part), "date_saved": ""}).encode()
            if name == _CONFIG:
                part = json.dumps(_numbered(json.loads(part))).encode()
            if name == _WEIGHTS:
                part = _without_optimizer(part)
            entry = zipfile.ZipInfo(name, _FIRST_MOMENT)
            entry.create_system = 3  # the platform's own number would differ
            canonical.writestr(entry, part)
    return written.getvalue()


def _without_optimizer(content: bytes) -> bytes:
    import h5py

    written = io.BytesIO()
    with h5py.File(io.BytesIO(content)) as source, h5py.File(written, "w") as copied:
        copied.attrs.update(source.attrs)
        for name in sorted(source):
            if name != _OPTIMIZER:
                source.copy(name, copied)
    return written.getvalue()


def _numbered(config: dict[str, Any]) -> dict[str, Any]:
    config.pop("compile_config", None)
    numbers: dict[int, int] = {}
    for node in _nodes(config):
        identity = node.pop("shared_object_id", None)
        # A policy is a value: shared or not is chance, and nobody can tell the difference.
        if identity is not None and "DTypePolicy" not in str(node.get("class_name")):
            node["shared_object_id"] = numbers.setdefault(identity, len(numbers) + 1)
    return config


def _one_line(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]
