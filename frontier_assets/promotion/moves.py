"""Move versions between stages: the registry's transaction under the promotion rules."""

import functools
from datetime import datetime

from frontier_assets.errors import InvalidValueError
from frontier_assets.promotion.decision import decide
from frontier_assets.registry.database import Registry
from frontier_assets.registry.evidence import Decision
from frontier_assets.registry.moves import StageMove
from frontier_assets.registry.stages import UNSET, Unset
from frontier_assets.types import Ref, Stage, Version


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
            PromotionRefusedError: the evidence does not allow it.
        """
        version = self._registry.versions.get(ref)
        stage = parse_stage(to)
        return self._registry.stages.move(
            version.model,
            version.number,
            stage,
            actor=actor or self._actor,
            reason=reason,
            expected=expected,
            run_id=run_id,
            automatic=automatic,
            decide=functools.partial(decide, to=stage, automatic=automatic),
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

        With ``expected``, two people who react to one incident do not roll back twice.

        Raises:
            StageConflictError: production is held by another version than ``expected``.
            NothingToRollBackError: there is no such earlier holder.
        """
        return self._registry.stages.rollback(
            model,
            actor=actor or self._actor,
            reason=reason,
            to=to,
            expected=expected,
            run_id=run_id,
        )

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


def move_facts(version: Version, move: StageMove) -> dict[str, str | int | bool]:
    """Return what a report of a move carries, for whoever shows it."""
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
        "audit_entry": move.sequence,
        "changed": move.changed,
    }


def parse_stage(text: Stage | str) -> Stage:
    """Return the stage of this name."""
    try:
        return Stage(text)
    except ValueError as error:
        raise InvalidValueError("Stage", str(text), f"one of {', '.join(Stage)}") from error
