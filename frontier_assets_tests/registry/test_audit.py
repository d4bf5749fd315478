import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from frontier_assets.errors import AuditChainError, ModelNotFoundError
from frontier_assets.registry import Registry
from frontier_assets.registry.ledger import FIRST_HASH, entry_hash
from frontier_assets_tests.registry.conftest import Samples

Tamper = Callable[[str], None]
COLUMNS = (
    "model, sequence, action, version, actor, reason, run_id, "
    '"before", "after", at, previous_hash, hash'
)


@pytest.fixture
def trail(registry: Registry, samples: Samples) -> int:
    """A trail of several entries; its length."""
    samples.release(registry, 3)
    return registry.audit.heads()["m"]


@pytest.fixture
def tamper(path: Path) -> Tamper:
    def run(statements: str) -> None:
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(statements)

    return run


def test_every_change_is_one_entry_that_follows_the_one_before(
    registry: Registry, trail: int
) -> None:
    entries = registry.audit.entries("m")
    assert [entry.sequence for entry in entries] == list(range(1, trail + 1))
    assert entries[0].previous_hash == FIRST_HASH
    assert [entry.previous_hash for entry in entries[1:]] == [e.hash for e in entries[:-1]]
    assert all(entry.at.utcoffset() is not None for entry in entries)
    assert registry.audit.verify() == registry.audit.verify("m") == trail


def test_entries_are_read_from_a_cursor_on(registry: Registry, trail: int) -> None:
    read = [entry.sequence for entry in registry.audit.entries("m", after=3, limit=2)]
    assert read == [4, 5]
    assert registry.audit.entries("m", after=trail) == []


def test_heads_has_every_model(registry: Registry, trail: int) -> None:
    registry.models.ensure("other", actor="ann")
    assert registry.audit.heads() == {"m": trail, "other": 1}
    assert registry.audit.verify() == trail + 1


def test_an_unknown_model_is_named(registry: Registry) -> None:
    with pytest.raises(ModelNotFoundError):
        registry.audit.entries("x")
    with pytest.raises(ModelNotFoundError):
        registry.audit.verify("x")


@pytest.mark.parametrize(
    "edit",
    [
        "actor = 'eve'",
        "reason = reason || '.'",
        "version = '9.9.9'",
        "run_id = 'other'",
        "action = 'artifact_stored'",
        '"before" = \'{"stage":"archived"}\'',
        '"after" = "after" || \' \'',
        "at = replace(at, '20', '19')",
        "at = replace(at, '+00:00', 'Z')",
        "hash = replace(hash, substr(hash, 1, 1), 'x')",
        f"previous_hash = '{FIRST_HASH}'",
    ],
)
def test_an_edited_entry_is_located(
    registry: Registry, trail: int, tamper: Tamper, edit: str
) -> None:
    tamper(f"UPDATE audit SET {edit} WHERE model = 'm' AND sequence = 5")
    with pytest.raises(AuditChainError, match="changed after it was written") as caught:
        registry.audit.verify()
    assert (caught.value.model, caught.value.sequence) == ("m", 5)


def test_an_edit_with_a_fitting_hash_is_located_by_what_follows(
    registry: Registry, trail: int, tamper: Tamper, path: Path
) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        query = "SELECT * FROM audit WHERE sequence = 5"
        row = dict(connection.execute(query).fetchone()) | {"actor": "eve"}
    tamper(f"UPDATE audit SET actor = 'eve', hash = '{entry_hash(row)}' WHERE sequence = 5")
    with pytest.raises(AuditChainError, match="does not follow") as caught:
        registry.audit.verify("m")
    assert caught.value.sequence == 6


@pytest.mark.parametrize("sequence", [1, 2, 6])
def test_a_deleted_entry_is_located(
    registry: Registry, trail: int, tamper: Tamper, sequence: int
) -> None:
    tamper(f"DELETE FROM audit WHERE sequence = {sequence}")
    with pytest.raises(AuditChainError, match="missing") as caught:
        registry.audit.verify()
    assert caught.value.sequence == sequence


def test_a_truncated_trail_is_located(registry: Registry, trail: int, tamper: Tamper) -> None:
    tamper(f"DELETE FROM audit WHERE sequence > {trail - 2}")
    with pytest.raises(AuditChainError, match="missing") as caught:
        registry.audit.verify()
    assert caught.value.sequence == trail - 1


def test_a_trail_that_is_gone_is_located(registry: Registry, trail: int, tamper: Tamper) -> None:
    tamper("DELETE FROM audit")
    with pytest.raises(AuditChainError, match=f"entry 1: .*missing.* {trail} changes"):
        registry.audit.verify()


def test_an_appended_entry_is_located_even_with_a_fitting_hash(
    registry: Registry, trail: int, tamper: Tamper
) -> None:
    last = registry.audit.entries("m")[-1]
    row = {
        "model": "m",
        "sequence": trail + 1,
        "action": "stage_moved",
        "version": None,
        "actor": "eve",
        "reason": "",
        "run_id": None,
        "before": "{}",
        "after": "{}",
        "at": datetime.now(UTC).isoformat(),
        "previous_hash": last.hash,
    }
    values = (*row.values(), entry_hash(row))
    shown = ", ".join("NULL" if value is None else json.dumps(value) for value in values)
    tamper(f"INSERT INTO audit ({COLUMNS}) VALUES ({shown.replace(chr(34), chr(39))})")
    with pytest.raises(AuditChainError, match="added") as caught:
        registry.audit.verify()
    assert caught.value.sequence == trail + 1


def test_an_inserted_entry_is_located(registry: Registry, trail: int, tamper: Tamper) -> None:
    copied = COLUMNS.replace("sequence", "4")
    tamper(
        "UPDATE audit SET sequence = -(sequence + 1) WHERE sequence >= 4;"
        "UPDATE audit SET sequence = -sequence WHERE sequence < 0;"
        f"INSERT INTO audit ({COLUMNS}) SELECT {copied} FROM audit WHERE sequence = 3;"
        f"UPDATE models SET change_sequence = {trail + 1};"
    )
    with pytest.raises(AuditChainError) as caught:
        registry.audit.verify()
    assert caught.value.sequence == 4


def test_reordered_entries_are_located(registry: Registry, trail: int, tamper: Tamper) -> None:
    tamper(
        "UPDATE audit SET sequence = -1 WHERE sequence = 4;"
        "UPDATE audit SET sequence = 4 WHERE sequence = 5;"
        "UPDATE audit SET sequence = 5 WHERE sequence = -1;"
    )
    with pytest.raises(AuditChainError) as caught:
        registry.audit.verify()
    assert caught.value.sequence == 4


def test_an_entry_moved_to_another_model_is_located(
    registry: Registry, trail: int, tamper: Tamper
) -> None:
    registry.models.ensure("other", actor="ann")
    tamper(f"UPDATE audit SET model = 'other', sequence = 2 WHERE sequence = {trail}")
    with pytest.raises(AuditChainError) as caught:
        registry.audit.verify("other")
    assert caught.value.sequence == 2
    with pytest.raises(AuditChainError) as caught:
        registry.audit.verify("m")
    assert caught.value.sequence == trail


def test_a_trail_without_its_model_is_found(registry: Registry, trail: int, tamper: Tamper) -> None:
    tamper("PRAGMA foreign_keys=OFF; DELETE FROM models")
    with pytest.raises(AuditChainError, match="no such model"):
        registry.audit.verify()


def test_nothing_is_appended_to_a_trail_without_its_last_entry(
    registry: Registry, samples: Samples, trail: int, tamper: Tamper
) -> None:
    tamper(f"DELETE FROM audit WHERE sequence = {trail}")
    with pytest.raises(AuditChainError, match="missing"):
        samples.register(registry)
    assert len(registry.versions.list("m")) == 3
