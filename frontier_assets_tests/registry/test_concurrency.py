"""What happens when several threads or processes change one registry at the same time."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

from frontier_assets.errors import StageConflictError
from frontier_assets.registry import Registry
from frontier_assets.registry.moves import StageMove, holder_in
from frontier_assets.types import Stage, Version
from frontier_assets_tests.registry.conftest import Samples

PROMOTE = """
import sys
from frontier_assets.registry import Registry
from frontier_assets.registry.evidence import Decision
from frontier_assets.types import Stage
allow = lambda evidence: Decision(())
with Registry.open(sys.argv[1]) as registry:
    print("ready", flush=True)
    sys.stdin.readline()
    for number in sys.argv[2:]:
        registry.stages.move(
            "m", number, Stage.PRODUCTION, actor="ann", reason="race", decide=allow
        )
"""


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


def test_four_processes_leave_one_holder_and_a_replayable_history(
    registry: Registry, samples: Samples, url: str
) -> None:
    numbers = stage(registry, samples, 12)
    processes = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", PROMOTE, url, *numbers[index::4]],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for index in range(4)
    ]
    ready = [process.stdout.readline() if process.stdout else "" for process in processes]
    assert ready == ["ready\n"] * 4
    errors = [process.communicate("go\n", timeout=120)[1] for process in processes]
    assert errors == ["", "", "", ""]
    assert len(registry.stages.history("m")) == 12 + 12 + 11
    assert_history_explains_the_present(registry)


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
