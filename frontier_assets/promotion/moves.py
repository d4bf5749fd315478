"""Move versions between stages: the registry's transaction under the promotion rules."""

import functools
from collections.abc import Iterable, Sequence
from datetime import datetime

from frontier_assets.errors import InvalidValueError
from frontier_assets.promotion.decision import decide
from frontier_assets.registry.audit import AuditEntry
from frontier_assets.registry.batch import Attempt, Named, change_each, change_together
from frontier_assets.registry.database import Registry
from frontier_assets.registry.evidence import Decision
from frontier_assets.registry.freezes import Freeze
from frontier_assets.registry.moves import StageMove
from frontier_assets.registry.transitions import UNSET, Unset
from frontier_assets.types import Ref, Selector, Stage, Version


class Stages:
    """Which version stands where. Every move is decided on evidence inside its transaction."""

    def __init__(self, registry: Registry, *, actor: str) -> None:
        self._registry = registry
        self._actor = actor

    def promote(
        self,
        ref: str | Ref,
        *,
        to: Stage | str,
        reason: str,
        actor: str | None = None,
        expected: str | Unset | None = UNSET,
        automatic: bool = False,
        run_id: str | None = None,
    ) -> StageMove:
        """Move a version to a stage; already being there is a move that changed nothing.

        ``expected`` is the production holder the caller has seen (None: nobody); without it the
        move is not compared. ``automatic`` moves also obey the YAML's `promotion` section and only
        go forward.

        Raises:
            StageConflictError: production is held by another version than ``expected``.
            StageTransitionError: the stages are not neighbours.
            ModelFrozenError: the model is frozen, and the move is a promotion.
            PromotionRefusedError: the evidence does not allow it.
        """
        model, number = self._named(ref)
        stage = parse_stage(to)
        return self._registry.stages.move(
            model,
            number,
            stage,
            actor=self._acting(actor),
            reason=reason,
            expected=expected,
            run_id=run_id,
            automatic=automatic,
            decide=functools.partial(decide, to=stage, automatic=automatic),
        )

    def promote_many(
        self, versions: Iterable[Named], *, to: Stage | str, reason: str, atomic: bool = False
    ) -> Sequence[Attempt[StageMove]]:
        """Move each version that may to a stage, and say what came of each.

        With ``atomic`` all are moved or none: they are of one model, and the first that is refused
        is the error that is raised. Production has one place for each model.
        """
        stage = parse_stage(to)
        if not atomic:
            return change_each(versions, lambda ref: self.promote(ref, to=stage, reason=reason))
        move = self._registry.stages.move_several
        allowed = functools.partial(decide, to=stage, automatic=False)
        return change_together(
            versions,
            self._registry.versions.get,
            lambda model, numbers: move(
                model, numbers, stage, actor=self._actor, reason=reason, decide=allowed
            ),
        )

    def rollback(
        self,
        model: str,
        *,
        reason: str,
        actor: str | None = None,
        to: str | None = None,
        expected: str | Unset | None = UNSET,
        run_id: str | None = None,
    ) -> StageMove:
        """Return production to its previous holder, or to the earlier holder ``to``.

        With ``expected``, two people who react to one incident do not roll back twice. A frozen
        model is rolled back as well: that is what it was frozen for.

        Raises:
            StageConflictError: production is held by another version than ``expected``.
            NothingToRollBackError: there is no such earlier holder.
        """
        return self._registry.stages.rollback(
            model,
            actor=self._acting(actor),
            reason=reason,
            to=to,
            expected=expected,
            run_id=run_id,
        )

    def freeze(self, model: str, *, reason: str, actor: str | None = None) -> Freeze:
        """Refuse every promotion of the model until `unfreeze`; again only changes the reason.

        Versions are registered, evaluated and built meanwhile; moves that are no promotion,
        rollbacks among them, stay possible.
        """
        return self._registry.freezes.freeze(model, actor=self._acting(actor), reason=reason)

    def unfreeze(self, model: str, *, reason: str, actor: str | None = None) -> Freeze | None:
        """Allow promotions again; return what had stopped them, None when nothing had."""
        return self._registry.freezes.unfreeze(model, actor=self._acting(actor), reason=reason)

    def holder(
        self, model: str, stage: Stage | str = Stage.PRODUCTION, *, at: datetime | None = None
    ) -> Version | None:
        """Return the version that holds ``stage`` now, or held it at the moment ``at``."""
        return self._registry.stages.holder(model, parse_stage(stage), at=at)

    def history(self, model: str, *, at: datetime | None = None) -> list[StageMove]:
        """Return every move of the model's versions, oldest first, up to the moment ``at``."""
        return self._registry.stages.history(model, at=at)

    def why(self, ref: str | Ref, *, to: Stage | str, automatic: bool = False) -> Decision:
        """Return every condition of a move as met, unmet or waiting, without moving anything."""
        version = self._registry.versions.get(ref)
        evidence = self._registry.stages.evidence(version.model, version.number)
        return decide(evidence, to=parse_stage(to), automatic=automatic)

    def _named(self, ref: str | Ref) -> tuple[str, str]:
        """Return the model and the number; a ref that says them is resolved by the move itself."""
        parsed = ref if isinstance(ref, Ref) else Ref.parse(ref)
        if parsed.selector is Selector.NUMBER:
            return parsed.model, parsed.value
        version = self._registry.versions.get(ref)
        return version.model, version.number

    def _acting(self, actor: str | None) -> str:
        return self._actor if actor is None else actor


def move_facts(version: Version, move: StageMove, entry: AuditEntry) -> dict[str, str | int | bool]:
    """Return what a report of a move carries, with its ``entry`` in the audit trail."""
    return {
        "version": version.number,
        "sequence": version.sequence,
        "version_id": version.id,
        "digest": version.digest,
        "size_bytes": version.size_bytes,
        "moved_from": move.source.value,
        "replaced": move.replaced or "nobody",
        "actor": move.actor,
        "reason": move.reason,
        "audit_entry": entry.sequence,
        "audit_hash": entry.hash,
        "changed": move.changed,
    }


def parse_stage(text: Stage | str) -> Stage:
    """Return the stage of this name."""
    try:
        return Stage(text)
    except ValueError as error:
        raise InvalidValueError("Stage", str(text), f"one of {', '.join(Stage)}") from error
