from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from frontier_assets.errors import BlobsCollectedError, InvalidValueError, VersionNotFoundError
from frontier_assets.registry import Registry
from frontier_assets.registry.claims import Stored
from frontier_assets.registry.ledger import AuditAction
from frontier_assets.registry.tables import attachments, deletions
from frontier_assets.types import Digest, Outcome
from frontier_assets_tests.registry.conftest import Samples
from frontier_assets_tests.stored import stored

A, B, C, D = (Digest(letter * 64) for letter in "abcd")


def copy_of(digest: Digest) -> Stored:
    return stored(digest, store="backup")


def add_artifact(registry: Registry, name: str, digest: Digest, outcome: Outcome) -> None:
    record = registry.artifacts.add(
        "m", "1.0.0", name=name, stored=stored(digest), members=[], details={}, actor="ann"
    )
    registry.artifacts.prove(record.id, outcome=outcome, detail="", measures={}, actor="ann")


def test_a_version_consists_of_itself_its_verified_conversions_and_its_attachments(
    registry: Registry, samples: Samples
) -> None:
    version = samples.register(registry, digest=A)
    add_artifact(registry, "onnx", B, Outcome.PASSED)
    add_artifact(registry, "onnx_int8", C, Outcome.FAILED)
    row = {"version_id": version.id, "name": "roc.png", "kind": "plot", "digest": D}
    row |= {"store": "default", "size_bytes": 3, "stored_bytes": 3}
    with registry._database.write() as connection:
        facts = {"created_at": datetime.now(UTC), "created_by": "ann"}
        connection.execute(sa.insert(attachments).values(row | facts))
    parts = registry.copies.parts("m", "1.0.0")
    assert [(part.name, part.digest) for part in parts] == [("", A), ("onnx", B), ("roc.png", D)]


def test_a_copied_version_is_recorded_once_with_an_audit_entry(
    registry: Registry, samples: Samples
) -> None:
    samples.register(registry, digest=A)
    for _ in range(2):
        registry.copies.add_version("m", "1.0.0", [copy_of(A), copy_of(B)], actor="ann")
    assert registry.collection.reachable("backup") == {A}
    entries = [
        entry for entry in registry.audit.entries("m") if entry.action is AuditAction.VERSION_COPIED
    ]
    (entry,) = entries
    assert (entry.version, entry.actor) == ("1.0.0", "ann")
    assert entry.after == {"store": "backup", "digests": [A, B]}
    registry.audit.verify()


def test_a_version_that_is_not_there_is_not_copied(registry: Registry, samples: Samples) -> None:
    samples.register(registry, digest=A)
    with pytest.raises(VersionNotFoundError):
        registry.copies.add_version("m", "9.9.9", [copy_of(A)], actor="ann")
    with pytest.raises(VersionNotFoundError):
        registry.copies.parts("m", "9.9.9")
    assert registry.collection.stores() == {"default"}


def test_a_copy_is_new_once(registry: Registry) -> None:
    assert registry.copies.add(copy_of(A), actor="ann")
    assert not registry.copies.add(copy_of(A), actor="ann")
    assert registry.copies.add(stored(A, store="other"), actor="ann")
    with pytest.raises(InvalidValueError, match="Actor"):
        registry.copies.add(copy_of(B), actor=" ")


def test_a_copy_whose_bytes_were_collected_meanwhile_is_refused(
    registry: Registry, samples: Samples
) -> None:
    samples.register(registry, digest=A)
    copy = copy_of(A)
    gone = {"store": "backup", "blob": copy.blobs[0], "size_bytes": 1}
    with registry._database.write() as connection:
        connection.execute(sa.insert(deletions).values(gone | {"deleted_at": datetime.now(UTC)}))
    with pytest.raises(BlobsCollectedError):
        registry.copies.add(copy, actor="ann")
    with pytest.raises(BlobsCollectedError):
        registry.copies.add_version("m", "1.0.0", [copy], actor="ann")
    with pytest.raises(BlobsCollectedError):
        registry.copies.hold(copy)
    assert registry.collection.stores() == {"default"}
