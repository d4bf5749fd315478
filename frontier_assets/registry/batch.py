"""Several versions changed at once: in one transaction, or each for itself with what came of it."""

import dataclasses
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from frontier_assets.errors import FrontierAssetsError, InvalidValueError
from frontier_assets.types import Ref, Version

Named = str | Ref | Version
Result = TypeVar("Result")


@dataclasses.dataclass(frozen=True, slots=True)
class Attempt(Generic[Result]):
    """What came of one change of several: its ``result``, or the ``error`` that refused it."""

    ref: str
    result: Result | None = None
    error: FrontierAssetsError | None = None


def change_each(named: Iterable[Named], change: Callable[[str], Result]) -> list[Attempt[Result]]:
    """Change each version in its own transaction; what is refused stops none of the others."""
    attempts: list[Attempt[Result]] = []
    for ref in map(_ref, named):
        try:
            attempts.append(Attempt(ref, change(ref)))
        except FrontierAssetsError as error:
            attempts.append(Attempt(ref, error=error))
    return attempts


def change_together(
    named: Iterable[Named],
    find: Callable[[str], Version],
    change: Callable[[str, list[str]], Iterable[Result]],
) -> list[Attempt[Result]]:
    """Give ``change`` the model and the numbers of versions that it changes all, or none.

    Raises:
        InvalidValueError: they are of several models, each of which has its own transactions.
    """
    found = [find(ref) for ref in map(_ref, named)]
    models = list(dict.fromkeys(version.model for version in found))
    if len(models) > 1:
        expected = "versions of one model are changed all or none; give atomic=False for each alone"
        raise InvalidValueError("Models", ", ".join(models), expected)
    numbers = list(dict.fromkeys(version.number for version in found))
    results = change(models[0], numbers) if models else ()
    refs = (f"{models[0]}@{number}" for number in numbers)
    return [Attempt(ref, result) for ref, result in zip(refs, results, strict=True)]


def _ref(named: Named) -> str:
    return named.ref if isinstance(named, Version) else str(named)
