from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from frontier_assets.registry.schema import HEAD
from frontier_assets.workspace import Workspace
from frontier_assets_tests.cli.conftest import Records
from frontier_assets_tests.registry.saved_databases import restore, restore_on_a_server

if TYPE_CHECKING:
    from frontier_assets_tests.cli.conftest import Frontier


def test_a_current_database_needs_no_upgrade(frontier: "Frontier", records: "Records") -> None:
    assert frontier.json("db", "current") == {"current": HEAD, "needed": HEAD, "up_to_date": True}
    assert frontier.json("db", "upgrade") == {"before": HEAD, "after": HEAD, "changed": False}


@pytest.fixture
def old_url(dialect: str, empty_url: str, tmp_path: Path) -> str:
    """A database of the first release."""
    if dialect == "sqlite":
        return restore("0001", tmp_path / "old.db")
    restore_on_a_server("0001", empty_url, tmp_path / "old.db")
    return empty_url


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], None]:
    """Let settings alone name the registry."""

    def use(url: str) -> None:
        monkeypatch.setenv("FRONTIER_REGISTRY_URL", url)
        monkeypatch.setenv("FRONTIER_STORES", f"default=file:{tmp_path}/store")
        monkeypatch.chdir(tmp_path)

    return use


@pytest.mark.feature("DB-21")
def test_upgrade_creates_what_is_missing(
    frontier: "Frontier", use: Callable[[str], None], empty_url: str
) -> None:
    use(empty_url)
    assert frontier.text("db", "current") == (
        f"The registry has schema none, this release needs {HEAD}; run `frontier db upgrade`.\n"
    )
    assert frontier.json("db", "current") == {
        "current": None,
        "needed": HEAD,
        "up_to_date": False,
    }
    assert frontier.text("db", "upgrade") == f"The registry went from schema none to {HEAD}.\n"
    assert frontier.json("models")["models"] == []


def test_asking_for_the_schema_creates_no_file(
    frontier: "Frontier", use: Callable[[str], None], tmp_path: Path
) -> None:
    use(f"sqlite:///{tmp_path}/new.db")
    frontier.text("db", "current")
    assert not (tmp_path / "new.db").exists()


@pytest.mark.feature("DB-21")
def test_an_older_database_is_refused_until_it_is_upgraded(
    frontier: "Frontier", use: Callable[[str], None], old_url: str
) -> None:
    use(old_url)
    assert frontier.refused("models").endswith(
        f": its schema 0001 is older than this release's {HEAD}; run `frontier db upgrade`"
    )
    assert frontier.json("db", "upgrade") == {"before": "0001", "after": HEAD, "changed": True}
    (model,) = frontier.json("models")["models"]
    assert (model["latest"], model["production"]) == ("1.0.2", "1.0.2")
    shown = frontier.json("show", "digits_classifier@production")
    assert shown["policy_digest"] == shown["version"]["policy_digest"]


@pytest.mark.feature("DB-3", "DB-25")
def test_the_life_of_a_model_reads_the_same_on_every_database(
    frontier: "Frontier", use: Callable[[str], None], registry_url: str, tmp_path: Path
) -> None:
    use(registry_url)
    with Workspace.open() as workspace:
        records = Records(workspace, tmp_path)
        records.released("a")
        records.released("b")
    assert frontier.text("rollback", "tiny", "--reason", "slow").startswith("tiny@1.0.0")
    # Every command opens the registry anew: what serves is read from it, never remembered.
    (model,) = frontier.json("models")["models"]
    assert (model["latest"], model["production"]) == ("1.0.1", "1.0.0")
    stages = {
        item["number"]: item["stage"] for item in frontier.json("versions", "tiny")["versions"]
    }
    assert stages == {"1.0.0": "production", "1.0.1": "archived"}
    assert len(frontier.json("history", "tiny")["moves"]) == 7
    assert frontier.json("audit", "verify")


def test_a_url_that_is_none_is_one_line(
    frontier: "Frontier", records: "Records", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRONTIER_REGISTRY_URL", "mysql://root:secret@host/db")
    line = frontier.refused("db", "upgrade")
    assert line.startswith("FRONTIER_REGISTRY_URL: 'mysql' is not supported")
    assert "secret" not in line
