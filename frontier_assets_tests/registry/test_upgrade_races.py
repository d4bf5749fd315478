"""Upgrades that are killed, held up, or not the only one."""

import contextlib
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from frontier_assets.errors import RegistryUnavailableError
from frontier_assets.registry import Registry, connection, schema
from frontier_assets_tests.postgres_server import Postgres

CREATE = """
import sys
from frontier_assets.registry import Registry
sys.stdin.readline()
with Registry.open(sys.argv[1]) as registry:
    registry.models.ensure("m", actor=sys.argv[2])
"""


UPGRADE = """
import sys
from frontier_assets.registry import Registry
sys.stdin.readline()
Registry.upgrade(sys.argv[1])
"""
# An upgrade that says when it has changed something, and never comes to its end.
HALF = """
import sys, time
import alembic.op
from frontier_assets.registry import Registry
create_table = alembic.op.create_table
def create_and_wait(*arguments, **options):
    create_table(*arguments, **options)
    print("half", flush=True)
    time.sleep(600)
alembic.op.create_table = create_and_wait
Registry.upgrade(sys.argv[1])
"""


def test_four_processes_that_start_at_once_create_one_registry(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/some/folder/registry.db"
    processes = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", CREATE, url, f"p{index}"],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for index in range(4)
    ]
    errors = [process.communicate("go\n", timeout=120)[1] for process in processes]
    assert errors == ["", "", "", ""]
    assert [process.returncode for process in processes] == [0, 0, 0, 0]
    with Registry.open(url) as registry:
        assert registry.audit.verify() == 1


def test_an_upgrade_that_is_killed_half_way_leaves_what_was_there(empty_url: str) -> None:
    command = [sys.executable, "-W", "error", "-c", HALF, empty_url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "half\n"
        process.kill()
    assert Registry.current(empty_url) == (None, schema.HEAD)
    assert Registry.upgrade(empty_url) == (None, schema.HEAD)


def test_upgrades_of_a_server_at_once_end_as_one(postgres: Postgres) -> None:
    with postgres.database() as name:
        command = [sys.executable, "-W", "error", "-c", UPGRADE, postgres.url(name)]
        processes = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            for _ in range(3)
        ]
        errors = [process.communicate("go\n", timeout=120)[1] for process in processes]
        assert errors == ["", "", ""]
        assert Registry.current(postgres.url(name)) == (schema.HEAD, schema.HEAD)


def test_a_file_that_somebody_holds_is_not_upgraded_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "BUSY_TIMEOUT_S", 0.1)
    path, url = tmp_path / "registry.db", f"sqlite:///{tmp_path}/registry.db"
    with contextlib.closing(sqlite3.connect(path)) as holder:
        holder.executescript("CREATE TABLE one (id); DROP TABLE one; BEGIN EXCLUSIVE;")
        with pytest.raises(RegistryUnavailableError, match=r"database is locked; .*try again"):
            Registry.upgrade(url)
    assert Registry.upgrade(url) == (None, schema.HEAD)
