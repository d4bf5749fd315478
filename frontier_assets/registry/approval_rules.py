"""Whether a signed statement approves a version's move now, and if not, why and what to do."""

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Self

import sqlalchemy as sa

from frontier_assets.errors import (
    ApprovalRefusedError,
    InvalidValueError,
    SignatureRefusedError,
)
from frontier_assets.registry.approval_payload import NAMESPACE, ApprovalPayload, Move, shown
from frontier_assets.registry.lookup import holder_row, recorded_row, to_version
from frontier_assets.registry.moves import StageMove, moves_of
from frontier_assets.registry.policies import current_policy
from frontier_assets.registry.tables import stage_moves
from frontier_assets.signatures import AllowedSigners, Signer
from frontier_assets.specification import ModelSpecification, StageEntry
from frontier_assets.types import Stage, Version


@dataclasses.dataclass(frozen=True, slots=True)
class Circumstances:
    """What the approvals of a version are held against at the moment ``now``.

    ``authors`` registered the version, or the one that it was merged from. ``holder`` has
    production. ``moves`` are the version's own, ``rolled_back_at`` is when the model was last
    rolled back. Without ``signers`` nobody's signature counts.
    """

    version: Version
    authors: tuple[Signer, ...]
    policy: ModelSpecification | None
    holder: str | None
    moves: tuple[StageMove, ...]
    rolled_back_at: datetime | None
    signers: AllowedSigners | None
    now: datetime

    @classmethod
    def read(
        cls,
        connection: sa.Connection,
        row: sa.Row[Any],
        signers: AllowedSigners | None,
    ) -> Self:
        """Read what bears on the approvals of the version of a ``row``."""
        owner = row.model_id
        holder = holder_row(connection, owner, Stage.PRODUCTION)
        back = (stage_moves.c.source == "archived", stage_moves.c.target == "production")
        query = sa.select(sa.func.max(stage_moves.c.at)).where(
            stage_moves.c.model_id == owner, *back
        )
        return cls(
            version=to_version(row),
            authors=tuple(_authors(connection, row)),
            policy=current_policy(connection, owner),
            holder=None if holder is None else holder.number,
            moves=tuple(moves_of(connection, row.id)),
            rolled_back_at=connection.scalar(query),
            signers=signers,
            now=datetime.now(UTC),
        )

    def entry(self, to: Stage) -> StageEntry:
        """Return what the YAML says about entering a stage, where it asks for approvals.

        Raises:
            ApprovalRefusedError: it does not.
        """
        entry = None if self.policy is None else self.policy.promotion.entry(to)
        if entry is None or not entry.approvals or not to.is_promoted_to:
            raise self.refused(
                to,
                "the YAML on record asks for none",
                f"write `promotion.{to}.approvals` in it and record it with `frontier sync`",
            )
        return entry

    def move(self, to: Stage) -> Move:
        """Return the move of the version to a stage as it would be made now.

        Raises:
            ApprovalRefusedError: it needs no approval, or the version is there already.
        """
        self.entry(to)
        if self.version.stage is to:
            raise self.refused(to, "it is there already", "approve a version that is to move there")
        return Move(
            model=self.version.model,
            version=self.version.number,
            digest=self.version.digest,
            stage=to,
            policy_digest=self.policy.digest if self.policy else None,
            expected_holder=self.holder if to is Stage.PRODUCTION else None,
        )

    def verified(
        self, text: str, signature: str, signer: str, *, to: Stage
    ) -> tuple[ApprovalPayload, Signer]:
        """Return what was signed and by whom, if that approves the move ``to`` a stage now.

        Raises:
            ApprovalRefusedError: it does not; the error says why and what to do.
            SettingsError: the allowed signers cannot be read.
        """
        again = f"approve as it is now: {self.command(to)}"
        try:
            payload = ApprovalPayload.parse(text)
        except InvalidValueError as error:
            raise self.refused(to, "what was signed is no approval", again) from error
        if problem := self.ended(payload):
            raise self.refused(to, problem, again)
        move, entry = self.move(to), self.entry(to)
        if problem := (
            payload.differs(move)
            or payload.out_of_time(self.now, expires_hours=entry.expires_hours)
        ):
            raise self.refused(to, problem, again)
        by = self._signer(text, signature, signer, to)
        if any(by.is_same_person(author) for author in self.authors):
            problem = f"{by.name} registered the version, and nobody approves their own"
            raise self.refused(to, problem, "ask somebody else to approve it")
        if not entry.may_approve(by.name):
            problem = f"'{by.name}' is not among `promotion.{to}.approvers`"
            raise self.refused(to, problem, f"ask one of {', '.join(entry.approvers)}")
        return payload, by

    def ended(self, payload: ApprovalPayload) -> str | None:
        """Say what consumed or voided an approval; None while it can be used."""
        for move in reversed(self.moves):
            if move.target is payload.move.stage and move.at >= payload.issued_at:
                return f"the version's move to {move.target} at {shown(move.at)} consumed it"
        if self.rolled_back_at is not None and self.rolled_back_at >= payload.issued_at:
            return f"the rollback at {shown(self.rolled_back_at)} voided it"
        return None

    def command(self, to: Stage) -> str:
        """Return the command that approves the move."""
        return f"frontier approve {self.version.ref} --to {to} --key KEYFILE"

    def refused(self, to: Stage, problem: str, remedy: str) -> ApprovalRefusedError:
        """Return the refusal of an approval of this version."""
        return ApprovalRefusedError(self.version.ref, to, problem, remedy)

    def _signer(self, text: str, signature: str, signer: str, to: Stage) -> Signer:
        if self.signers is None:
            raise self.refused(
                to,
                "FRONTIER_ALLOWED_SIGNERS is not set, so that nobody's signature counts",
                "set it to the allowed-signers file, wherever versions are promoted",
            )
        try:
            return self.signers.verify(text.encode(), signature, signer=signer, namespace=NAMESPACE)
        except SignatureRefusedError as error:
            raise self.refused(to, error.problem, error.remedy) from error
        except InvalidValueError as error:
            raise self.refused(to, str(error), self.command(to)) from error


def _authors(connection: sa.Connection, row: sa.Row[Any]) -> Iterator[Signer]:
    """Yield who signed a registration, and who they said that they were, which has no key."""
    # Merging gives a version of a branch another number, and makes nobody its author.
    made = [row]
    if row.merged_from is not None:
        made.append(recorded_row(connection, row.model, row.merged_from))
    for item in made:
        yield Signer(item.created_by, "")
        if item.author is not None:
            yield Signer(item.author, item.author_key)
