"""The approvals of each version's moves: signed statements, judged again whenever they are read.

A row counts for nothing by being there: kept is the text that was signed with its signature, and
both are held against the allowed signers and the facts of the moment. A promotion consumes what was
issued before it and a rollback voids it, both by the history of moves, so that no column of a row
has to be believed.
"""

import dataclasses
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from frontier_assets.errors import ApprovalRefusedError, InvalidValueError
from frontier_assets.registry.approval_payload import ApprovalPayload
from frontier_assets.registry.approval_rules import Circumstances
from frontier_assets.registry.connection import Database
from frontier_assets.registry.ledger import AuditAction, Change, open_change
from frontier_assets.registry.lookup import version_row
from frontier_assets.registry.prepared import Prepared
from frontier_assets.registry.tables import approvals
from frontier_assets.signatures import AllowedSigners, Signer
from frontier_assets.types import Stage

# Built once: every decision runs it.
_OF_VERSION = Prepared(
    sa.select(approvals)
    .where(approvals.c.version_id == sa.bindparam("of_version"))
    .order_by(approvals.c.id)
)


@dataclasses.dataclass(frozen=True, slots=True)
class Approval:
    """An approval as it was judged when it was read; it counts when there is no ``problem``.

    It ``is_over`` when a promotion consumed it or a rollback voided it. ``key`` is the fingerprint
    of the key that signed.
    """

    stage: Stage
    signer: str
    key: str
    payload: str
    signature: str
    added_by: str
    added_at: datetime
    problem: str | None = None
    remedy: str = ""
    is_over: bool = False


class Approvals:
    """Adds approvals and reads them."""

    def __init__(self, database: Database, signers: AllowedSigners | None = None) -> None:
        """Work on ``database``; only the signatures of ``signers`` count."""
        self._database = database
        self._signers = signers

    def issue(self, model: str, number: str, to: Stage) -> str:
        """Return the text that approves the version's move ``to`` a stage once it is signed.

        Raises:
            ApprovalRefusedError: the YAML asks for no approval, or the version is there already.
        """
        with self._database.read() as connection:
            row = version_row(connection, model, number)
            now = Circumstances.read(connection, row, self._signers)
        return ApprovalPayload.issue(now.move(to), expires_hours=now.entry(to).expires_hours).text

    def add(
        self,
        model: str,
        number: str,
        to: Stage,
        *,
        payload: str,
        signature: str,
        signer: str,
        actor: str,
    ) -> Approval:
        """Add what ``signer`` signed.

        Raises:
            VersionNotFoundError: there is no such version.
            ApprovalRefusedError: it does not approve this move now, or it was added before.
            InvalidValueError: ``signer`` is no name.
            SettingsError: the allowed signers cannot be read.
        """
        with open_change(self._database, model, actor=actor) as ledger:
            row = version_row(ledger.connection, model, number)
            now = Circumstances.read(ledger.connection, row, self._signers)
            read, by = now.verified(payload, signature, signer, to=to)
            seen = sa.select(approvals.c.id).where(
                approvals.c.nonce == read.nonce, approvals.c.key == by.key
            )
            if ledger.connection.scalar(seen) is not None:
                raise now.refused(to, "it was added before", f"sign a new one: {now.command(to)}")
            added = Approval(to, by.name, by.key, payload, signature, ledger.actor, ledger.at)
            _insert(ledger, now.version.id, added, read.nonce)
            ledger.record(AuditAction.APPROVAL_ADDED, version=number, after=_audited(added))
            return added


def approvals_of(
    connection: sa.Connection, version: sa.Row[Any], signers: AllowedSigners | None
) -> tuple[Approval, ...]:
    """Return the approvals of the version of a row, oldest first, each judged as of now."""
    rows = _OF_VERSION(connection, {"of_version": version.id})
    if not rows:
        return ()
    now = Circumstances.read(connection, version, signers)
    return tuple(_judged(row, now) for row in rows)


def counted_approvals(found: Iterable[Approval], to: Stage) -> list[Approval]:
    """Return those of a move that count; of one person, who may have several keys, the first."""
    counted: list[Approval] = []
    for item in found:
        person = Signer(item.signer, item.key)
        known = any(person.is_same_person(Signer(a.signer, a.key)) for a in counted)
        if item.stage is to and item.problem is None and not known:
            counted.append(item)
    return counted


def consume(ledger: Change, number: str, to: Stage, found: Iterable[Approval]) -> None:
    """Record with whose approval a version is moved; the move itself uses the approvals up."""
    counted = counted_approvals(found, to)
    if counted:
        ledger.record(
            AuditAction.APPROVALS_CONSUMED,
            version=number,
            after={"stage": to, "approvals": [_audited(item) for item in counted]},
        )


def _insert(ledger: Change, version: int, added: Approval, nonce: str) -> None:
    names = ("signer", "key", "payload", "signature", "added_by", "added_at")
    values = {name: getattr(added, name) for name in names}
    values |= {"version_id": version, "stage": added.stage.value, "nonce": nonce}
    ledger.connection.execute(sa.insert(approvals).values(values))


def _judged(row: sa.Row[Any], now: Circumstances) -> Approval:
    stage = Stage(row.stage)
    names = ("signer", "key", "payload", "signature", "added_by", "added_at")
    approval = Approval(stage=stage, **{name: getattr(row, name) for name in names})
    try:
        _, by = now.verified(row.payload, row.signature, row.signer, to=stage)
    except ApprovalRefusedError as error:
        return dataclasses.replace(
            approval, problem=error.problem, remedy=error.remedy, is_over=_is_over(row, now)
        )
    return dataclasses.replace(approval, key=by.key)


def _is_over(row: sa.Row[Any], now: Circumstances) -> bool:
    try:
        return now.ended(ApprovalPayload.parse(row.payload)) is not None
    except InvalidValueError:
        return False


def _audited(approval: Approval) -> dict[str, str]:
    payload = ApprovalPayload.parse(approval.payload)
    return {
        "stage": approval.stage.value,
        "signer": approval.signer,
        "key": approval.key,
        "nonce": payload.nonce,
        "expires_at": payload.expires_at.isoformat(),
    }
