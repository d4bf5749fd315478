import pickle
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from frontier_assets_tests.payload import Payload

if TYPE_CHECKING:
    from frontier_assets_tests.cli.conftest import Frontier, Records


def test_models_lists_what_is_newest_staged_and_in_production(
    frontier: "Frontier", records: "Records"
) -> None:
    live = records.released()
    records.version("other")
    (listed,) = frontier.json("models")["models"]
    assert listed["created_at"] < live.created_at.isoformat()
    assert {name: value for name, value in listed.items() if name != "created_at"} == {
        "model": "tiny",
        "versions": 2,
        "latest": "1.0.1",
        "staging": [],
        "production": live.number,
        "last_training": None,
        "frozen": None,
        "title": "",
        "description": "",
        "task": "classification",
        "framework": "pytorch",
        "owners": [],
        "tags": {},
        "policy_digest": records.specification().digest,
    }
    assert frontier.text("models").splitlines()[1].split() == ["tiny", "2", "1.0.1", "1.0.0"]


def test_models_of_an_empty_registry_are_none(frontier: "Frontier", records: "Records") -> None:
    assert frontier.json("models")["models"] == []
    assert frontier.text("models") == "none\n"


def test_versions_are_listed_newest_first_up_to_the_limit(
    frontier: "Frontier", records: "Records"
) -> None:
    for content in ("a", "b", "c"):
        records.version(content)
    assert [item["number"] for item in frontier.json("versions", "tiny")["versions"]] == [
        "1.0.2",
        "1.0.1",
        "1.0.0",
    ]
    (newest,) = frontier.json("versions", "tiny", "--limit", "1")["versions"]
    assert (newest["ref"], newest["stage"], newest["change"]) == (
        "tiny@1.0.2",
        "development",
        "patch",
    )


def test_an_unknown_model_is_one_line(frontier: "Frontier", records: "Records") -> None:
    assert frontier.refused("versions", "nobody") == (
        "Model 'nobody' not found in registry; `frontier models` lists what there is, "
        "training or `frontier register` adds"
    )


def test_register_from_files_says_what_it_did(
    frontier: "Frontier", records: "Records", tmp_path: Path
) -> None:
    (tmp_path / "a.bin").write_bytes(b"abc")
    made = frontier.json(
        *("register", "tiny", "--file", "weights/a.bin=a.bin", "--tag", "team=vision"),
        *("--description", "the first"),
    )
    version = records.workspace.versions.get("tiny")
    assert (made["version"]["ref"], made["version"]["tags"]) == ("tiny@1.0.0", {"team": "vision"})
    assert (version.description, version.created_by) == ("the first", "ann")
    assert (made["partition_added"], made["next"]) == (False, None)


@pytest.mark.feature("VER-22")
def test_register_where_files_lie(frontier: "Frontier", records: "Records", tmp_path: Path) -> None:
    path = tmp_path / "theirs" / "weights.bin"
    path.parent.mkdir()
    path.write_bytes(b"weights")
    found = frontier.json("register", "tiny", "--uri", f"file:{path}")
    assert found["version"]["size_bytes"] == 7
    refusal = frontier.refused("register", "tiny", "--uri", "ftp://host/weights.bin")
    assert "known: az:, file:, gs:, s3:" in refusal


def test_register_takes_the_best_checkpoint(frontier: "Frontier", records: "Records") -> None:
    best = records.checkpoint(1, metrics={"loss": 0.1})
    records.checkpoint(2, metrics={"loss": 0.9})
    assert frontier.json("register", "tiny", "--checkpoint", "best")["version"]["checkpoint"] == (
        best
    )


def test_an_explicit_change_decides_the_number(frontier: "Frontier", records: "Records") -> None:
    key = records.checkpoint()
    frontier.text("register", "tiny", "--checkpoint", key)
    made = frontier.json("register", "tiny", "--checkpoint", key, "--change", "major")
    assert made["version"]["number"] == "2.0.0"


def test_an_unknown_checkpoint_is_one_line_and_registers_nothing(
    frontier: "Frontier", records: "Records"
) -> None:
    records.checkpoint()
    assert frontier.refused("register", "tiny", "--checkpoint", "r-step-9") == (
        "Model 'tiny' checkpoint 'r-step-9' not found; `frontier checkpoints list tiny` lists "
        "what there is, training or `Workspace.checkpoints.save` makes one"
    )
    assert frontier.json("versions", "tiny")["versions"] == []


def test_an_impossible_model_name_is_one_line(
    frontier: "Frontier", records: "Records", tmp_path: Path
) -> None:
    (tmp_path / "a").touch()
    assert frontier.refused("register", "No Model", "--file", "a=a").startswith(
        "Model name 'No Model' is not valid: expected lower-case letters"
    )
    assert frontier.json("models")["models"] == []


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ([], "Invalid value for source: give one of --checkpoint, --file and --uri"),
        (
            ["--checkpoint", "best", "--file", "a=a"],
            "Invalid value for source: give one of --checkpoint, --file and --uri",
        ),
        (["--file", "a"], "Invalid value for --file: 'a' is not NAME=VALUE"),
        (["--checkpoint", "k", "--tag", "a=1", "--tag", "a=2"], "'a' is given twice"),
        (["--checkpoint", "k", "--change", "huge"], "'huge' is not one of 'auto', 'major'"),
    ],
)
def test_wrong_usage_of_register_is_exit_2(
    frontier: "Frontier", records: "Records", arguments: list[str], problem: str
) -> None:
    assert problem in frontier.misused("register", "tiny", *arguments)


def test_a_missing_file_is_wrong_usage_that_names_it(
    frontier: "Frontier", records: "Records", tmp_path: Path
) -> None:
    line = frontier.misused("register", "tiny", "--file", "a=missing.bin")
    assert line == f"Error: Invalid value for --file: '{tmp_path}/missing.bin' is not a file"


@pytest.mark.parametrize("name", ["model.pkl", "model.bin"])
def test_a_pickle_from_outside_is_refused_before_anything_is_recorded(
    frontier: "Frontier", project: "Records", tmp_path: Path, name: str
) -> None:
    path, marker = tmp_path / name, tmp_path / "it-ran"
    path.write_bytes(pickle.dumps(Payload(marker)))
    before = frontier.json("models")["models"]
    said = frontier.refused("register", "tiny", "--file", f"{name}={path}")
    assert said.startswith(f"File '{name}' is refused: ")
    assert "write `allow_pickle: true` in the YAML of 'tiny'" in said
    assert not marker.exists()
    assert frontier.json("models")["models"] == before
