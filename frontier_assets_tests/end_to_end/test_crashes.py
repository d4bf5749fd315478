"""A process may be killed, and the power may fail, at any moment of what changes a store."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from frontier_assets_tests.end_to_end.crash_harness import Driver, Experiment
from frontier_assets_tests.end_to_end.crash_scenarios import RETURN
from frontier_assets_tests.end_to_end.crash_upkeep import EVERY_SCENARIO

Prepare = Callable[[str], Experiment]

PLACING = {"create", "reserve", "write", "fsync", "folder mkdir", "folder fsync", "link", "unlink"}
STORE = {"store folder mkdir", "store folder fsync"}
PACK = {f"pack {word}" for word in PLACING}
MANIFEST = {f"manifest {word}" for word in PLACING}
# Of the registry, left with the first thing that is recorded.
NOTE = {f"note {word}" for word in PLACING}
# Made beside the old one, whose place it takes under a lock.
REPLACING = {*MANIFEST, "manifest rename"} - {"manifest link", "manifest folder mkdir"}
WRITING = {"registry begin", "registry commit"}
REGISTRY = {"registry begin", "registry insert", "registry update", "registry commit"}
# What it deletes may come back with a power failure, and is garbage again then.
DELETES = "retain and collect"
PHASES = {
    "first save": {*STORE, *PACK, *MANIFEST, *NOTE, *REGISTRY, RETURN},
    # Reserved for all, and some of it is known from the previous checkpoint.
    "save": {*STORE, *PACK, "pack truncate", *MANIFEST, *REGISTRY, RETURN},
    # The weights lie in the checkpoint's pack.
    "register a checkpoint": {*STORE, *MANIFEST, *REGISTRY, RETURN},
    "register files": {*STORE, *PACK, *MANIFEST, *REGISTRY, RETURN},
    "promote": {*REGISTRY, RETURN},
    "mend a pack": {*STORE, *PACK, *REPLACING, *WRITING, RETURN},
    "mend a manifest": {*STORE, *PACK, *REPLACING, *WRITING, RETURN},
    "repack": {*STORE, *PACK, *REPLACING, RETURN},
    "move": {*STORE, *PACK, *REPLACING, RETURN},
    "retain and collect": {
        *STORE,
        *(f"{kind} {word}" for kind in ("pack", "manifest") for word in ("create", "unlink")),
        *REGISTRY,
        "registry delete",
        RETURN,
    },
}
# The others take more than a quarter of a minute each.
QUICK = {"first save", "save", "register a checkpoint", "register files", "promote"}
CAUGHT = [
    ("save", "packs are not synchronised", "IntegrityError"),
    ("save", "names of packs are not synchronised", "the pack is missing"),
    ("save", "manifests are not synchronised", "the manifest is not what was written"),
    ("save", "names of manifests are not synchronised", "ArtifactNotFoundError"),
    ("save", "registry row before the bytes", "ArtifactNotFoundError"),
    ("save", "manifest before the pack", "the pack is missing"),
    ("save", "name before the content", "names kept: IntegrityError"),
    ("promote", "promotion in two transactions", "the registry is half-way"),
]


@pytest.fixture(scope="module")
def driver() -> Iterator[Driver]:
    with Driver() as driver:
        yield driver


@pytest.fixture(scope="module")
def prepare(driver: Driver, tmp_path_factory: pytest.TempPathFactory) -> Prepare:
    scratch = tmp_path_factory.mktemp("crashes")

    def prepared(name: str) -> Experiment:
        folder: Path = scratch / name.replace(" ", "_")
        return Experiment(driver, name, folder)

    return prepared


KILLED = [
    name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in EVERY_SCENARIO
]


@pytest.mark.parametrize("name", KILLED)
def test_a_kill_or_power_loss_at_any_boundary_leaves_a_whole_state_to_go_on_from(
    prepare: Prepare, name: str
) -> None:
    experiment = prepare(name)
    report = experiment.run()
    print(f"\n{name}: {report}")  # noqa: T201 - kills per phase are part of the result
    assert report.violations == []
    assert set(report.kills) == PHASES[name]
    assert report.kills.total() == len(experiment.boundaries())


@pytest.mark.parametrize("name", [name for name in EVERY_SCENARIO if name != DELETES])
def test_when_an_operation_returns_everything_it_stored_is_durable(
    prepare: Prepare, name: str
) -> None:
    durable, actual = prepare(name).durable_and_actual()
    assert durable == actual


@pytest.mark.parametrize(("name", "mistake", "violation"), CAUGHT)
def test_a_wrong_order_is_caught(prepare: Prepare, name: str, mistake: str, violation: str) -> None:
    report = prepare(name).run(mistake, stop_at_first=True)
    assert violation in report.violations[0]
