"""The row of a new version: its number, its parents and its place in the model's sequence."""

import dataclasses
from collections.abc import Mapping
from typing import Any, Literal

import sqlalchemy as sa

from frontier_assets.errors import VersionExistsError
from frontier_assets.registry.changes import Recipe
from frontier_assets.registry.ledger import AuditAction, Change
from frontier_assets.registry.lookup import (
    branch_row,
    head_row,
    is_used,
    last_row,
    to_version,
    version_of,
)
from frontier_assets.registry.numbering import (
    Numbering,
    change_from,
    number_on_branch,
    number_on_main,
)
from frontier_assets.registry.prepared import Prepared
from frontier_assets.registry.searchable import add_version
from frontier_assets.registry.tables import branches, versions
from frontier_assets.types import MAIN, BuildStatus, ChangeClass, Stage, Version, VersionNumber

# Built once: every registration runs them.
_INSERT = Prepared(sa.insert(versions).returning(versions.c.id))


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """Where a new version stands among the others of its model."""

    numbering: Numbering
    branch: str
    parent: str | None
    merged_from: str | None = None
    is_highest: bool = False  # of all that were ever on main


def place_on_main(
    ledger: Change,
    new: Recipe,
    *,
    change: ChangeClass | Literal["auto"],
    number: VersionNumber | None = None,
    parent: Version | None = None,
    merged_from: str | None = None,
) -> Place:
    """Place ``new`` after main's last version, which is its parent unless another one is given.

    The class is that of the change against the parent; the number follows the last one on main,
    whoever the parent is, unless a ``number`` is given.

    Raises:
        VersionExistsError: the ``number`` was used before.
    """
    last = last_row(ledger.connection, ledger.model_id)
    before: Any = parent or last  # of either the same is asked
    found, reason = change_from(before, new, change)
    if number is None:
        number = number_on_main(None if last is None else _number(last.number), found)
    elif is_used(ledger.connection, ledger.model_id, number):
        raise VersionExistsError(ledger.model, str(number))
    else:
        reason = f"the number was given; {reason}"
    return Place(
        Numbering(number, found, reason),
        MAIN,
        None if before is None else before.number,
        merged_from,
        is_highest=last is None or number > _number(last.number),
    )


def place_on_branch(
    ledger: Change,
    new: Recipe,
    *,
    branch: str,
    change: ChangeClass | Literal["auto"],
    parent: Version | None = None,
) -> Place:
    """Place ``new`` after the head of ``branch``, its parent unless another one is given.

    Raises:
        BranchNotFoundError: there is no such branch.
    """
    row = branch_row(ledger.connection, ledger.model, branch)
    head = head_row(ledger.connection, ledger.model_id, branch)
    parent = parent or (None if head is None else to_version(head))
    found, reason = change_from(parent, new, change)
    number = number_on_branch(
        branch,
        base=_number(row.last_merge or row.source),
        last=None if row.last_number is None else _number(row.last_number),
        change=found,
    )
    ledger.connection.execute(
        sa.update(branches).where(branches.c.id == row.id).values(last_number=str(number))
    )
    numbering = Numbering(number, found, reason)
    return Place(numbering, branch, None if parent is None else parent.number)


def insert(ledger: Change, facts: Mapping[str, Any], place: Place) -> Version:
    """Write a version with these ``facts`` and record it.

    A parent is there before its children, so that nothing descends from itself.
    """
    row = {
        **facts,
        **_columns(ledger, place),
        "model_id": ledger.model_id,
        "run_id": ledger.run_id,
        "created_by": ledger.actor,
        "created_at": ledger.at,
    }
    created = _INSERT(ledger.connection, row).one().id
    if place.is_highest:
        ledger.last_version_id = created
    version = version_of({**row, "id": created, "model": ledger.model})
    add_version(ledger, version)
    signed = ("author", "author_key") if version.author else ()
    names = ("digest", "branch", "parent", "merged_from", "change", "change_reason", *signed)
    after = {name: getattr(version, name) for name in names}
    ledger.record(AuditAction.VERSION_REGISTERED, version=version.number, after=after)
    return version


def _columns(ledger: Change, place: Place) -> dict[str, Any]:
    # The counter and not the highest row: what was used once is never given out again.
    ledger.version_sequence += 1
    number = place.numbering.number
    return {
        "number": str(number),
        "major": number.major,
        "minor": number.minor,
        "patch": number.patch,
        "sequence": ledger.version_sequence,
        "branch": place.branch,
        "parent": place.parent,
        "merged_from": place.merged_from,
        "change": place.numbering.change.value,
        "change_reason": place.numbering.reason,
        "build_status": BuildStatus.TRAINED.value,
        "stage": Stage.DEVELOPMENT.value,
        "policy_digest": ledger.owner.policy_digest,
    }


def _number(text: str) -> VersionNumber:
    return VersionNumber.parse(text)
