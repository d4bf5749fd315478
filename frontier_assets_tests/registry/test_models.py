from concurrent.futures import ThreadPoolExecutor

import pytest

from frontier_assets.errors import InvalidValueError, ModelNotFoundError
from frontier_assets.registry import Registry


def test_a_model_starts_with_its_creation_in_the_audit_trail(registry: Registry) -> None:
    model = registry.models.ensure("digits", actor="ann")
    assert (model.name, model.change_sequence, model.policy_digest) == ("digits", 1, None)
    assert model.created_at.utcoffset() is not None
    assert [entry.action for entry in registry.audit.entries("digits")] == ["model_created"]


def test_ensuring_an_existing_model_changes_nothing(registry: Registry) -> None:
    first = registry.models.ensure("digits", actor="ann")
    assert registry.models.ensure("digits", actor="bob") == first


def test_models_are_listed_by_name(registry: Registry) -> None:
    registry.models.ensure("zebra", actor="ann")
    registry.models.ensure("ant", actor="ann")
    assert [model.name for model in registry.models.list()] == ["ant", "m", "zebra"]


def test_an_unknown_model_is_named(registry: Registry) -> None:
    with pytest.raises(ModelNotFoundError, match=r"^Model 'x' not found in registry$"):
        registry.models.get("x")


@pytest.mark.parametrize("name", ["", "Digits", "a__b", "a/b", "1a", "x" * 101, "m\n"])
def test_a_bad_name_is_refused(registry: Registry, name: str) -> None:
    with pytest.raises(InvalidValueError, match="Model name"):
        registry.models.ensure(name, actor="ann")
    assert len(registry.models.list()) == 1


@pytest.mark.parametrize("actor", ["", "  ", "ann\x00"])
def test_a_change_needs_an_actor(registry: Registry, actor: str) -> None:
    with pytest.raises(InvalidValueError, match="Actor"):
        registry.models.ensure("digits", actor=actor)
    assert len(registry.models.list()) == 1


def test_threads_that_create_the_same_model_get_the_same(registry: Registry) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: registry.models.ensure("new", actor="ann"), range(8)))
    assert len(set(made)) == 1
    assert registry.audit.verify("new") == 1
