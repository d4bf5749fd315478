from collections.abc import Callable

import pytest

from frontier_assets.errors import (
    InvalidValueError,
    ModelNotFoundError,
    TrainingRunNotFoundError,
)
from frontier_assets.registry import Registry
from frontier_assets.registry.training_runs import TrainingRunRecord
from frontier_assets.types import BuildStatus

pytestmark = pytest.mark.feature("TRN-3")


def start(registry: Registry, name: str = "r1", run_id: str | None = "one") -> TrainingRunRecord:
    return registry.training_runs.start("m", name, actor="ann", run_id=run_id)


def finish(registry: Registry, version: str | None = "1.0.0") -> TrainingRunRecord:
    return registry.training_runs.finish("m", "r1", version=version, actor="ann", run_id="one")


def fail(registry: Registry, problem: str = "no memory", run_id: str = "one") -> TrainingRunRecord:
    return registry.training_runs.fail("m", "r1", problem, actor="ann", run_id=run_id)


def actions(registry: Registry) -> list[str]:
    return [entry.action.value for entry in registry.audit.entries("m")][1:]


def test_a_run_trains_and_then_has_trained_a_version(registry: Registry) -> None:
    started = start(registry)
    assert (started.status, started.run_id, started.ended_at) == ("training", "one", None)
    trained = finish(registry)
    assert (trained.status, trained.version, trained.problem) == ("trained", "1.0.0", "")
    assert trained.ended_at is not None
    assert registry.training_runs.get("m", "r1") == trained
    assert actions(registry) == ["training_started", "training_finished"]
    assert registry.audit.verify("m") == 3


def test_a_run_that_failed_says_why(registry: Registry) -> None:
    start(registry)
    failed = fail(registry, "RuntimeError: no memory")
    assert (failed.status, failed.problem) == ("failed", "RuntimeError: no memory")
    assert registry.training_runs.get("m", "r1") == failed
    entry = registry.audit.entries("m")[-1]
    assert entry.before == {"status": "training"}
    assert entry.after == {"name": "r1", "status": "failed", "problem": "RuntimeError: no memory"}


@pytest.mark.feature("VER-16")
@pytest.mark.parametrize(
    ("source", "change", "target"),
    [
        ("training", start, "training"),
        ("training", finish, "trained"),
        ("training", fail, "failed"),
        ("trained", start, "training"),
        ("trained", finish, "trained"),
        ("trained", fail, "trained"),
        ("failed", start, "training"),
        ("failed", finish, "trained"),
        ("failed", fail, "failed"),
    ],
)
def test_the_whole_matrix_of_a_runs_status(
    registry: Registry,
    source: str,
    change: Callable[[Registry], TrainingRunRecord],
    target: str,
) -> None:
    start(registry)
    ends: dict[str, Callable[[Registry], TrainingRunRecord]] = {"trained": finish, "failed": fail}
    ends.get(source, start)(registry)
    heads = registry.audit.heads()
    assert change(registry).status == registry.training_runs.get("m", "r1").status == target
    assert (registry.audit.heads() == heads) == (source == target)


def test_every_change_can_be_repeated_and_leaves_one_trace(registry: Registry) -> None:
    for change in (start, fail, start, finish):
        first = change(registry)
        heads = registry.audit.heads()
        assert change(registry) == first
        assert registry.audit.heads() == heads


def test_a_retry_of_a_failed_run_trains_again(registry: Registry) -> None:
    start(registry)
    fail(registry)
    again = start(registry)
    assert (again.status, again.problem, again.ended_at) == (BuildStatus.TRAINING, "", None)
    assert finish(registry).status is BuildStatus.TRAINED


def test_a_late_report_of_a_failure_does_not_override_trained(registry: Registry) -> None:
    start(registry)
    trained = finish(registry)
    assert fail(registry, "the worker was killed") == trained
    assert registry.training_runs.get("m", "r1") == trained


def test_trained_overrides_a_failure_that_was_reported_too_early(registry: Registry) -> None:
    start(registry)
    fail(registry, "the worker does not answer")
    trained = finish(registry)
    assert (trained.status, trained.problem) == (BuildStatus.TRAINED, "")


def test_a_report_about_another_process_does_not_fail_the_one_that_took_over(
    registry: Registry,
) -> None:
    start(registry)
    taken_over = start(registry, run_id="two")
    assert fail(registry, run_id="one") == taken_over
    assert fail(registry, run_id="two").status is BuildStatus.FAILED


def test_a_run_may_end_without_a_version(registry: Registry) -> None:
    start(registry)
    assert finish(registry, version=None).version is None


def test_runs_are_listed_by_their_start_and_by_status(registry: Registry) -> None:
    for name in ("r1", "r3", "r2"):
        start(registry, name)
    fail(registry)
    assert [run.name for run in registry.training_runs.list("m")] == ["r1", "r3", "r2"]
    failed = registry.training_runs.list("m", status="failed")
    assert [run.name for run in failed] == ["r1"]
    with pytest.raises(InvalidValueError, match=r"Status 'lost' .* one of training, trained"):
        registry.training_runs.list("m", status="lost")


def test_unfinished_runs_of_every_model_are_found_at_once(registry: Registry) -> None:
    registry.models.ensure("other", actor="ann")
    registry.training_runs.start("other", "r1", actor="ann")
    start(registry)
    start(registry, "r2")
    fail(registry)
    found = [(run.model, run.name) for run in registry.training_runs.unfinished()]
    assert found == [("other", "r1"), ("m", "r2")]


def test_runs_of_one_name_belong_to_their_models(registry: Registry) -> None:
    registry.models.ensure("other", actor="ann")
    start(registry)
    assert registry.training_runs.list("other") == []


def test_what_is_unknown_is_named(registry: Registry) -> None:
    with pytest.raises(TrainingRunNotFoundError, match="'m' training run 'r1' not found"):
        registry.training_runs.get("m", "r1")
    for change in (finish, fail):
        with pytest.raises(TrainingRunNotFoundError):
            change(registry)
    with pytest.raises(ModelNotFoundError):
        registry.training_runs.start("x", "r1", actor="ann")
    with pytest.raises(InvalidValueError, match="Run name 'a/b'"):
        start(registry, "a/b")
    assert actions(registry) == []


@pytest.mark.parametrize(
    ("problem", "kept"),
    [
        ("", "no reason was given"),
        ("\x1b[31mred\x00\udc80", "?[31mred??"),
        ("first\n\tsecond", "first\n\tsecond"),
        ("x" * 2001, "x" * 2000 + "... (1 more characters)"),
    ],
)
def test_a_failure_is_recorded_whatever_its_text_holds(
    registry: Registry, problem: str, kept: str
) -> None:
    start(registry)
    assert fail(registry, problem).problem == kept
    assert registry.training_runs.get("m", "r1").problem == kept
