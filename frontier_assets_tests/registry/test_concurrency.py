"""What happens when several threads or processes change one registry at the same time."""

import threading
from concurrent.futures import ThreadPoolExecutor

from frontier_assets.errors import ModelFrozenError, StageConflictError
from frontier_assets.registry import Registry
from frontier_assets.registry.ledger import AuditAction
from frontier_assets.registry.moves import StageMove, holder_in
from frontier_assets.types import Stage, Version
from frontier_assets_tests.registry.conftest import Samples


def assert_history_explains_the_present(registry: Registry) -> None:
    """The trail is whole, one version has production, and replaying the moves finds it."""
    versions = registry.versions.list("m")
    live = [item.number for item in versions if item.stage is Stage.PRODUCTION]
    history = registry.stages.history("m")
    stages = dict.fromkeys((item.number for item in versions), Stage.DEVELOPMENT)
    holders = 0
    for move in history:
        assert stages[move.version] is move.source
        stages[move.version] = move.target
        holders += (move.target is Stage.PRODUCTION) - (move.source is Stage.PRODUCTION)
        assert holders in {0, 1}
    assert live == [holder_in(history, Stage.PRODUCTION)]
    assert stages == {item.number: item.stage for item in versions}
    assert registry.audit.verify() == registry.audit.heads()["m"]


def stage(registry: Registry, samples: Samples, count: int) -> list[str]:
    numbers = [samples.register(registry).number for _ in range(count)]
    for number in numbers:
        samples.move(registry, number, Stage.STAGING)
    return numbers


def test_eight_threads_leave_one_holder_and_a_replayable_history(
    registry: Registry, samples: Samples
) -> None:
    numbers = stage(registry, samples, 8)
    barrier = threading.Barrier(8)

    def promote(number: str) -> StageMove:
        barrier.wait()
        return samples.move(registry, number, Stage.PRODUCTION)

    with ThreadPoolExecutor(8) as pool:
        moves = list(pool.map(promote, numbers))
    assert all(move.changed for move in moves)
    assert {move.replaced for move in moves} < {None, *numbers}
    assert_history_explains_the_present(registry)


def test_of_eight_threads_that_expect_an_empty_production_one_wins(
    registry: Registry, samples: Samples
) -> None:
    numbers = stage(registry, samples, 8)
    barrier = threading.Barrier(8)

    def promote(number: str) -> str | None:
        barrier.wait()
        try:
            samples.move(registry, number, Stage.PRODUCTION, expected=None)
        except StageConflictError as error:
            return error.actual
        return None

    with ThreadPoolExecutor(8) as pool:
        actual = list(pool.map(promote, numbers))
    winner = registry.versions.get("m@production").number
    assert dict(zip(numbers, actual, strict=True)) == {
        number: None if number == winner else winner for number in numbers
    }
    assert_history_explains_the_present(registry)


def test_of_eight_threads_that_roll_back_one_holder_one_does(
    registry: Registry, samples: Samples
) -> None:
    numbers = samples.release(registry, 3)
    barrier = threading.Barrier(8)

    def roll_back(_: int) -> str | None:
        barrier.wait()
        try:
            registry.stages.rollback("m", actor="ann", reason="race", expected=numbers[-1])
        except StageConflictError as error:
            return error.actual
        return None

    with ThreadPoolExecutor(8) as pool:
        actual = list(pool.map(roll_back, range(8)))
    assert sorted(actual, key=str) == [numbers[1]] * 7 + [None]
    assert_history_explains_the_present(registry)


def test_nothing_is_promoted_once_a_model_is_frozen(registry: Registry, samples: Samples) -> None:
    numbers = stage(registry, samples, 8)
    barrier = threading.Barrier(8 + 1)

    def promote(number: str) -> int | None:
        barrier.wait()
        try:
            return samples.move(registry, number, Stage.PRODUCTION).sequence
        except ModelFrozenError:
            return None

    with ThreadPoolExecutor(8) as pool:
        promoting = [pool.submit(promote, number) for number in numbers]
        barrier.wait()
        registry.freezes.freeze("m", actor="ann", reason="incident")
        promoted = {sequence for item in promoting if (sequence := item.result()) is not None}
    actions = {entry.action: entry.sequence for entry in registry.audit.entries("m")}
    assert max(promoted, default=0) < actions[AuditAction.FROZEN]
    entered = [m for m in registry.stages.history("m") if m.target is Stage.PRODUCTION]
    assert {move.sequence for move in entered} == promoted


def test_threads_that_register_at_once_get_different_numbers(
    registry: Registry, samples: Samples
) -> None:
    def register(_: int) -> Version:
        return samples.register(registry)

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(register, range(16)))
    assert {item.sequence for item in made} == set(range(1, 17))
    assert {item.number for item in made} == {"1.0.0"} | {f"1.0.{n}" for n in range(1, 16)}
    assert registry.audit.verify("m") == 17


def test_threads_that_want_one_build_leave_one_holder(registry: Registry, samples: Samples) -> None:
    samples.register(registry)

    def acquire(run: int) -> str:
        return registry.builds.acquire(
            "m", "1.0.0", run_id=f"run-{run}", is_over=lambda _: True, actor="ann"
        ).run_id

    with ThreadPoolExecutor(8) as pool:
        acquired = list(pool.map(acquire, range(8)))
    assert acquired == [f"run-{run}" for run in range(8)]
    build = registry.builds.get("m", "1.0.0")
    last = registry.audit.entries("m")[-1]
    assert build is not None
    assert build.run_id == last.after["run_id"]
    assert registry.audit.verify("m") == 2 + 8


def test_registries_of_one_file_see_each_others_changes(
    registry: Registry, samples: Samples, url: str
) -> None:
    with Registry.open(url) as other:
        samples.release(other, 2)
        assert registry.versions.get("m@production").sequence == 2
