"""What is not taken in, and why: pickles, and what is no checkpoint."""

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from frontier_assets.errors import InvalidValueError, UntrustedContentError
from frontier_assets_tests.foreign_trainers import network, save, weights, write_hugging_face
from frontier_assets_tests.payload import Payload
from frontier_assets_tests.tiny_project import MODEL

if TYPE_CHECKING:
    from frontier_assets_tests.checkpoints.discovery.conftest import Watched


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
