import pytest

from frontier_assets.errors import (
    BuildInProgressError,
    InvalidValueError,
    VersionNotFoundError,
)
from frontier_assets.registry import Registry
from frontier_assets.registry.builds import Build, BuildState
from frontier_assets_tests.registry.conftest import Samples


@pytest.fixture(autouse=True)
def version(registry: Registry, samples: Samples) -> None:
    samples.register(registry)


def acquire(registry: Registry, run_id: str, *, over: tuple[str, ...] = ()) -> Build:
    return registry.builds.acquire(
        "m", "1.0.0", run_id=run_id, is_over=lambda run: run in over, actor="ann"
    )


def test_there_is_no_build_at_first(registry: Registry) -> None:
    assert registry.builds.get("m", "1.0.0") is None


def test_a_run_takes_the_lease_and_completes(registry: Registry) -> None:
    started = acquire(registry, "one")
    assert (started.run_id, started.state) == ("one", BuildState.RUNNING)
    done = registry.builds.complete("m", "1.0.0", run_id="one", actor="ann")
    assert done.state is BuildState.COMPLETED
    assert done.completed_at is not None
    assert registry.builds.get("m", "1.0.0") == done
    actions = [entry.action for entry in registry.audit.entries("m")][-2:]
    assert actions == ["build_started", "build_completed"]


def test_the_same_run_joins_its_own_build(registry: Registry) -> None:
    started = acquire(registry, "one")
    changes = registry.audit.heads()
    assert acquire(registry, "one") == started
    assert registry.audit.heads() == changes


def test_another_run_is_refused_while_the_holder_runs(registry: Registry) -> None:
    acquire(registry, "one")
    with pytest.raises(BuildInProgressError, match="built by run one"):
        acquire(registry, "two")


def test_a_lease_of_an_ended_run_is_taken_over(registry: Registry) -> None:
    acquire(registry, "one")
    assert acquire(registry, "two", over=("one",)).run_id == "two"
    assert registry.audit.entries("m")[-1].before == {"run_id": "one", "state": "running"}


def test_a_completed_build_is_built_again_without_asking(registry: Registry) -> None:
    acquire(registry, "one")
    registry.builds.complete("m", "1.0.0", run_id="one", actor="ann")
    again = acquire(registry, "two")
    assert (again.state, again.completed_at) == (BuildState.RUNNING, None)


def test_a_run_that_lost_its_lease_cannot_complete(registry: Registry) -> None:
    acquire(registry, "one")
    acquire(registry, "two", over=("one",))
    with pytest.raises(BuildInProgressError, match="run two"):
        registry.builds.complete("m", "1.0.0", run_id="one", actor="ann")


def test_completing_twice_leaves_one_trace(registry: Registry) -> None:
    acquire(registry, "one")
    done = registry.builds.complete("m", "1.0.0", run_id="one", actor="ann")
    changes = registry.audit.heads()
    assert registry.builds.complete("m", "1.0.0", run_id="one", actor="ann") == done
    assert registry.audit.heads() == changes


def test_a_build_that_never_started_cannot_complete(registry: Registry) -> None:
    with pytest.raises(InvalidValueError, match=r"no build of m@1\.0\.0"):
        registry.builds.complete("m", "1.0.0", run_id="one", actor="ann")
    with pytest.raises(VersionNotFoundError):
        registry.builds.get("m", "9.9.9")


def test_a_lease_that_changed_hands_during_the_question_is_asked_about_again(
    registry: Registry,
) -> None:
    acquire(registry, "one")
    asked = []

    def is_over(run: str) -> bool:
        asked.append(run)
        registry.builds.acquire("m", "1.0.0", run_id="two", is_over=lambda _: True, actor="ann")
        return run == "one"

    with pytest.raises(BuildInProgressError, match="run two"):
        registry.builds.acquire("m", "1.0.0", run_id="three", is_over=is_over, actor="ann")
    assert asked == ["one", "two"]
