"""Any sequence of registrations, evaluations, moves and rollbacks keeps the registry's promises."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from frontier_assets.errors import (
    NothingToRollBackError,
    PromotionRefusedError,
    StageConflictError,
    StageTransitionError,
)
from frontier_assets.registry import Registry
from frontier_assets.registry.evidence import Condition, Decision, Evidence
from frontier_assets.registry.stages import ALLOWED, UNSET
from frontier_assets.types import Outcome, Stage
from frontier_assets_tests.registry.conftest import Samples

PICKS = st.integers(0, 30)


def decide(evidence: Evidence) -> Decision:
    """Ask for a passed verdict on the way forward, as promotion does, in the smallest form."""
    passed = any(item.outcome is Outcome.PASSED for item in evidence.verdicts.values())
    return Decision((Condition("gate", "met" if passed else "unmet", "judged"),))


class Life(RuleBasedStateMachine):
    """Drives a registry beside a model of it: stage and judgement per version, rollback bars."""

    template: Path
    samples: Samples

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        path = shutil.copy(self.template, Path(self.folder.name) / "registry.db")
        self.registry = Registry.open(f"sqlite:///{path}")
        self.registry.policies.record(self.samples.specification(), actor="ann")
        self.stages: dict[str, Stage] = {}
        self.judged: dict[str, bool] = {}
        self.barred: set[str] = set()
        self.last_sequence = 0
        self.last_head = 0

    def teardown(self) -> None:
        self.registry.close()
        self.folder.cleanup()

    def holder(self) -> str | None:
        held = [number for number, stage in self.stages.items() if stage is Stage.PRODUCTION]
        return held[0] if held else None

    def pick(self, index: int) -> str | None:
        return list(self.stages)[index % len(self.stages)] if self.stages else None

    @rule(rate=st.integers(0, 2))
    def register(self, rate: int) -> None:
        version = self.samples.register(self.registry, parameters={"rate": rate})
        assert version.number not in self.stages
        assert version.sequence == self.last_sequence + 1
        self.last_sequence = version.sequence
        self.stages[version.number] = Stage.DEVELOPMENT

    @rule(index=PICKS, passes=st.booleans())
    def evaluate(self, index: int, passes: bool) -> None:
        number = self.pick(index)
        if number is None:
            return
        outcome = Outcome.PASSED if passes else Outcome.FAILED
        gate = self.samples.specification().gates[0]
        verdict = self.samples.verdict(gate, outcome=outcome)
        self.samples.evaluate(self.registry, number, verdicts=[verdict])
        self.judged[number] = passes

    @rule(
        index=PICKS, to=st.sampled_from(Stage), expects=st.sampled_from(["any", "right", "wrong"])
    )
    def move(self, index: int, to: Stage, expects: str) -> None:
        number = self.pick(index)
        if number is None:
            return
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
        except PromotionRefusedError:
            assert not self.judged.get(number, False)
        else:
            assert move.changed == (source is not to)
            if move.changed and to is Stage.PRODUCTION and holder is not None:
                self.stages[holder] = Stage.ARCHIVED
            self.stages[number] = to

    @rule()
    def release(self) -> None:
        """Without it few lives come as far as a second holder."""
        self.register(0)
        newest = len(self.stages) - 1
        self.evaluate(newest, passes=True)
        self.move(newest, Stage.STAGING, "any")
        self.move(newest, Stage.PRODUCTION, "right")
        assert self.holder() == self.pick(newest)

    @rule()
    def rollback(self) -> None:
        holder = self.holder()
        try:
            move = self.registry.stages.rollback("m", actor="ann", reason="errors rise")
        except NothingToRollBackError:
            return
        assert holder is not None
        assert move.replaced == holder
        assert move.version not in self.barred | {holder}
        self.barred.add(holder)
        self.stages[holder] = Stage.ARCHIVED
        self.stages[move.version] = Stage.PRODUCTION

    @invariant()
    def the_registry_is_as_the_model_says(self) -> None:
        versions = self.registry.versions.list("m")
        assert {item.number: item.stage for item in versions} == self.stages
        assert [item.sequence for item in versions] == list(range(1, len(versions) + 1))
        found = self.registry.stages.holder("m", Stage.PRODUCTION)
        assert (found.number if found else None) == self.holder()

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


def test_every_life_keeps_the_promises(registry_of_m: Path, samples: Samples) -> None:
    Life.template, Life.samples = registry_of_m, samples
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
