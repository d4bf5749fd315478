"""Eight processes promote random versions at once, and a ninth one looks on."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from frontier_assets.registry import Registry
from frontier_assets.types import Stage
from frontier_assets_tests.registry import promoting
from frontier_assets_tests.registry.conftest import Samples
from frontier_assets_tests.registry.promoting import Event
from frontier_assets_tests.registry.test_concurrency import assert_history_explains_the_present

PROCESSES = 8
VERSIONS = 12
_START_S = 60.0


def race(url: str, promotions: int, folder: Path) -> tuple[list[Event], list[Event]]:
    """Return what became of each promotion, and what the observer saw meanwhile."""
    # Forked from a process that has imported everything once and opened nothing.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([promoting.__name__])
    together = context.Barrier(PROCESSES + 1)
    with ProcessPoolExecutor(
        PROCESSES + 1, mp_context=context, initializer=together.wait, initargs=(_START_S,)
    ) as pool:
        watching = pool.submit(promoting.observe, url, folder / "stop")
        each = promotions // PROCESSES
        racing = [pool.submit(promoting.promote, url, seed, each) for seed in range(PROCESSES)]
        try:
            reported = [event for process in racing for event in process.result()]
        finally:
            (folder / "stop").touch()
        return reported, watching.result()


def holders_by_change(registry: Registry) -> list[str | None]:
    """Replay the history alone: who has production after each change of the model."""
    entered = {
        move.sequence: move.version
        for move in registry.stages.history("m")
        if move.target is Stage.PRODUCTION
    }
    left = {
        move.sequence for move in registry.stages.history("m") if move.source is Stage.PRODUCTION
    }
    holders: list[str | None] = [None]
    for sequence in range(1, registry.audit.heads()["m"] + 1):
        holders.append(None if sequence in left else entered.get(sequence, holders[-1]))
    return holders


def assert_the_report_fits(event: Event, holders: list[str | None]) -> None:
    """Whoever lost was told who had production while it was asked for, and it was another."""
    meanwhile = holders[event["from"] : event["to"] + 1]
    match event["became"]:
        case "won":
            # Two entries at once: the expected holder leaves, the version enters.
            before, after = event["sequence"] - 2, event["sequence"]
            assert (holders[before], holders[after]) == (event["expected"], event["version"])
        case "conflict":
            assert event["actual"] in meanwhile
            assert event["actual"] not in {event["expected"], event["version"]}
        case "there":
            assert event["version"] in meanwhile
        case became:
            assert (became, event["stage"]) == ("overtaken", "archived")
            assert {event["version"], event["expected"]} <= {*meanwhile}


def assert_a_race_is_fair(
    registry: Registry, samples: Samples, url: str, *, promotions: int, folder: Path
) -> None:
    samples.release(registry, VERSIONS)
    before = len(registry.stages.history("m"))
    reported, observed = race(url, promotions, folder)
    assert len(reported) == promotions
    holders = holders_by_change(registry)
    for event in reported:
        assert_the_report_fits(event, holders)
    # A win for each change of holder and no other: no update was lost, none came from nowhere.
    moves = registry.stages.history("m")[before:]
    entered = sorted(move.sequence for move in moves if move.target is Stage.PRODUCTION)
    assert sorted(e["sequence"] for e in reported if e["became"] == "won") == entered
    assert {"won", "conflict"} <= {event["became"] for event in reported}
    assert len({event["at"] for event in observed}) > PROCESSES
    assert [event["holders"] for event in observed] == [[holders[e["at"]]] for e in observed]
    assert_history_explains_the_present(registry)


def test_eight_processes_leave_one_holder_at_every_moment(
    registry: Registry, samples: Samples, url: str, tmp_path: Path
) -> None:
    assert_a_race_is_fair(registry, samples, url, promotions=64, folder=tmp_path)


@pytest.mark.slow
def test_a_thousand_promotions_leave_one_holder_at_every_moment(
    registry: Registry, samples: Samples, url: str, tmp_path: Path
) -> None:
    assert_a_race_is_fair(registry, samples, url, promotions=1000, folder=tmp_path)
