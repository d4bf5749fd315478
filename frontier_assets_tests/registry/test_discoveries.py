import pytest

from frontier_assets.errors import ModelNotFoundError
from frontier_assets.registry import Registry

A, B = "file:/runs/a.pt", "file:/runs/b.pt"


def ready(registry: Registry, **found: str) -> list[str]:
    at = {"a": A, "b": B}
    return [
        item.location
        for item in registry.discoveries.look("m", {at[name]: mark for name, mark in found.items()})
    ]


def settle(registry: Registry, mark: str, checkpoint: str | None = None, problem: str = "") -> None:
    registry.discoveries.settle("m", A, mark, checkpoint=checkpoint, problem=problem)


def test_only_what_is_as_it_was_at_the_look_before_is_ready(registry: Registry) -> None:
    assert ready(registry, a="1") == []
    assert ready(registry, a="1", b="1") == [A]
    assert ready(registry, a="2", b="1") == [B]
    assert ready(registry, a="2", b="1") == [A, B]


def test_what_was_taken_in_or_refused_waits_again_when_it_changed(registry: Registry) -> None:
    for settled in ({"checkpoint": "r-step-1"}, {"problem": "it is a pickle"}):
        ready(registry, a="1")
        settle(registry, "1", **settled)
        assert ready(registry, a="1") == []
        assert ready(registry, a="2") == []
        assert ready(registry, a="2") == [A]


def test_what_came_of_an_earlier_state_is_not_recorded_for_a_later_one(registry: Registry) -> None:
    ready(registry, a="2")
    settle(registry, "1", checkpoint="r-step-1")
    assert ready(registry, a="2") == [A]


def test_what_is_gone_is_forgotten_unless_it_became_a_checkpoint(registry: Registry) -> None:
    ready(registry, a="1", b="1")
    settle(registry, "1", checkpoint="r-step-1")
    ready(registry)
    (kept,) = registry.discoveries.list("m")
    assert (kept.location, kept.checkpoint) == (A, "r-step-1")
    assert ready(registry, b="1") == []


def test_a_look_that_finds_nothing_new_writes_nothing(registry: Registry) -> None:
    ready(registry, a="1")
    (before,) = registry.discoveries.list("m")
    ready(registry, a="1")
    assert registry.discoveries.list("m") == [before]


def test_a_look_leaves_the_audit_trail_alone(registry: Registry) -> None:
    heads = registry.audit.heads()
    ready(registry, a="1")
    settle(registry, "1", problem="no")
    assert registry.audit.heads() == heads


def test_a_problem_is_recorded_whatever_its_text_holds(registry: Registry) -> None:
    ready(registry, a="1")
    settle(registry, "1", problem="bad \x00 name\n" + "x" * 5_000)
    (item,) = registry.discoveries.list("m")
    assert item.problem.startswith("bad ? name\nx")
    assert item.problem.endswith("more characters)")


def test_an_unknown_model_is_refused(registry: Registry) -> None:
    with pytest.raises(ModelNotFoundError):
        registry.discoveries.look("x", {A: "1"})
    with pytest.raises(ModelNotFoundError):
        registry.discoveries.settle("x", A, "1", checkpoint=None, problem="no")
    with pytest.raises(ModelNotFoundError):
        registry.discoveries.list("x")
