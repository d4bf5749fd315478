"""What a new version changes against its parent: the class of the change, and why."""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from frontier_assets.types import ChangeClass

_SHOWN = 3
# Of a signature what callers see; the rest of it is the architecture.
_INTERFACE = ("inputs", "outputs")


class Recipe(Protocol):
    """What a version is made by, and what it looks like from outside."""

    @property
    def signature(self) -> Mapping[str, Any]:
        """Inputs, outputs and architecture: names, dtypes and shapes."""

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Hyperparameters."""

    @property
    def data_digests(self) -> Mapping[str, str]:
        """Digests of the training data, by data set."""

    @property
    def environment(self) -> Mapping[str, str]:
        """Python, packages and commit; empty where nobody recorded them."""


def classify(parent: Recipe, new: Recipe) -> tuple[ChangeClass, str]:
    """Return the class of the change from ``parent`` to ``new`` and the reason in words.

    Another signature or architecture is major, other hyperparameters or training data are minor,
    anything else is a retrain of the same recipe: a patch. An environment that differs is told and
    makes no class. The words name every kind of difference, the gravest first.
    """
    major = [
        *_told("the signature differs in", *_parts(parent, new, callers_see=True)),
        *_told("the architecture differs in", *_parts(parent, new, callers_see=False)),
    ]
    minor = [
        *_told("hyperparameters differ in", parent.parameters, new.parameters),
        *_told("training data differ in", parent.data_digests, new.data_digests),
    ]
    around: list[str] = []
    if parent.environment and new.environment:
        around += _told("the environment differs in", parent.environment, new.environment)
    if major:
        return ChangeClass.MAJOR, "; ".join([*major, *minor, *around])
    if minor:
        return ChangeClass.MINOR, "; ".join([*minor, *around])
    return ChangeClass.PATCH, "; ".join(["a retrain of the same recipe", *around])


def _parts(
    parent: Recipe, new: Recipe, *, callers_see: bool
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return the interface of both signatures, or everything else of them."""
    before, after = (
        {key: value for key, value in item.signature.items() if (key in _INTERFACE) == callers_see}
        for item in (parent, new)
    )
    return before, after


def _told(words: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    if different := list(_differences("", before, after)):
        yield f"{words} {_shown(different)}"


def _differences(path: str, before: object, after: object) -> Iterator[str]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted({*before, *after}):
            inner = f"{path}.{key}" if path else str(key)
            if key not in before:
                yield f"{inner} (new)"
            elif key not in after:
                yield f"{inner} (gone)"
            else:
                yield from _differences(inner, before[key], after[key])
    elif before != after:
        yield f"{path} ({before!r} -> {after!r})"


def _shown(different: list[str]) -> str:
    more = len(different) - _SHOWN
    return ", ".join(different[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
