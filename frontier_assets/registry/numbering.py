"""The number of the next version."""

import dataclasses
from typing import Literal

from frontier_assets.errors import InvalidValueError
from frontier_assets.registry.changes import Recipe, classify
from frontier_assets.types import ChangeClass, Version, VersionNumber

FIRST = VersionNumber(1, 0, 0)


@dataclasses.dataclass(frozen=True, slots=True)
class Numbering:
    """A number, the class of change behind it, and why."""

    number: VersionNumber
    change: ChangeClass
    reason: str


def explicit_number(text: str) -> VersionNumber:
    """Read a number that a person asked for; pre-releases belong to branches."""
    number = VersionNumber.parse(text)
    if number.branch:
        raise InvalidValueError("Version", text, "expected a release such as '1.2.0'")
    return number


def next_number(
    parent: Version | None,
    new: Recipe,
    *,
    change: ChangeClass | Literal["auto"],
    number: VersionNumber | None,
) -> Numbering:
    """Number ``new`` after its ``parent``; an explicit ``number`` wins, then an explicit class."""
    if parent is None:
        derived = Numbering(FIRST, ChangeClass.MAJOR, "the first version")
    elif change == "auto":
        found, reason = classify(parent, new)
        derived = Numbering(VersionNumber.parse(parent.number).bumped(found), found, reason)
    else:
        bumped = VersionNumber.parse(parent.number).bumped(change)
        derived = Numbering(bumped, change, f"a {change} change was asked for")
    if number is None:
        return derived
    return Numbering(number, derived.change, f"the number was given; {derived.reason}")
