"""What a new version changes against its parent: the class of the change, and why."""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from frontier_assets.types import ChangeClass

_SHOWN = 3


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


def classify(parent: Recipe, new: Recipe) -> tuple[ChangeClass, str]:
    """Return the class of the change from ``parent`` to ``new`` and the reason in words.

    A different signature is major, different hyperparameters or training data are minor, anything
    else is a retrain of the same recipe: a patch.
    """
    if different := list(_differences("", parent.signature, new.signature)):
        return ChangeClass.MAJOR, f"the signature differs in {_shown(different)}"
    reasons = []
    if different := list(_differences("", parent.parameters, new.parameters)):
        reasons.append(f"hyperparameters differ in {_shown(different)}")
    if different := list(_differences("", parent.data_digests, new.data_digests)):
        reasons.append(f"training data differ in {_shown(different)}")
    if reasons:
        return ChangeClass.MINOR, "; ".join(reasons)
    return ChangeClass.PATCH, "a retrain of the same recipe"


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
