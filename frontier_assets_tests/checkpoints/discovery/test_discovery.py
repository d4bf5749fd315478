"""When something is taken in: once, whole, and not while it is still being written."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from frontier_assets.errors import FrontierAssetsError, InvalidValueError
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


def test_a_model_that_watches_nothing_has_nothing_to_look_at(watched: "Watched") -> None:
    watched.change(watch=None)
    with pytest.raises(InvalidValueError, match="a `watch` section is needed"):
        watched.look()
