import pytest
from sqlalchemy.exc import DatabaseError

from frontier_assets.errors import AuditChainError, ModelNotFoundError
from frontier_assets.registry import Registry
from frontier_assets.registry.chain import FIRST_HASH, entry_hash
from frontier_assets_tests.registry.attacker import COLUMNS, Attacker, rebuilt
from frontier_assets_tests.registry.conftest import Samples

# What an entry of another column could say; its place and its hashes have tests of their own.
EDITS = {
    "model": "'other'",
    "sequence": "sequence + 100",
    "action": "'artifact_stored'",
    "version": "'9.9.9'",
    "actor": "'eve'",
    "reason": "reason || '.'",
    "run_id": "'other'",
    "before": '\'{"stage":"archived"}\'',
    "after": "\"after\" || ' '",
    "at": "replace(at, '20', '19')",
    "previous_hash": f"'{FIRST_HASH}'",
    "hash": "replace(hash, substr(hash, 1, 1), 'x')",
}
MOVED = "the entry is missing; the next is 6 of 'm'"
CHANGED = "the entry was changed after it was written"


@pytest.fixture
def trail(registry: Registry, samples: Samples) -> int:
    """A trail of several entries; its length."""
    samples.release(registry, 3)
    return registry.audit.heads()["m"]


@pytest.fixture
def attacker(registry: Registry, trail: int) -> Attacker:
    return Attacker.on(registry)


def broken(registry: Registry, model: str | None = None) -> tuple[int, str]:
    """Return where the first break is, and what it is."""
    with pytest.raises(AuditChainError) as caught:
        registry.audit.verify(model)
    return caught.value.sequence, caught.value.problem


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
    "statement",
    ["UPDATE audit SET actor = 'eve' WHERE sequence = 5", "DELETE FROM audit WHERE sequence > 5"],
)
def test_the_database_itself_refuses_to_change_the_trail(
    registry: Registry, trail: int, statement: str
) -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        registry._database.engine.begin() as connection,
    ):
        connection.exec_driver_sql(statement)
    assert registry.audit.verify() == trail


@pytest.mark.feature("SEC-4")
def test_an_edit_of_any_column_is_located(registry: Registry, attacker: Attacker) -> None:
    intact = attacker.trail()
    for column in COLUMNS:
        attacker.run(f'UPDATE audit SET "{column}" = {EDITS[column]} WHERE sequence = 5')
        assert broken(registry) == (5, MOVED if column in {"model", "sequence"} else CHANGED)
        attacker.replace_trail(intact)
        attacker.run("DELETE FROM audit WHERE model = 'other'")


def test_an_edit_with_a_fitting_hash_is_located_by_what_follows(
    registry: Registry, attacker: Attacker
) -> None:
    intact = attacker.trail()
    for column in {*COLUMNS} - {"model", "sequence", "previous_hash", "hash"}:
        attacker.run(f'UPDATE audit SET "{column}" = {EDITS[column]} WHERE sequence = 5')
        edited = entry_hash(attacker.trail()[4])
        attacker.run(f"UPDATE audit SET hash = '{edited}' WHERE sequence = 5")
        assert broken(registry) == (6, "the entry does not follow the one before it")
        attacker.replace_trail(intact)


def test_a_deleted_entry_is_located(registry: Registry, attacker: Attacker) -> None:
    for sequence in (6, 3, 1):
        attacker.run(f"DELETE FROM audit WHERE sequence = {sequence}")
        found = f"the entry is missing; the next is {sequence + 1} of 'm'"
        assert broken(registry) == (sequence, found)


def test_a_deleted_entry_is_located_when_the_rest_moved_up(
    registry: Registry, attacker: Attacker
) -> None:
    entries = attacker.trail()
    del entries[4]
    moved = [entry | {"sequence": place} for place, entry in enumerate(entries, start=1)]
    attacker.replace_trail(moved)
    assert broken(registry) == (5, CHANGED)


def test_a_truncated_trail_is_located(registry: Registry, attacker: Attacker, trail: int) -> None:
    attacker.run(f"DELETE FROM audit WHERE sequence > {trail - 2}")
    sequence, problem = broken(registry)
    assert sequence == trail - 1
    assert problem.startswith(f"the entry is missing; the model has {trail} changes")


def test_a_trail_that_is_gone_is_located(
    registry: Registry, attacker: Attacker, trail: int
) -> None:
    attacker.run("DELETE FROM audit")
    sequence, problem = broken(registry)
    assert sequence == 1
    assert f"{trail} changes" in problem


def test_an_appended_entry_is_located_even_with_a_fitting_hash(
    registry: Registry, attacker: Attacker, trail: int
) -> None:
    entries = attacker.trail()
    attacker.replace_trail(rebuilt([*entries, entries[-1] | {"actor": "eve"}]))
    attacker.run(f"UPDATE models SET change_sequence = {trail}")
    assert broken(registry) == (trail + 1, f"the entry was added; the model has {trail} changes")


def test_an_inserted_entry_is_located(registry: Registry, attacker: Attacker) -> None:
    entries = attacker.trail()
    entries.insert(3, entries[2] | {"actor": "eve"})
    inserted = [entry | {"sequence": place} for place, entry in enumerate(entries, start=1)]
    attacker.replace_trail(inserted)
    assert broken(registry) == (4, CHANGED)


def test_swapped_entries_are_located(registry: Registry, attacker: Attacker) -> None:
    entries = attacker.trail()
    entries[3], entries[4] = entries[4] | {"sequence": 4}, entries[3] | {"sequence": 5}
    attacker.replace_trail(entries)
    assert broken(registry) == (4, CHANGED)


def test_swapped_entries_are_located_when_their_hashes_fit(
    registry: Registry, attacker: Attacker
) -> None:
    entries = attacker.trail()
    swapped = [*entries[:3], entries[4], entries[3]]
    attacker.replace_trail([*rebuilt(swapped), *entries[5:]])
    assert broken(registry) == (6, "the entry does not follow the one before it")


def test_an_entry_moved_to_another_model_is_located(
    registry: Registry, attacker: Attacker, trail: int
) -> None:
    registry.models.ensure("other", actor="ann")
    attacker.run(f"UPDATE audit SET model = 'other', sequence = 2 WHERE sequence = {trail}")
    assert broken(registry, "other")[0] == 2
    assert broken(registry, "m")[0] == trail


def test_a_trail_without_its_model_is_found(registry: Registry, attacker: Attacker) -> None:
    attacker.run("UPDATE models SET name = 'other'")
    assert broken(registry) == (1, "the trail has entries and the registry no such model")


def test_nothing_is_appended_to_a_trail_without_its_last_entry(
    registry: Registry, samples: Samples, attacker: Attacker, trail: int
) -> None:
    attacker.run(f"DELETE FROM audit WHERE sequence = {trail}")
    with pytest.raises(AuditChainError, match="missing"):
        samples.register(registry)
    assert len(registry.versions.list("m")) == 3
