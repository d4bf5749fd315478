"""The number of the next version, on main and on a branch."""

import dataclasses
from typing import Literal

from frontier_assets.errors import InvalidValueError
from frontier_assets.registry.changes import Recipe, classify
from frontier_assets.types import ChangeClass, VersionNumber

FIRST = VersionNumber(1, 0, 0)


@dataclasses.dataclass(frozen=True, slots=True)
class Numbering:
    """A number, the class of change behind it, and why."""

    number: VersionNumber
    change: ChangeClass
    reason: str


def explicit_number(text: str, *, branch: str | None = None) -> VersionNumber:
    """Read a number that a person asked for; a ``branch`` numbers its pre-releases itself."""
    number = VersionNumber.parse(text)
    if branch is not None:
        raise InvalidValueError(
            "Version", text, f"branch '{branch}' numbers its versions itself; leave the number out"
        )
    if number.branch:
        raise InvalidValueError("Version", text, "expected a release such as '1.2.0'")
    return number


def change_from(
    parent: Recipe | None, new: Recipe, change: ChangeClass | Literal["auto"]
) -> tuple[ChangeClass, str]:
    """Return the class of ``new`` against its ``parent`` and why; an explicit class wins."""
    if parent is None:
        return ChangeClass.MAJOR, "the first version"
    if change == "auto":
        return classify(parent, new)
    return change, f"a {change} change was asked for"


def number_on_main(latest: VersionNumber | None, change: ChangeClass) -> VersionNumber:
    """Return the release after ``latest``, the highest one of main (None: there is none)."""
    return FIRST if latest is None else latest.bumped(change)


def number_on_branch(
    branch: str, *, base: VersionNumber, last: VersionNumber | None, change: ChangeClass
) -> VersionNumber:
    """Return the pre-release after ``last`` (None: the first one) on a ``branch``.

    It precedes the release that a ``change`` of this class would make of ``base``: the version that
    the branch left, or the one that its last merge made. A larger change moves that release up, a
    smaller one never back. The last part counts the versions of the branch and never starts again.
    So a later version of a branch always has the higher number, and no number comes twice.
    """
    release = base.release.bumped(change)
    if last is None:
        return dataclasses.replace(release, branch=branch, iteration=1)
    highest = max(release, last.release)
    return dataclasses.replace(highest, branch=branch, iteration=last.iteration + 1)
