"""Scikit-learn estimators and pipelines in skops' format, which names classes and runs nothing.

skops names its parts after addresses in memory and dates them; here they are numbered in the order
in which they appear, so that the same model gives the same bytes in every process.
"""

import contextlib
import io
import json
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

from frontier_assets.codecs.objects import ObjectPolicy
from frontier_assets.errors import (
    FrontierAssetsError,
    InvalidValueError,
    MissingModuleError,
    UntrustedContentError,
)

_SCHEMA = "schema.json"
_FIRST_MOMENT = (1980, 1, 1, 0, 0, 0)  # of the zip format
# Values that Python may or may not share, depending on the process; nobody can tell the difference.
_PLAIN_LOADERS = frozenset({"JsonNode", "TypeNode", "FunctionNode"})
# What skops, zipfile, json and numpy raise for content that skops did not write.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    NotImplementedError,
    RecursionError,
)


def write(value: object, where: str, policy: ObjectPolicy) -> bytes:
    """Return ``value`` in skops' format, with numbered parts."""
    import skops.io
    from skops.io.exceptions import UnsupportedTypeException

    try:
        content = skops.io.dumps(value)
    except (UnsupportedTypeException, TypeError, RecursionError) as error:
        raise InvalidValueError(
            where,
            type(value).__qualname__,
            f"skops cannot write it: {_one_line(error)}; leave that part out, or write "
            "`framework: custom` and `allow_pickle: true` in the model's YAML",
        ) from error
    _refuse_untrusted(content, where, policy)
    return _canonical(content)


def check(content: bytes, where: str, policy: ObjectPolicy) -> None:
    """Refuse damage and classes that are not trusted, as `read` does; no class is imported."""
    with _refusing_damage(content, where):
        _refuse_untrusted(content, where, policy)


def read(content: bytes, kind: str, where: str, policy: ObjectPolicy) -> object:
    """Return the estimator; only classes that skops or the policy trusts are imported."""
    import skops.io

    del kind
    with _refusing_damage(content, where):
        _refuse_untrusted(content, where, policy)
        return skops.io.loads(content, trusted=_questioned(content))


@contextlib.contextmanager
def _refusing_damage(content: bytes, where: str) -> Iterator[None]:
    try:
        yield
    except FrontierAssetsError:
        raise
    except ModuleNotFoundError as error:
        raise MissingModuleError(where, str(error.name)) from error
    except (ImportError, *_DAMAGE) as error:
        raise InvalidValueError(
            where,
            f"{len(content)} bytes",
            f"skops cannot read it ({_one_line(error)}); save the estimator again with the "
            "scikit-learn and the classes of this environment",
        ) from error


def _questioned(content: bytes) -> list[str]:
    """Return the classes in ``content`` that skops does not trust by itself."""
    import skops.io

    return list(skops.io.get_untrusted_types(data=content))


def _refuse_untrusted(content: bytes, where: str, policy: ObjectPolicy) -> None:
    found = [kind for kind in _questioned(content) if not policy.trusts(kind)]
    if not found:
        return
    wanted = ", ".join([*policy.trusted_types, *found])
    several = "classes" if len(found) > 1 else "a class"
    raise UntrustedContentError(
        where,
        f"it contains {several} that skops does not trust by itself: {', '.join(found)}",
        f"if you trust what made it, write `trusted_types: [{wanted}]` in the model's YAML",
    )


def _canonical(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        schema = json.loads(archive.read(_SCHEMA))
        parts = {name: archive.read(name) for name in archive.namelist() if name != _SCHEMA}
    _sort_sets(schema)
    numbers = _number(schema)
    files = {new: parts[old] for old, new in _rename(schema, numbers).items()}
    files[_SCHEMA] = json.dumps(schema, separators=(",", ":")).encode()
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as archive:
        for name, part in files.items():
            entry = zipfile.ZipInfo(name, _FIRST_MOMENT)
            entry.create_system = 3  # the platform's own number would differ
            archive.writestr(entry, part)
    return written.getvalue()


def _nodes(part: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - parsed JSON
    """Yield every object of skops' schema in the order of the text."""
    ahead = [part]
    while ahead:
        found = ahead.pop()
        if isinstance(found, dict):
            yield found
            ahead.extend(reversed(list(found.values())))
        elif isinstance(found, list):
            ahead.extend(reversed(found))


def _sort_sets(schema: dict[str, Any]) -> None:
    """Order the items of sets, which Python orders by hashes that differ between processes."""
    for node in _nodes(schema):
        if node.get("__loader__") == "SetNode":
            node["content"].sort(key=_text_without_names)


def _text_without_names(node: Any) -> str:  # noqa: ANN401 - parsed JSON
    copied = json.loads(json.dumps(node))
    for inner in _nodes(copied):
        inner.pop("__id__", None)
        inner.pop("file", None)
    return json.dumps(copied)


def _number(schema: dict[str, Any]) -> dict[int, int]:
    """Return a number from 1 for every object that appears more than once."""
    counts = Counter(
        node["__id__"]
        for node in _nodes(schema)
        if "__id__" in node and node["__loader__"] not in _PLAIN_LOADERS
    )
    shared = [identity for identity, count in counts.items() if count > 1]
    return {identity: number for number, identity in enumerate(shared, start=1)}


def _rename(schema: dict[str, Any], numbers: dict[int, int]) -> dict[str, str]:
    """Give ids and files their numbers in ``schema`` and return the files' names by the old."""
    files: dict[str, str] = {}
    for node in _nodes(schema):
        if "__loader__" not in node:
            continue
        number = numbers.get(node.pop("__id__", 0))
        if number and node["__loader__"] not in _PLAIN_LOADERS:
            node["__id__"] = number
        if isinstance(node.get("file"), str):
            old = node["file"]
            new = files.setdefault(old, f"{len(files) + 1}.{old.rpartition('.')[2]}")
            node["file"] = new
    return files


def _one_line(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]
