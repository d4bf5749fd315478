"""Any sequence of registrations, evaluations, moves, freezes, rollbacks and deletions is sound."""

import contextlib
from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from frontier_assets.errors import (
    CheckpointProtectedError,
    ModelFrozenError,
    NothingToRollBackError,
    PromotionRefusedError,
    StageConflictError,
    StageTransitionError,
)
from frontier_assets.registry.evidence import Condition, Decision, Evidence
from frontier_assets.registry.moves import WINDOW, StageMove
from frontier_assets.registry.transitions import ALLOWED, UNSET
from frontier_assets.types import Outcome, Stage
from frontier_assets_tests.registry.conftest import NewRegistry, Samples
from frontier_assets_tests.registry.test_checkpoints import add

PICKS = st.integers(0, 30)


def decide(evidence: Evidence) -> Decision:
    """Ask for a passed verdict on the way forward, as promotion does, in the smallest form."""
    passed = any(item.outcome is Outcome.PASSED for item in evidence.verdicts.values())
    return Decision((Condition("gate", "met" if passed else "unmet", "judged"),))


class Life(RuleBasedStateMachine):
    """Drives a registry beside a model of it.

    Of each version it knows the stage, the last judgement, the checkpoint it was made from (unless
    that was deleted) and whether it was rolled back; of production, who entered it and when.
    """

    new_registry: NewRegistry
    samples: Samples

    def __init__(self) -> None:
        super().__init__()
        self.resources = contextlib.ExitStack()
        self.registry = self.resources.enter_context(type(self).new_registry())
        self.registry.policies.record(self.samples.specification(), actor="ann")
        self.stages: dict[str, Stage] = {}
        self.judged: dict[str, bool] = {}
        self.barred: set[str] = set()
        self.checkpoints: dict[str, str] = {}
        self.is_frozen = False
        self.entered: list[str] = []
        self.past: list[tuple[datetime, str | None]] = []
        self.last_sequence = 0
        self.last_head = 0

    def teardown(self) -> None:
        self.resources.close()

    def holder(self) -> str | None:
        held = [number for number, stage in self.stages.items() if stage is Stage.PRODUCTION]
        return held[0] if held else None

    def window(self) -> list[str]:
        """Return the earlier holders that a rollback may return to, newest first."""
        earlier = dict.fromkeys(n for n in reversed(self.entered) if n != self.holder())
        return list(earlier)[:WINDOW]

    def remember(self, move: StageMove) -> None:
        if move.replaced is not None:
            self.stages[move.replaced] = Stage.ARCHIVED
        self.stages[move.version] = move.target
        if move.target is Stage.PRODUCTION:
            self.entered.append(move.version)
        self.past.append((move.at, self.holder()))

    def pick(self, index: int) -> str:
        return list(self.stages)[index % len(self.stages)]

    @rule(rate=st.integers(0, 2))
    def register(self, rate: int) -> None:
        saved = add(self.registry, self.last_sequence + 1)
        version = self.samples.register(
            self.registry, parameters={"rate": rate}, checkpoint=saved.key
        )
        assert version.number not in self.stages
        assert version.sequence == self.last_sequence + 1
        self.last_sequence = version.sequence
        self.stages[version.number] = Stage.DEVELOPMENT
        self.checkpoints[version.number] = saved.key

    @precondition(lambda self: self.stages)
    @rule(index=PICKS, passes=st.booleans())
    def evaluate(self, index: int, passes: bool) -> None:
        number = self.pick(index)
        outcome = Outcome.PASSED if passes else Outcome.FAILED
        gate = self.samples.specification().gates[0]
        verdict = self.samples.verdict(gate, outcome=outcome)
        self.samples.evaluate(self.registry, number, verdicts=[verdict])
        self.judged[number] = passes

    @precondition(lambda self: self.stages)
    @rule(
        index=PICKS, to=st.sampled_from(Stage), expects=st.sampled_from(["any", "right", "wrong"])
    )
    def move(self, index: int, to: Stage, expects: str) -> None:
        number = self.pick(index)
        holder, source = self.holder(), self.stages[number]
        expected = {"any": UNSET, "right": holder, "wrong": "9.9.9"}[expects]
        if to is not Stage.PRODUCTION:
            expected = UNSET
        try:
            move = self.samples.move(self.registry, number, to, decide=decide, expected=expected)
        except StageTransitionError:
            assert to not in ALLOWED[source]
        except StageConflictError as error:
            assert expects == "wrong"
            actual = error.actual
            assert actual == holder
        except ModelFrozenError:
            assert self.is_frozen
            assert to.is_promoted_to
        except PromotionRefusedError:
            assert not (self.is_frozen and to.is_promoted_to)
            assert not self.judged.get(number, False)
        else:
            assert move.changed == (source is not to)
            if move.changed:
                assert not (self.is_frozen and to.is_promoted_to)
                assert move.replaced == (holder if to is Stage.PRODUCTION else None)
                self.remember(move)

    @rule()
    def release(self) -> None:
        """Without it few lives come as far as a second holder."""
        self.freeze(on=False)
        self.register(0)
        newest = len(self.stages) - 1
        self.evaluate(newest, passes=True)
        self.move(newest, Stage.STAGING, "any")
        self.move(newest, Stage.PRODUCTION, "right")
        assert self.holder() == self.pick(newest)

    @rule(on=st.booleans())
    def freeze(self, on: bool) -> None:
        if on:
            self.registry.freezes.freeze("m", actor="ann", reason="errors rise")
        else:
            ended = self.registry.freezes.unfreeze("m", actor="ann", reason="they fell")
            assert (ended is not None) == self.is_frozen
        self.is_frozen = on

    @precondition(lambda self: self.stages)
    @rule(index=st.none() | PICKS)
    def rollback(self, index: int | None) -> None:
        holder, window = self.holder(), self.window()
        to = None if index is None else self.pick(index)
        wanted = [n for n in window if (n == to if to else n not in self.barred)]
        try:
            move = self.registry.stages.rollback("m", actor="ann", reason="errors rise", to=to)
        except NothingToRollBackError:
            assert holder is None or not wanted
            return
        assert (move.version, move.replaced) == (wanted[0], holder)
        self.barred.add(move.replaced or "")
        self.remember(move)

    @precondition(lambda self: self.stages)
    @rule(index=PICKS)
    def delete_checkpoint(self, index: int) -> None:
        number = self.pick(index)
        if number not in self.checkpoints:
            return
        held = {*self.window(), self.holder(), [*self.stages][-1]}
        held |= {n for n, stage in self.stages.items() if stage is Stage.STAGING}
        doomed = self.registry.checkpoints.get("m", self.checkpoints[number])
        try:
            self.registry.checkpoints.delete("m", [doomed], actor="ann", reason="old")
        except CheckpointProtectedError:
            assert number in held
        else:
            assert number not in held
            del self.checkpoints[number]

    @precondition(lambda self: self.past)
    @rule(index=PICKS, before=st.sampled_from([0, 1]))
    def look_back(self, index: int, before: int) -> None:
        at = self.past[index % len(self.past)][0] - timedelta(microseconds=before)
        held = [holder for since, holder in self.past if since <= at]
        found = self.registry.stages.holder("m", Stage.PRODUCTION, at=at)
        assert (found.number if found else None) == (held[-1] if held else None)

    @invariant()
    def the_registry_is_as_the_model_says(self) -> None:
        versions = self.registry.versions.list("m")
        assert {item.number: item.stage for item in versions} == self.stages
        assert [item.sequence for item in versions] == list(range(1, len(versions) + 1))
        found = self.registry.stages.holder("m", Stage.PRODUCTION)
        assert (found.number if found else None) == self.holder()
        assert (self.registry.models.get("m").frozen is not None) == self.is_frozen
        assert {c.key for c in self.registry.checkpoints.list("m")} == {*self.checkpoints.values()}

    @invariant()
    def the_trail_proves_itself_and_only_grows(self) -> None:
        head = self.registry.audit.heads()["m"]
        assert self.registry.audit.verify() == head
        assert head >= self.last_head
        self.last_head = head

    @invariant()
    def the_history_ends_where_the_versions_are(self) -> None:
        replayed = dict.fromkeys(self.stages, Stage.DEVELOPMENT)
        for move in self.registry.stages.history("m"):
            replayed[move.version] = move.target
        assert replayed == self.stages


def live(new_registry: NewRegistry, samples: Samples, *, lives: int, steps: int) -> None:
    Life.new_registry, Life.samples = new_registry, samples
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=lives,
            stateful_step_count=steps,
        ),
    )


# Each step takes three times as long on a server.
@pytest.mark.parametrize(("dialect", "lives"), [("sqlite", 12), ("postgresql", 3)])
def test_every_life_keeps_the_promises(
    new_registry: NewRegistry, lives: int, samples: Samples
) -> None:
    live(new_registry, samples, lives=lives, steps=25)


@pytest.mark.slow
def test_long_lives_keep_the_promises(new_registry: NewRegistry, samples: Samples) -> None:
    live(new_registry, samples, lives=200, steps=50)
