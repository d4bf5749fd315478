from typing import Any

import numpy as np
import pytest

from frontier_assets.checkpoints.checkpoints import Checkpoints
from frontier_assets.errors import (
    CheckpointNotFoundError,
    InvalidValueError,
    ModelNotFoundError,
)
from frontier_assets.workspace import Workspace


def state(seed: int = 0) -> dict[str, Any]:
    import torch

    torch.manual_seed(seed)
    network = torch.nn.Linear(64, 32)
    optimizer = torch.optim.Adam(network.parameters())
    network(torch.randn(4, 64)).sum().backward()
    optimizer.step()
    return {"model": network.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 3}


def equal(one: Any, other: Any) -> bool:
    import torch

    if isinstance(one, torch.Tensor):
        return one.dtype == other.dtype and torch.equal(one, other)
    if isinstance(one, dict):
        return list(one) == list(other) and all(equal(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(equal, one, other))
    return bool(one == other)


def test_what_was_saved_is_loaded_equal(workspace: Workspace) -> None:
    saved = state()
    checkpoint = workspace.checkpoints.save("m", run="r1", step=100, state=saved, epoch=3)
    assert checkpoint.key == "r1-step-100"
    assert equal(workspace.checkpoints.load("m", checkpoint.key), saved)
    assert checkpoint.stored_bytes >= checkpoint.size_bytes


@pytest.mark.feature("CKP-1")
def test_a_state_is_loaded_into_the_tensors_that_are_there(workspace: Workspace) -> None:
    saved, target = state(0), state(1)
    workspace.checkpoints.save("m", run="r1", step=1, state=saved)
    weight = target["model"]["weight"]
    loaded = workspace.checkpoints.load_into("m", "latest", {**target, "epoch": 0})
    assert loaded["model"]["weight"] is weight
    assert equal(loaded, saved)


def test_a_state_of_another_shape_is_refused_and_stays_as_it_is(workspace: Workspace) -> None:
    import torch

    workspace.checkpoints.save("m", run="r1", step=1, state=state(0))
    target = state(1)
    target["model"]["weight"] = torch.zeros(1)
    with pytest.raises(InvalidValueError, match=r"'model\.weight' 'float32 \[1\]'.*\[32, 64\]"):
        workspace.checkpoints.load_into("m", "latest", target)
    assert equal(target["optimizer"], state(1)["optimizer"])


def test_a_safetensors_file_becomes_a_checkpoint_and_a_version(
    workspace: Workspace, tmp_path: Any
) -> None:
    from safetensors.torch import save_file

    weights, path = state()["model"], tmp_path / "weights.safetensors"
    save_file(weights, path)
    saved = workspace.checkpoints.ingest("m", run="hub", step=5, path=path, metrics={"loss": 1.0})
    assert (saved.key, saved.metrics) == ("hub-step-5", {"loss": 1.0})
    assert equal(
        dict(sorted(workspace.checkpoints.load("m")["model"].items())),
        {name: weights[name] for name in sorted(weights)},
    )
    assert workspace.versions.register("m", checkpoint="latest").signature["tensors"] == {
        "model.bias": "float32[32]",
        "model.weight": "float32[32, 64]",
    }


@pytest.mark.feature("CKP-7")
def test_the_best_goes_by_the_metric_and_its_direction(workspace: Workspace) -> None:
    for step, accuracy in enumerate([0.5, 0.9, 0.7]):
        metrics = {"accuracy": accuracy, "loss": accuracy}
        workspace.checkpoints.save("m", run="r1", step=step, state={}, metrics=metrics)
    find = workspace.registry.checkpoints.best
    assert find("m", "accuracy", lower_is_better=False).step == 1
    assert workspace.checkpoints.get("m", "best").step == 0
    with pytest.raises(InvalidValueError, match=r"'f1'.*the checkpoints have accuracy, loss"):
        find("m", "f1", lower_is_better=False)


@pytest.mark.feature("CKP-2")
def test_checkpoints_are_made_of_a_registry_and_stores(workspace: Workspace) -> None:
    checkpoints = Checkpoints(workspace.registry, workspace.stores, actor="ann")
    saved = checkpoints.save("m", run="r1", step=1, state={"a": 1})
    assert checkpoints.load("m", saved.key) == {"a": 1}
    with pytest.raises(TypeError, match="stores"):
        Checkpoints(workspace.registry, actor="ann")  # type: ignore[call-arg]


def test_tensors_that_did_not_change_are_not_written_again(workspace: Workspace) -> None:
    first = state()
    workspace.checkpoints.save("m", run="r1", step=1, state=first)
    second = workspace.checkpoints.save("m", run="r1", step=2, state={**first, "epoch": 4})
    assert second.stored_bytes < second.size_bytes / 4
    assert equal(workspace.checkpoints.load("m", "r1-step-2"), {**first, "epoch": 4})


def test_the_best_is_the_one_with_the_lowest_loss(workspace: Workspace) -> None:
    for step, loss in enumerate([0.5, 0.1, 0.3]):
        workspace.checkpoints.save(
            "m", run="r1", step=step, state=state(step), metrics={"loss": loss}
        )
    assert workspace.checkpoints.get("m", "best").step == 1
    assert workspace.checkpoints.get("m", "latest").step == 2
    assert [item.step for item in workspace.checkpoints.list("m")] == [0, 1, 2]


def test_single_tensors_are_read_by_name(workspace: Workspace) -> None:
    saved = state()
    workspace.checkpoints.save("m", run="r1", step=1, state=saved)
    found = workspace.checkpoints.tensors("m", "latest", names=["model.weight"])
    assert list(found) == ["model.weight"]
    assert equal(found["model.weight"], saved["model"]["weight"])


@pytest.mark.feature("CKP-1")
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"model": "A"}, "Model name 'A'"),
        ({"run": "a/b"}, "Run name 'a/b'"),
        ({"step": -1}, "-1"),
        ({"epoch": -1}, "epoch -1"),
        ({"metrics": {"loss": float("nan")}}, "nan"),
        ({"state": {"f": print}}, "f"),
    ],
)
def test_what_cannot_be_saved_is_refused_and_leaves_no_checkpoint(
    workspace: Workspace, changes: dict[str, Any], message: str
) -> None:
    values = {"model": "m", "run": "r", "step": 1, "state": {"a": 1}, **changes}
    with pytest.raises(InvalidValueError, match=message):
        workspace.checkpoints.save(values.pop("model"), **values)
    with pytest.raises((CheckpointNotFoundError, ModelNotFoundError)):
        workspace.checkpoints.get("m", "latest")


def test_a_version_holds_the_weights_alone_and_costs_a_manifest(workspace: Workspace) -> None:
    saved = state()
    checkpoint = workspace.checkpoints.save(
        "m",
        run="r1",
        step=1,
        state=saved,
        metrics={"loss": 0.1},
        parameters={"width": 32},
        data_digests={"train": "d"},
    )
    version = workspace.versions.register("m", checkpoint="best", description="first")
    assert (version.number, version.checkpoint) == ("1.0.0", checkpoint.key)
    assert version.size_bytes == 4 * (64 * 32 + 32)
    assert version.stored_bytes < 2_000
    assert version.parameters == {"width": 32}
    assert version.data_digests == {"train": "d"}
    assert version.environment["python"].startswith("3.")
    content = workspace.artifact(version).content.tensors()
    assert np.array_equal(content["model.weight"], saved["model"]["weight"].numpy())


def test_a_version_can_be_made_of_files_and_fetched_again(
    workspace: Workspace, tmp_path: Any
) -> None:
    source = tmp_path / "weights.bin"
    source.write_bytes(b"content")
    version = workspace.versions.register("m", files={"nested/weights.bin": source})
    (path,) = workspace.fetch(version.ref, tmp_path / "out")
    assert path == tmp_path / "out" / "nested" / "weights.bin"
    assert path.read_bytes() == b"content"


@pytest.mark.parametrize("sources", [{}, {"checkpoint": "best", "files": {"a": "b"}}])
def test_a_version_has_exactly_one_source(workspace: Workspace, sources: dict[str, Any]) -> None:
    with pytest.raises(InvalidValueError, match="Source of a version"):
        workspace.versions.register("m", **sources)


def test_an_unknown_change_is_refused_with_the_known_ones(workspace: Workspace) -> None:
    workspace.checkpoints.save("m", run="r1", step=1, state={"a": 1})
    with pytest.raises(InvalidValueError, match="one of auto, major, minor, patch"):
        workspace.versions.register("m", checkpoint="best", change="huge")  # type: ignore[arg-type]
    assert workspace.versions.list("m") == []


def test_a_retrain_is_a_patch_and_other_parameters_are_a_minor_change(
    workspace: Workspace,
) -> None:
    for step, epochs in enumerate([1, 1, 2]):
        workspace.checkpoints.save(
            "m", run="r", step=step, state=state(step), parameters={"epochs": epochs}
        )
        workspace.versions.register("m", checkpoint="latest")
    numbers = [version.number for version in workspace.versions.list("m")]
    assert numbers == ["1.0.0", "1.0.1", "1.1.0"]
