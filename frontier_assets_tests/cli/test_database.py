from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from frontier_assets.registry.schema import HEAD
from frontier_assets_tests.registry.saved_databases import restore

if TYPE_CHECKING:
    from frontier_assets_tests.cli.conftest import Frontier, Records


def test_a_current_database_needs_no_upgrade(frontier: "Frontier", records: "Records") -> None:
    assert frontier.json("db", "current") == {"current": HEAD, "needed": HEAD, "up_to_date": True}
    assert frontier.json("db", "upgrade") == {"before": HEAD, "after": HEAD, "changed": False}


def test_upgrade_creates_what_is_missing(
    frontier: "Frontier", monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FRONTIER_REGISTRY_URL", f"sqlite:///{tmp_path}/new.db")
    monkeypatch.setenv("FRONTIER_STORES", f"default=file:{tmp_path}/store")
    monkeypatch.chdir(tmp_path)
    assert frontier.text("db", "current") == (
        f"The registry has schema none, this release needs {HEAD}; run `frontier db upgrade`.\n"
    )
    assert not (tmp_path / "new.db").exists()
    assert frontier.text("db", "upgrade") == f"The registry went from schema none to {HEAD}.\n"
    assert frontier.json("models") == []


def test_an_older_database_is_refused_until_it_is_upgraded(
    frontier: "Frontier", monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    url = restore("0001", tmp_path / "old.db")
    monkeypatch.setenv("FRONTIER_REGISTRY_URL", url)
    monkeypatch.setenv("FRONTIER_STORES", f"default=file:{tmp_path}/store")
    monkeypatch.chdir(tmp_path)
    assert frontier.refused("models") == (
        f"Registry {url}: its schema 0001 is older than this release's {HEAD}; "
        "run `frontier db upgrade`"
    )
    assert frontier.text("db", "upgrade") == f"The registry went from schema 0001 to {HEAD}.\n"
    (model,) = frontier.json("models")
    assert (model["latest"], model["production"]) == ("1.0.2", "1.0.2")
    shown = frontier.json("show", "digits_classifier@production")
    assert shown["policy_digest"] == shown["version"]["policy_digest"]


def test_a_url_that_is_none_is_one_line(
    frontier: "Frontier", records: "Records", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRONTIER_REGISTRY_URL", "mysql://root:secret@host/db")
    line = frontier.refused("db", "upgrade")
    assert line.startswith("FRONTIER_REGISTRY_URL: 'mysql' is not supported")
    assert "secret" not in line
