from pathlib import Path, PurePosixPath

import pytest

from frontier_assets.checkpoints.discovery.layouts import LAYOUTS, candidates_in
from frontier_assets.checkpoints.discovery.places import FoundFile
from frontier_assets_tests.foreign_trainers import hugging_face_steps


def found(*names: str, modified: str = "1") -> list[FoundFile]:
    return [FoundFile(PurePosixPath(name), 10, modified) for name in names]


def claimed(*names: str) -> dict[str, tuple[str, str]]:
    layouts = {id(layout): name for name, layout in LAYOUTS.items()}
    return {
        str(location): (layouts[id(item.layout)], item.awaited)
        for location, item in candidates_in(found(*names)).items()
    }


def test_every_file_belongs_to_one_checkpoint() -> None:
    assert claimed("a.pt", "b.pth.tar", "c.ckpt", "d.safetensors") == {
        "a.pt": ("torch", ""),
        "b.pth.tar": ("torch", ""),
        "c.ckpt": ("lightning", ""),
        "d.safetensors": ("safetensors", ""),
    }


@pytest.mark.parametrize(
    "name", ["log.txt", "metrics.csv", "a.pt.tmp", "events.out.tfevents.1", "model.onnx", "a.bin"]
)
def test_other_files_are_left_alone(name: str) -> None:
    assert claimed(name) == {}


def test_shards_wait_for_each_other_and_for_their_index() -> None:
    first, second = "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"
    index = "model.safetensors.index.json"
    assert claimed(first) == {index: ("safetensors", index)}
    assert claimed(first, second) == {index: ("safetensors", index)}
    assert claimed(first, index) == {index: ("safetensors", "1 of 2 files")}
    assert claimed(first, second, index) == {index: ("safetensors", "")}


def test_a_sharded_checkpoint_of_lightning_is_said_not_to_be_read() -> None:
    ((layout, awaited),) = claimed("a.ckpt/meta.pt", "a.ckpt/.metadata").values()
    assert (layout, awaited) == ("lightning", "one file in its place, since no sharded one is read")


def test_a_folder_of_the_trainer_waits_for_the_file_that_is_written_last(tmp_path: Path) -> None:
    names: list[str] = []
    waits: list[str] = []
    for path in hugging_face_steps(tmp_path, 500):
        names.append(path.relative_to(tmp_path).as_posix())
        ((location, (layout, awaited)),) = claimed(*names).items()
        assert (location, layout) == ("checkpoint-500", "hugging_face")
        waits.append(awaited)
    assert waits == ["trainer_state.json"] * (len(names) - 1) + [""]


def test_all_below_a_folder_of_the_trainer_belongs_to_it_and_only_some_is_read() -> None:
    folder = "exp/checkpoint-5"
    kept = [f"{folder}/{name}" for name in ("model.safetensors", "optimizer.pt", "rng_state_1.pth")]
    left = [f"{folder}/{name}" for name in ("training_args.bin", "global_step5/mp_rank_00.pt")]
    (item,) = candidates_in(found(*kept, *left)).values()
    assert [str(file.path) for file in item.files] == [*kept, *left]
    assert [str(file.path) for file in item.read_files] == kept


def test_the_fingerprint_changes_with_every_file_of_a_checkpoint() -> None:
    names = ["checkpoint-5/model.safetensors", "checkpoint-5/trainer_state.json"]
    cases = [
        found(*names),
        found(names[0]),
        [*found(names[0]), *found(names[1], modified="2")],
        [*found(names[0]), FoundFile(PurePosixPath(names[1]), 11, "1")],
    ]
    marks = {item.fingerprint for case in cases for item in candidates_in(case).values()}
    assert len(marks) == len(cases)
    (again,) = candidates_in(reversed(found(*names))).values()
    assert again.fingerprint in marks
