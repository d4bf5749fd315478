import numpy as np
import pytest

from frontier_assets.errors import (
    InvalidValueError,
    ModelNotFoundError,
    VersionNotFoundError,
    VersionProtectedError,
)
from frontier_assets.types import Version
from frontier_assets.workspace import Workspace


def registered(workspace: Workspace, count: int, model: str = "m") -> list[Version]:
    state = {"model": {"a": np.ones(2)}}
    return [workspace.versions.register(model, object=state) for _ in range(count)]


def numbers(workspace: Workspace) -> list[str]:
    return [version.number for version in workspace.versions.list("m")]


@pytest.mark.feature("SRC-4")
def test_fifty_versions_are_tagged_in_one_transaction(workspace: Workspace) -> None:
    registered(workspace, 50)
    found = workspace.versions.list("m", where="sequence <= 49")
    tagged = workspace.versions.tag_many(found, {"site": "north"})
    assert [item.ref for item in tagged] == [version.ref for version in found]
    assert {item.result and item.result.tags["site"] for item in tagged} == {"north"}
    entries = workspace.audit.entries("m")[-49:]
    assert len({entry.at for entry in entries}) == 1
    assert workspace.versions.list("m", where="tags.site = 'north'").total == 49


@pytest.mark.feature("SRC-4")
def test_of_versions_that_are_changed_together_one_that_is_refused_stops_all(
    workspace: Workspace,
) -> None:
    versions = registered(workspace, 3)
    workspace.versions.tag("m@1", {"site": "north"})
    heads = workspace.audit.heads()
    with pytest.raises(InvalidValueError, match=r"Tag to remove 'site' .* m@1\.0\.1 has none"):
        workspace.versions.tag_many(versions, remove=["site"])
    with pytest.raises(VersionProtectedError, match=r"1\.0\.2"):
        workspace.versions.delete_many(versions, reason="old", atomic=True)
    assert workspace.audit.heads() == heads
    assert len(numbers(workspace)) == 3


@pytest.mark.feature("SRC-4")
def test_of_versions_that_are_changed_each_for_itself_every_refusal_is_told(
    workspace: Workspace,
) -> None:
    first, _, last = registered(workspace, 3)
    deleted = workspace.versions.delete_many(["m@1", "m@1.0.1", last, "m@9", "x"], reason="old")
    assert [item.result and item.result.number for item in deleted[:2]] == ["1.0.0", "1.0.1"]
    kinds = [type(item.error) for item in deleted[2:]]
    assert kinds == [VersionProtectedError, VersionNotFoundError, ModelNotFoundError]
    assert numbers(workspace) == [last.number]
    again = workspace.versions.tag_many([first, last], {"site": "north"}, atomic=False)
    assert [item.error is None for item in again] == [False, True]


def test_versions_of_several_models_are_not_changed_together(workspace: Workspace) -> None:
    both = [*registered(workspace, 1), *registered(workspace, 1, "n")]
    with pytest.raises(InvalidValueError, match=r"Models 'm, n' .* atomic=False"):
        workspace.versions.tag_many(both, {"site": "north"})
    tagged = workspace.versions.tag_many(both, {"site": "north"}, atomic=False)
    assert [item.result and item.result.model for item in tagged] == ["m", "n"]
    assert workspace.versions.tag_many([], {"site": "north"}) == []
