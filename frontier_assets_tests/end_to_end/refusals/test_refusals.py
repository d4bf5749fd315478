"""Every row of `refusals.yaml`: one clear line, no traceback, and nothing changed."""

import shlex
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from frontier_assets_tests.end_to_end.forked import forked_frontier
from frontier_assets_tests.end_to_end.refusals.sample import (
    environment_of,
    frontier,
    prepare,
    state_of,
)

TABLE: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("refusals.yaml").read_text("utf-8")
)
AREAS = {"YAML", "names", "settings", "entrypoints", "data", "partitions", "refs"}


@pytest.fixture(scope="session")
def garden(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("garden")
    prepare(root)
    return root


@pytest.mark.parametrize("row", TABLE, ids=[f"{row['area']}: {row['wrong']}" for row in TABLE])
def test_it_is_refused_in_these_words_and_nothing_changes(
    garden: Path, tmp_path: Path, row: dict[str, Any]
) -> None:
    root = tmp_path / "project"
    shutil.copytree(garden, root)
    spoil(root, row)
    before = state_of(root)
    environment = environment_of(root, **row.get("setting", {}))
    result = forked_frontier(root, environment, *shlex.split(row["command"]))
    printed = (result.stdout + result.stderr).replace(str(root), "{root}")
    assert result.returncode == row.get("exit", 1), printed
    assert row["refused"] in printed.splitlines()
    assert "Traceback" not in printed
    assert state_of(root) == before
    assert not (root / "ran").exists()


def spoil(root: Path, row: dict[str, Any]) -> None:
    if "file" in row:
        path = root / row["file"]
        text = path.read_text("utf-8")
        assert row["replace"] in text
        path.write_text(text.replace(row["replace"], row["by"]), "utf-8")


def test_the_project_is_in_order_before_anything_is_spoilt(garden: Path) -> None:
    result = frontier(garden, "check")
    assert result.returncode == 0, result.stdout
    assert result.stdout.splitlines()[-1].endswith("0 warnings, 0 failed.")


def test_every_area_has_its_share_of_the_table() -> None:
    counts = Counter(row["area"] for row in TABLE)
    assert len(TABLE) >= 40
    assert {area for area in AREAS if counts[area] < 4} == set()


def test_no_two_rows_are_wrong_in_the_same_way() -> None:
    assert len({(row["area"], row["wrong"]) for row in TABLE}) == len(TABLE)
