import json
from typing import TYPE_CHECKING

import dagster as dg
import pytest

from frontier_assets_tests.integrations.test_registry_folder import entry, write

if TYPE_CHECKING:
    from pathlib import Path

    from frontier_assets_tests.cli.conftest import Frontier, Records


@pytest.mark.feature("DB-4")
def test_a_registry_is_imported_and_exported(
    frontier: "Frontier", records: "Records", tmp_path: "Path"
) -> None:
    write(tmp_path / "models", {"Tiny Net": [entry("Tiny Net")]})
    text = frontier.text("import", "registry-json", "models/registry.json")
    assert text.splitlines() == [
        "there       here            outcome",
        "Tiny Net 1  tiny_net@1.0.0  imported",
    ]
    (item,) = frontier.json("import", "registry-json", "models/registry.json")
    assert (item["ref"], item["outcome"], item["notes"]) == ("tiny_net@1.0.0", "unchanged", [])
    frontier.text("export", "registry-json", "out/registry.json")
    assert json.loads((tmp_path / "out" / "registry.json").read_text()) == {
        "Tiny Net": [entry("Tiny Net")]
    }


def test_a_folder_is_imported_under_other_names(
    frontier: "Frontier", records: "Records", tmp_path: "Path"
) -> None:
    (tmp_path / "models" / "A-b").mkdir(parents=True)
    (tmp_path / "models" / "A-b" / "1.bin").write_bytes(b"one")
    (item,) = frontier.json("import", "directory", "models", "--rename", "A-b=other")
    assert item["ref"] == "other@1.0.0"
    line = frontier.refused("import", "directory", "models", "--rename", "c=d")
    assert line == "Renamed model 'c' is not valid: there are A-b"


def test_in_a_project_what_is_imported_becomes_a_partition(
    frontier: "Frontier", project: "Records", tmp_path: "Path"
) -> None:
    for name in ("tiny", "unknown"):
        (tmp_path / "models" / name).mkdir(parents=True)
        (tmp_path / "models" / name / "1.bin").write_bytes(b"one")
    frontier.text("import", "directory", "models")
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        assert instance.get_dynamic_partitions("tiny__versions") == ["1.0.0"]
        assert instance.get_dynamic_partitions("unknown__versions") == []


def test_a_server_that_is_not_there_is_one_line(frontier: "Frontier", records: "Records") -> None:
    line = frontier.refused("import", "mlflow", "http://127.0.0.1:9")
    assert line.startswith("Server http://127.0.0.1:9 cannot be read: ")
    assert "MLflow server ''" in frontier.refused("import", "mlflow", "")
