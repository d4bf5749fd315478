"""Any sequence of registrations, branches, merges and deletions keeps the order of the versions."""

import contextlib

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from frontier_assets.errors import (
    BranchExistsError,
    BranchNotFoundError,
    NothingToMergeError,
    VersionNotFoundError,
)
from frontier_assets.registry.lineage import parents_of, trace
from frontier_assets.types import MAIN, ChangeClass, Ref, VersionNumber
from frontier_assets_tests.registry.conftest import NewRegistry, Samples

NAMES = st.sampled_from(["left", "right"])
BRANCHES = st.sampled_from([MAIN, "left", "right"])
CHANGES = st.sampled_from(ChangeClass)


class BranchLife(RuleBasedStateMachine):
    """Drives a registry and remembers the numbers it gave, by branch, and which branches live."""

    new_registry: NewRegistry
    samples: Samples

    def __init__(self) -> None:
        super().__init__()
        self.resources = contextlib.ExitStack()
        self.registry = self.resources.enter_context(type(self).new_registry())
        self.given: dict[str, list[str]] = {MAIN: []}
        self.live: set[str] = set()
        self.unmerged: set[str] = set()
        self.samples.register(self.registry)
        self.gave(MAIN, "1.0.0")

    def teardown(self) -> None:
        self.resources.close()

    def gave(self, branch: str, number: str) -> None:
        assert number not in [known for numbers in self.given.values() for known in numbers]
        numbers = self.given.setdefault(branch, [])
        if numbers:
            assert VersionNumber.parse(number) > VersionNumber.parse(numbers[-1])
        numbers.append(number)

    @rule(branch=BRANCHES, change=CHANGES)
    def register(self, branch: str, change: ChangeClass) -> None:
        new = self.samples.new_version()
        try:
            version = self.registry.versions.register(
                new, branch=branch, change=change, actor="ann"
            )
        except BranchNotFoundError:
            assert branch not in self.live
        else:
            assert branch == MAIN or branch in self.live
            self.gave(branch, version.number)
            self.unmerged |= {branch} - {MAIN}

    @rule(name=NAMES, source=BRANCHES)
    def create(self, name: str, source: str) -> None:
        ref = Ref.within("m", source)
        try:
            self.registry.branches.create("m", name, source=ref, actor="ann")
        except BranchExistsError as error:
            assert name in self.given
            deleted = error.deleted
            assert deleted == (name not in self.live)
        except VersionNotFoundError:
            assert source not in self.live | {MAIN}
        else:
            self.live.add(name)
            self.given[name] = []

    @rule(name=NAMES, change=CHANGES)
    def merge(self, name: str, change: ChangeClass) -> None:
        try:
            version = self.registry.branches.merge("m", name, change=change, actor="ann")
        except BranchNotFoundError:
            assert name not in self.live
        except NothingToMergeError:
            assert name not in self.unmerged
        else:
            assert name in self.unmerged
            assert version.merged_from == self.given[name][-1]
            self.unmerged.discard(name)
            self.gave(MAIN, version.number)

    @rule(name=NAMES)
    def delete(self, name: str) -> None:
        try:
            self.registry.branches.delete("m", name, reason="done", actor="ann")
        except BranchNotFoundError:
            assert name not in self.live
        else:
            self.live.discard(name)
            self.unmerged.discard(name)

    @invariant()
    def every_number_is_where_it_was_given(self) -> None:
        versions = self.registry.versions.list("m")
        found: dict[str, list[str]] = {name: [] for name in self.given}
        for version in versions:
            found[version.branch].append(version.number)
        assert found == self.given
        assert self.registry.versions.get("m").number == self.given[MAIN][-1]
        assert {item.name for item in self.registry.branches.list("m")} == self.live

    @invariant()
    def every_parent_is_older_and_nothing_descends_from_itself(self) -> None:
        versions = self.registry.versions.list("m")
        sequence = {item.number: item.sequence for item in versions}
        for version in versions:
            assert all(sequence[parent] < version.sequence for parent in parents_of(version))
        newest = trace(self.registry, versions[-1])
        assert newest.version.number not in [item.number for item in newest.ancestors]
        oldest = trace(self.registry, versions[0])
        assert oldest.descendants == tuple(versions[1:])

    @invariant()
    def the_trail_proves_itself(self) -> None:
        assert self.registry.audit.verify() == self.registry.audit.heads()["m"]


@pytest.mark.feature("VER-8", "VER-13", "VER-14", "VER-18")
@pytest.mark.parametrize(("dialect", "lives"), [("sqlite", 15), ("postgresql", 4)])
def test_every_life_of_branches_keeps_the_promises(
    new_registry: NewRegistry, lives: int, samples: Samples
) -> None:
    BranchLife.new_registry, BranchLife.samples = new_registry, samples
    run_state_machine_as_test(
        BranchLife,
        settings=settings(
            max_examples=lives,
            stateful_step_count=20,
        ),
    )
