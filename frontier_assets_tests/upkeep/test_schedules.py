"""Random schedules of saves, deletions and collections lose nothing and leave nothing behind."""

import contextlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    rule,
    run_state_machine_as_test,
)

from frontier_assets.errors import BlobsCollectedError
from frontier_assets.registry.evidence import Decision
from frontier_assets.storage.stored import StoredArtifact
from frontier_assets.types import Digest, Stage
from frontier_assets.upkeep.saving import Marks
from frontier_assets_tests.upkeep.kept import (
    DAY,
    HOUR,
    MODEL,
    Content,
    Kept,
    power_cut,
)

# Few of each, so that contents and tensors meet again and again.
CONTENTS = st.frozensets(st.integers(0, 5), min_size=1, max_size=3)
STEPS = st.integers(0, 3)
GRACES = st.sampled_from([0 * HOUR, HOUR, DAY])
Half = tuple[Content, Marks, StoredArtifact]


class Schedule(RuleBasedStateMachine):
    """What is recorded is whole after every step; at the end nothing else is there."""

    template: Path
    scheme: str
    halves: Bundle[Half] = Bundle("halves")

    def __init__(self) -> None:
        super().__init__()
        self.ends = contextlib.ExitStack()
        folder = self.ends.enter_context(tempfile.TemporaryDirectory())
        # Stores in memory live as long as this process: each has its own name.
        url = f"memory:{folder.strip('/')}" if self.scheme == "memory" else "file:store"
        self.kept = self.ends.enter_context(Kept(Path(folder), self.template, url))
        self.contents: dict[Digest, Content] = {}

    def parents(self) -> list[Digest]:
        return [item.digest for item in self.kept.registry.checkpoints.list(MODEL)[-1:]]

    @rule(content=CONTENTS, step=STEPS, shares=st.booleans())
    def save(self, content: Content, step: int, shares: bool) -> None:
        parents = self.parents() if shares else []
        self.contents[self.kept.save(content, step, parents).digest] = content

    @rule(content=CONTENTS)
    def register(self, content: Content) -> None:
        self.contents[self.kept.register(content).digest] = content

    @rule()
    def promote(self) -> None:
        for version in self.kept.registry.versions.list(MODEL):
            if version.stage is Stage.DEVELOPMENT:
                self.kept.registry.stages.move(
                    MODEL,
                    version.number,
                    Stage.STAGING,
                    actor="ann",
                    reason="good",
                    decide=lambda _evidence: Decision(()),
                )
                return

    @rule(target=halves, content=CONTENTS, shares=st.booleans())
    def begin_a_save(self, content: Content, shares: bool) -> Half:
        marks = self.kept.marks()
        return content, marks, self.kept.put(content, self.parents() if shares else [])

    @rule(half=consumes(halves), step=STEPS)
    def end_a_save(self, half: Half, step: int) -> None:
        content, marks, stored = half
        try:
            self.kept.record(marks, stored, step)
        except BlobsCollectedError:
            self.kept.save(content, step)
        self.contents[stored.digest] = content

    @rule(step=STEPS)
    def delete_a_checkpoint(self, step: int) -> None:
        self.kept.forget(step)

    @rule()
    def delete_a_version(self) -> None:
        for version in self.kept.registry.versions.list(MODEL):
            if version.stage is Stage.DEVELOPMENT:
                self.kept.forget_version(version.number)
                return

    @rule(hours=st.sampled_from([1, 13, 25]))
    def wait(self, hours: int) -> None:
        self.kept.clock.turn(hours * HOUR)

    @rule(grace=GRACES)
    def collect(self, grace: Any) -> None:
        announced = self.kept.collect(grace, dry_run=True)
        assert self.kept.collect(grace) == announced

    @rule(grace=GRACES, deletions=st.integers(0, 4))
    def collect_and_die(self, grace: Any, deletions: int) -> None:
        with power_cut(self.kept, after_deletions=deletions):
            self.kept.collect(grace)

    @rule(grace=GRACES, half=consumes(halves), step=STEPS)
    def collect_while_a_save_ends(self, grace: Any, half: Half, step: int) -> None:
        self.collect_while(lambda: self.end_a_save(half, step), grace)

    @rule(grace=GRACES, content=CONTENTS, step=STEPS)
    def collect_while_something_is_saved(self, grace: Any, content: Content, step: int) -> None:
        self.collect_while(lambda: self.save(content, step, shares=True), grace)

    @rule(grace=GRACES, other=GRACES, step=STEPS)
    def collect_while_another_collects(self, grace: Any, other: Any, step: int) -> None:
        def collect() -> None:
            self.kept.forget(step)
            self.kept.collect(other)

        self.collect_while(collect, grace)

    @rule(grace=GRACES, content=CONTENTS, step=STEPS)
    def collect_while_something_is_recorded(self, grace: Any, content: Content, step: int) -> None:
        marks, stored = self.kept.marks(), self.kept.put(content)
        half = content, marks, stored
        self.collect_while(lambda: self.end_a_save(half, step), grace, hook="before_read")

    def collect_while(
        self, happens: Callable[[], None], grace: Any, *, hook: str = "after_list"
    ) -> None:
        def nothing() -> None:
            pass

        def once() -> None:
            setattr(self.kept.blobs, hook, nothing)
            happens()

        setattr(self.kept.blobs, hook, once)
        self.kept.collect(grace)
        setattr(self.kept.blobs, hook, nothing)

    @invariant()
    def everything_recorded_is_whole(self) -> None:
        for digest in self.kept.registry.collection.reachable("default"):
            assert self.kept.holds(digest, self.contents[digest])

    def teardown(self) -> None:
        with self.ends:
            for _ in range(3):
                self.kept.clock.turn(DAY)
                self.kept.collect()
            assert self.kept.blob_names() == self.kept.live_names()
            assert self.kept.registry.collection.condemned("default") == {}
            self.everything_recorded_is_whole()


def run(template: Path, scheme: str, examples: int) -> None:
    class Prepared(Schedule):
        pass

    Prepared.template, Prepared.scheme = template, scheme
    run_state_machine_as_test(
        Prepared,
        settings=settings(
            max_examples=examples,
            stateful_step_count=25,
            derandomize=True,
            database=None,
            suppress_health_check=[*HealthCheck],
        ),
    )


@pytest.mark.parametrize("scheme", ["memory", "file"])
def test_fifty_random_schedules(empty_registry: Path, scheme: str) -> None:
    run(empty_registry, scheme, 50)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("scheme", ["memory", "file"])
def test_a_thousand_random_schedules(empty_registry: Path, scheme: str) -> None:
    run(empty_registry, scheme, 1000)
