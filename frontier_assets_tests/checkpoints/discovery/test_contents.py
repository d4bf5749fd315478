"""What the files of other trainers become."""

from typing import TYPE_CHECKING, Any

from frontier_assets_tests.foreign_trainers import (
    lightning_state,
    save,
    save_safetensors,
    torch_state,
    weights,
    write_hugging_face,
)
from frontier_assets_tests.tiny_project import MODEL

if TYPE_CHECKING:
    from frontier_assets_tests.checkpoints.discovery.conftest import Watched


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
