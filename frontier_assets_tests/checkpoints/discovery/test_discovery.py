import os
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from frontier_assets.errors import FrontierAssetsError, InvalidValueError, UntrustedContentError
from frontier_assets_tests.foreign_trainers import (
    lightning_state,
    network,
    torch_state,
    weights,
    write_hugging_face,
)
from frontier_assets_tests.payload import Payload
from frontier_assets_tests.tiny_project import MODEL

if TYPE_CHECKING:
    from frontier_assets_tests.checkpoints.discovery.conftest import Watched


def save(value: object, path: Path) -> Path:
    import torch

    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(value, path)
    return path


def save_safetensors(path: Path, metadata: dict[str, str] | None = None) -> Path:
    from safetensors.torch import save_file

    save_file(weights(), path, metadata=metadata)
    return path


def is_the_same(found: dict[str, Any]) -> bool:
    import torch

    expected = weights()
    return found.keys() == expected.keys() and all(
        torch.equal(found[name], value) for name, value in expected.items()
    )


def test_a_dict_of_torch_save_keeps_its_weights_under_model(watched: "Watched") -> None:
    save(torch_state(metrics={"accuracy": 0.5}, batch=32), watched.folder / "exp" / "a.pt")
    saved, state = watched.ingest()
    assert (saved.key, saved.epoch) == ("exp-step-3", 3)
    assert saved.metrics == {"loss": 0.5, "accuracy": 0.5}
    assert is_the_same(state["model"])
    assert [*state] == ["model", "epoch", "optimizer_state_dict", "loss", "metrics", "batch"]


def test_weights_alone_are_the_whole_state(watched: "Watched") -> None:
    save(weights(), watched.folder / "step_7.pth")
    saved, state = watched.ingest()
    assert saved.key == "runs-step-7"
    assert [*state] == ["model"]
    assert is_the_same(state["model"])


def test_a_checkpoint_of_lightning_brings_step_metric_and_parameters(watched: "Watched") -> None:
    path = watched.folder / "version_0" / "checkpoints" / "epoch=3-step=100-val_loss=0.2.ckpt"
    save(lightning_state(), path)
    saved, state = watched.ingest()
    assert (saved.key, saved.epoch) == ("version_0-step-100", 3)
    assert saved.metrics == {"val_loss": 0.25}
    assert saved.parameters == {"width": 8, "rate": 0.01}
    assert is_the_same(state["model"])
    assert {"optimizer_states", "lr_schedulers", "loops", "callbacks"} <= state.keys()
    assert state["hyper_parameters"]["layers"] == [8, 8]


def test_a_ckpt_that_lightning_did_not_write_is_read_as_any_other_file(watched: "Watched") -> None:
    save(torch_state(), watched.folder / "a.ckpt")
    assert watched.ingest()[0].key == "runs-step-3"


def test_safetensors_bring_what_their_header_notes(watched: "Watched") -> None:
    path = watched.folder / "epoch_2.safetensors"
    save_safetensors(path, {"format": "pt", "step": "9", "loss": "0.25", "bad": "nan"})
    saved, state = watched.ingest()
    assert (saved.key, saved.epoch, saved.metrics) == ("runs-step-9", 2, {"loss": 0.25})
    assert is_the_same(state["model"])


def test_sharded_safetensors_are_one_checkpoint(watched: "Watched") -> None:
    import json

    from safetensors.torch import save_file

    folder, placed = watched.folder / "step_5", {}
    folder.mkdir()
    for number, (name, value) in enumerate(weights().items(), start=1):
        placed[name] = f"model-0000{number}-of-00002.safetensors"
        save_file({name: value}, folder / placed[name])
    index = json.dumps({"metadata": {}, "weight_map": placed})
    (folder / "model.safetensors.index.json").write_text(index, encoding="utf-8")
    saved, state = watched.ingest()
    assert saved.key == "runs-step-5"
    assert is_the_same(state["model"])


def test_a_folder_of_the_trainer_brings_its_states_and_what_was_logged(watched: "Watched") -> None:
    write_hugging_face(watched.folder / "exp", 500)
    saved, state = watched.ingest()
    assert (saved.key, saved.epoch) == ("exp-step-500", 1)
    assert saved.metrics == {"loss": 0.5, "grad_norm": 2.0, "eval_loss": 0.25}
    assert is_the_same(state["model"])
    assert [*state] == ["model", "optimizer", "rng_state", "scheduler", "trainer_state"]
    assert state["trainer_state"]["global_step"] == 500
    assert state["rng_state"]["numpy"][0] == "MT19937"


def test_a_folder_with_pickled_weights_is_read_too(watched: "Watched") -> None:
    folder = write_hugging_face(watched.folder)
    (folder / "model.safetensors").unlink()
    save(weights(), folder / "pytorch_model.bin")
    assert is_the_same(watched.ingest()[1]["model"])


def test_a_checkpoint_that_was_taken_in_becomes_a_version(watched: "Watched") -> None:
    watched.change()
    save(torch_state(), watched.folder / "a.pt")
    saved = watched.ingest()[0]
    version = watched.workspace.versions.register(MODEL, checkpoint=saved.key)
    assert version.metrics == {"loss": 0.5}
    assert set(version.signature["tensors"]) == {"model.layer.weight", "model.layer.bias"}


def test_each_is_taken_in_once_and_the_oldest_first(watched: "Watched") -> None:
    for number, name in enumerate(["step_2.pt", "step_3.pt", "step_1.pt"]):
        os.utime(save(weights(), watched.folder / name), ns=(number, number))
    assert [item.step for item in watched.ingest_all()] == [2, 3, 1]
    assert watched.ingest_all() == []


def test_other_content_under_the_same_name_is_a_new_save_of_it(watched: "Watched") -> None:
    path = watched.folder / "step_1.pt"
    save(weights(), path)
    first = watched.ingest()[0]
    save(weights(seed=1), path)
    second = watched.ingest()[0]
    assert (first.key, second.key) == ("runs-step-1", "runs-step-1")
    assert first.digest != second.digest
    assert [item.digest for item in watched.workspace.checkpoints.list(MODEL)] == [second.digest]


def test_the_run_of_the_place_itself_can_be_named(watched: "Watched") -> None:
    watched.change(watch={"location": str(watched.folder), "run": "main"})
    save(weights(), watched.folder / "step_1.pt")
    assert watched.ingest()[0].key == "main-step-1"


def test_a_folder_that_lacks_its_last_file_is_never_ready(watched: "Watched") -> None:
    (write_hugging_face(watched.folder) / "trainer_state.json").unlink()
    look = [watched.workspace.discovery.look(watched.specification) for _ in range(3)][-1]
    assert look.ready == []
    assert look.unfinished == ["checkpoint-500 waits for trainer_state.json"]


def test_a_file_that_changes_between_two_looks_is_not_ready(watched: "Watched") -> None:
    path = watched.folder / "step_1.pt"
    for size in range(3):
        path.write_bytes(b"x" * size)
        assert watched.look() == []
    assert watched.look() == ["step_1.pt"]


def write_torch(folder: Path) -> Path:
    return save(torch_state(), folder / "step_1.pt")


def write_lightning(folder: Path) -> Path:
    return save(lightning_state(), folder / "step_1.ckpt")


def write_safetensors(folder: Path) -> Path:
    return save_safetensors(folder / "step_1.safetensors")


def last_of_hugging_face(folder: Path) -> Path:
    return write_hugging_face(folder) / "trainer_state.json"


def weights_of_hugging_face(folder: Path) -> Path:
    return write_hugging_face(folder) / "model.safetensors"


def optimizer_of_hugging_face(folder: Path) -> Path:
    return write_hugging_face(folder) / "optimizer.pt"


@pytest.mark.parametrize(
    "write",
    [
        write_torch,
        write_lightning,
        write_safetensors,
        last_of_hugging_face,
        weights_of_hugging_face,
        optimizer_of_hugging_face,
    ],
)
def test_what_is_cut_short_anywhere_is_never_taken_in(
    watched: "Watched", write: Callable[[Path], Path]
) -> None:
    path = write(watched.folder)
    whole = path.read_bytes()
    for length in range(0, len(whole), max(1, len(whole) // 40)):
        path.write_bytes(whole[:length])
        with pytest.raises(FrontierAssetsError):
            watched.ingest_all()
        assert path.name in watched.problem or path.parent.name in watched.problem
        assert watched.ingest_all() == []
    assert watched.workspace.checkpoints.list(MODEL) == []
    path.write_bytes(whole)
    assert len(watched.ingest_all()) == 1
    assert watched.problem == ""


def test_a_file_that_changes_while_it_is_stored_gets_no_name(
    watched: "Watched", monkeypatch: pytest.MonkeyPatch
) -> None:
    path, checkpoints = save(weights(), watched.folder / "step_1.pt"), watched.workspace.checkpoints
    store = checkpoints.store

    def store_and_write(*given: Any) -> Any:
        stored = store(*given)
        os.utime(path, ns=(5, 5))
        return stored

    monkeypatch.setattr(checkpoints, "store", store_and_write)
    with pytest.raises(InvalidValueError, match="changed while it was read"):
        watched.ingest_all()
    assert checkpoints.list(MODEL) == []
    monkeypatch.undo()
    assert watched.ingest()[0].key == "runs-step-1"


def test_what_is_gone_again_is_not_taken_in(watched: "Watched") -> None:
    path = save(weights(), watched.folder / "step_1.pt")
    watched.look()
    (item,) = watched.workspace.discovery.look(watched.specification).ready
    path.unlink()
    with pytest.raises(InvalidValueError, match="changed while it was read"):
        watched.workspace.discovery.ingest(watched.specification, item.location, item.fingerprint)


@pytest.mark.feature("SEC-11")
@pytest.mark.parametrize("name", ["evil-1.pt", "evil-1.ckpt", "checkpoint-1/optimizer.pt"])
def test_a_malicious_pickle_is_refused_named_and_not_executed(
    watched: "Watched", tmp_path: Path, name: str
) -> None:
    write_hugging_face(watched.folder, 1) if "/" in name else None
    marker = tmp_path / "executed"
    save({"state_dict": weights(), "hook": Payload(marker)}, watched.folder / name)
    with pytest.raises(UntrustedContentError, match=name):
        watched.ingest_all()
    assert not marker.exists()
    assert name in watched.problem
    assert watched.ingest_all() == []
    assert watched.workspace.checkpoints.list(MODEL) == []


@pytest.mark.feature("SEC-11")
def test_a_pickle_is_taken_in_once_the_yaml_allows_it(watched: "Watched") -> None:
    save({"model": weights(), "step": 4, "args": Namespace(width=3)}, watched.folder / "a.pt")
    with pytest.raises(UntrustedContentError, match=r"argparse\.Namespace"):
        watched.ingest_all()
    watched.change(allow_pickle=True)
    saved, state = watched.ingest()
    assert (saved.key, state["args"].width) == ("runs-step-4", 3)


def test_a_whole_network_that_was_pickled_gives_its_weights(watched: "Watched") -> None:
    watched.change(allow_pickle=True)
    save(network(), watched.folder / "step_1.pt")
    save({"model": network(), "step": 2}, watched.folder / "b.pt")
    for saved in watched.ingest_all():
        state = watched.workspace.checkpoints.load(MODEL, saved.key)
        assert [*state["model"]] == ["weight", "bias"]


def test_allowing_pickles_takes_nothing_in_a_second_time(watched: "Watched") -> None:
    save(weights(), watched.folder / "step_1.pt")
    watched.ingest()
    for allowed in (True, False):
        watched.change(allow_pickle=allowed)
        assert watched.ingest_all() == []


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"epoch": 1, "optimizer": {}}, "expected weights, .*it holds epoch, optimizer"),
        ([1, 2], "it holds list"),
        ({}, "it holds nothing"),
        ({"model": {}, "loss": 0.5}, "nothing says its step: write it into the name"),
        ({"model": {"a": {1, 2}}, "step": 1}, r"State at 'model\.a'"),
    ],
)
def test_what_cannot_be_a_checkpoint_is_refused_with_the_reason(
    watched: "Watched", value: object, message: str
) -> None:
    save(value, watched.folder / "best.pt")
    with pytest.raises(InvalidValueError, match=message):
        watched.ingest_all()
    assert watched.look() == []


def test_a_folder_without_weights_is_refused(watched: "Watched") -> None:
    (write_hugging_face(watched.folder) / "model.safetensors").unlink()
    with pytest.raises(InvalidValueError, match=r"checkpoint-500.*it has no weights; expected one"):
        watched.ingest_all()


def test_a_model_that_watches_nothing_has_nothing_to_look_at(watched: "Watched") -> None:
    watched.change(watch=None)
    with pytest.raises(InvalidValueError, match="a `watch` section is needed"):
        watched.look()
