from pathlib import Path
from typing import Any

import numpy as np
import pytest

from frontier_assets.workspace import Workspace


def register(workspace: Workspace, state: dict[str, Any], **values: Any) -> str:
    return workspace.versions.register("m", object=state, **values).ref


def weights(**tensors: Any) -> dict[str, Any]:
    return {"model": tensors}


@pytest.mark.feature("VER-23")
def test_several_versions_stand_side_by_side(workspace: Workspace) -> None:
    state = weights(a=np.ones(2))
    refs = [
        register(workspace, state, parameters={"epochs": epochs, "seed": 1}, metrics={"loss": loss})
        for epochs, loss in ((1, 0.5), (1, 0.25), (2, 0.75))
    ]
    workspace.versions.log_metrics(refs[2], {"f1_score": 0.9}, split="test")
    found = workspace.versions.compare(refs[0], refs[1], refs[2])
    assert [version.ref for version in found.versions] == refs
    loss, score = found.metrics
    assert (loss.values, loss.differences, loss.best) == (
        (0.5, 0.25, 0.75),
        (0.0, -0.25, 0.25),
        (refs[1],),
    )
    assert (score.split, score.values, score.best) == ("test", (None, None, 0.9), ())
    assert [(fact.name, fact.values) for fact in found.facts["parameters"]] == [
        ("epochs", (1, 1, 2))
    ]
    assert found.facts["environment"] == ()
    assert workspace.versions.champion(refs, "loss").champion == refs[1]
    view = workspace.versions.pareto([refs[0], refs[1]], ["loss", "loss:higher"])
    assert view.front == (refs[0], refs[1])


def test_the_change_of_every_tensor_is_measured(workspace: Workspace) -> None:
    import torch

    half = torch.tensor([1.0, 2.0], dtype=torch.bfloat16)
    first = register(
        workspace,
        weights(
            a=torch.tensor([3.0, 4.0]),
            b=torch.zeros(2),
            same=torch.ones(3),
            half=half,
            old=half + 1,
        ),
    )
    second = register(
        workspace,
        weights(
            a=torch.tensor([3.0, 5.0]),
            b=torch.ones(2),
            same=torch.ones(3),
            half=half * 2,
            wider=torch.ones(4),
        ),
    )
    found = {
        item.name.rpartition(".")[2]: (item.relative, item.largest, item.remark)
        for item in workspace.versions.weight_changes(first, second)
    }
    assert found == {
        "a": (pytest.approx(0.2), 1.0, ""),
        "b": (None, 1.0, "the first is zero throughout"),
        "same": (0.0, 0.0, "the same bytes"),
        "half": (1.0, 2.0, ""),
        "old": (None, None, "only in the first"),
        "wider": (None, None, "only in the second"),
    }


@pytest.mark.parametrize(
    ("first", "second", "remark"),
    [
        (np.ones(2), np.ones(3), "[2] became [3]"),
        (np.ones(2, np.complex64), np.zeros(2, np.complex64), "are not subtracted"),
        (np.array([np.inf, 1]), np.array([1.0, 1]), "not finite"),
    ],
)
def test_what_cannot_be_subtracted_says_why(
    workspace: Workspace, first: Any, second: Any, remark: str
) -> None:
    refs = [register(workspace, weights(a=array)) for array in (first, second)]
    (change,) = workspace.versions.weight_changes(*refs)
    assert (change.relative, change.largest) == (None, None)
    assert remark in change.remark


def test_files_are_the_same_bytes_or_other_bytes(workspace: Workspace, tmp_path: Path) -> None:
    refs = []
    for content in (b"a", b"b"):
        path = tmp_path / "weights.bin"
        path.write_bytes(content)
        refs.append(workspace.versions.register("m", files={"weights.bin": path}).ref)
    (change,) = workspace.versions.weight_changes(*refs)
    assert change.relative is None
    assert workspace.versions.weight_changes(refs[0], refs[0])[0].remark == "the same bytes"


@pytest.mark.feature("DB-7", "VER-10", "DB-8")
def test_every_descriptive_field_reads_back_in_order(workspace: Workspace) -> None:
    for place in range(2):
        register(
            workspace,
            weights(a=np.full(2, place)),
            tags=["team:vision", "url:http://x"],
            description=f"the {place}.",
        )
    first, second = workspace.versions.list("m")
    assert (first.description, second.description) == ("the 0.", "the 1.")
    assert first.tags == {"team": "vision", "url": "http://x"}
    assert first.size_bytes > 0
    assert first.created_at <= second.created_at


def test_what_is_said_later_is_said_by_the_workspaces_actor(workspace: Workspace) -> None:
    ref = register(workspace, weights(a=np.ones(1)))
    workspace.versions.tag(ref, ["site:north"])
    workspace.versions.describe(ref, "wider")
    workspace.versions.log_metrics(ref, {"f1": 0.5}, split="test")
    assert workspace.versions.metrics(ref) == {"test": {"f1": 0.5}}
    assert [item.name for item in workspace.versions.metric_history(ref)] == ["f1"]
    entries = workspace.audit.entries("m")[-3:]
    assert [(entry.action, entry.actor) for entry in entries] == [
        ("version_tagged", "ann"),
        ("version_described", "ann"),
        ("metrics_logged", "ann"),
    ]
    page = workspace.versions.list("m", where="tags.site = 'north' and description ~ 'wide'")
    assert (len(page), page.total) == (1, 1)
