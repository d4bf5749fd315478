"""Any sequence of saves, rewritings, copies and damage keeps what the store promises."""

import tempfile
from functools import partial
from pathlib import Path

import numpy as np
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

from frontier_assets.errors import IntegrityError
from frontier_assets.storage.artifacts import ArtifactStore, Entry, Tree
from frontier_assets.storage.backends import open_blob_store
from frontier_assets.storage.rewriting import Rewriter
from frontier_assets.types import Digest
from frontier_assets_tests.storage.trees import damage, read_everything, tree

# Few, so that contents, tensors and artifacts meet again and again.
TENSORS = st.dictionaries(
    st.sampled_from(["weight", "bias", "moment"]), st.integers(0, 3), min_size=1
)
PICKS = st.integers(0, 9)
ITEMS = 3_000


def content(name: str, step: int) -> bytes:
    """Return a tensor that changes a little from step to step, as training changes it."""
    random = np.random.default_rng(len(name))
    weights = random.standard_normal(ITEMS).astype(np.float32)
    return (weights + np.float32(1e-5 * step) * random.random(ITEMS, np.float32)).tobytes()


def tensors(steps: dict[str, int]) -> Tree:
    entries = [
        Entry(name, "float32", (ITEMS,), partial(content, name, step))
        for name, step in sorted(steps.items())
    ]
    return tree(*entries)


class Life(RuleBasedStateMachine):
    """Drives a store, and another one that it is copied to, beside the contents it was given."""

    url: str

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        root = Path(self.folder.name)
        self.blobs = open_blob_store(self.url.format(root.name), root=root)
        self.store = ArtifactStore("default", self.blobs)
        self.elsewhere = ArtifactStore("elsewhere", open_blob_store("file:other", root=root))
        self.contents: dict[Digest, dict[str, int]] = {}
        self.copied: set[Digest] = set()

    def teardown(self) -> None:
        self.folder.cleanup()

    def picked(self, pick: int) -> Digest:
        return list(self.contents)[pick % len(self.contents)]

    def packs(self, digest: Digest) -> list[str]:
        return [blob for blob in self.store.open(digest).blobs if blob.startswith("packs/")]

    @rule(steps=TENSORS, parents=st.lists(PICKS, max_size=2))
    def save(self, steps: dict[str, int], parents: list[int]) -> None:
        known = [self.picked(pick) for pick in parents] if self.contents else []
        stored = self.store.put(tensors(steps), parents=known)
        assert self.contents.setdefault(stored.digest, steps) == steps

    @precondition(lambda self: self.contents)
    @rule(pick=PICKS, base=st.none() | PICKS)
    def repack(self, pick: int, base: int | None) -> None:
        Rewriter(self.blobs).repack(
            self.picked(pick), base=None if base is None else self.picked(base)
        )

    @precondition(lambda self: self.contents)
    @rule(pick=PICKS)
    def move_out_of_its_packs(self, pick: int) -> None:
        digest = self.picked(pick)
        packs = self.packs(digest)
        moved = Rewriter(self.blobs).move(digest, away_from=packs)
        assert moved.left == set(packs)

    @precondition(lambda self: self.contents)
    @rule(pick=PICKS)
    def drop_the_packs_that_nothing_needs(self, pick: int) -> None:
        needed = {pack for digest in self.contents for pack in self.packs(digest)}
        idle = [info.name for info in self.blobs.list("packs/") if info.name not in needed]
        for name in idle[: pick + 1]:
            self.blobs.delete(name)

    @precondition(lambda self: self.contents)
    @rule(pick=PICKS)
    def copy(self, pick: int) -> None:
        digest = self.picked(pick)
        assert self.elsewhere.copy_from(self.store.open(digest)).digest == digest
        self.copied.add(digest)

    @precondition(lambda self: self.contents)
    @rule(pick=PICKS)
    def lose_one_and_bring_its_copy_back(self, pick: int) -> None:
        digest = self.picked(pick)
        if digest in self.copied:
            self.blobs.delete(f"manifests/{digest[:2]}/{digest}")
            assert not self.store.holds(digest)
            self.store.copy_from(self.elsewhere.open(digest))

    @invariant()
    def everything_that_was_saved_is_there_as_it_was(self) -> None:
        assert set(self.store.list()) == set(self.contents)
        for digest, steps in self.contents.items():
            expected = {name: content(name, step) for name, step in steps.items()}
            assert read_everything(self.store, digest) == expected
            self.store.verify(digest)


class DamagedLife(Life):
    """The same on a disk that now and then changes a byte, which a later save mends."""

    @precondition(lambda self: self.contents)
    @rule(pick=PICKS, position=st.floats(0, 1, exclude_max=True))
    def damage_and_mend(self, pick: int, position: float) -> None:
        digest = self.picked(pick)
        path = Path(self.folder.name, "store", self.packs(digest)[0])
        damage(path, int(path.stat().st_size * position))
        for hurt, steps in self.contents.items():
            try:
                self.store.verify(hurt)
            except IntegrityError:
                assert self.store.put(tensors(steps)).digest == hurt


def lived(kind: type[Life], url: str, examples: int) -> None:
    kind.url = url
    run_state_machine_as_test(
        kind,
        settings=settings(
            max_examples=examples,
            stateful_step_count=15,
        ),
    )


@pytest.mark.parametrize("url", ["file:store", "memory:{0}"])
def test_every_life_keeps_the_promises(url: str) -> None:
    lived(Life, url, 15)


def test_damage_is_found_and_mended_at_any_time_of_a_life() -> None:
    lived(DamagedLife, "file:store", 15)


@pytest.mark.slow
def test_hundreds_of_lives_keep_the_promises() -> None:
    lived(DamagedLife, "file:store", 500)
