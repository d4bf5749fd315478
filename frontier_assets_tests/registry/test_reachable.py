from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from frontier_assets.registry import Registry
from frontier_assets.registry.tables import attachments, copies
from frontier_assets_tests.registry.test_checkpoints import add
from frontier_assets_tests.stored import stored

if TYPE_CHECKING:
    from frontier_assets_tests.registry.conftest import Samples

C, V, A, F = ("c" * 64, "b" * 64, "a" * 64, "f" * 64)


def record_copy(registry: Registry, digest: str, store: str) -> None:
    row = {"digest": digest, "store": store, "size_bytes": 1, "stored_bytes": 1}
    row |= {"created_at": add(registry, 99, digest="9" * 64).created_at, "created_by": "ann"}
    with registry._database.write() as connection:
        connection.execute(sa.insert(copies).values(row))


def record_everything(registry: Registry, samples: "Samples") -> None:
    add(registry, 1, digest=C)
    version = samples.register(registry, digest=V)
    place: dict[str, Any] = {"store": "default", "size_bytes": 1, "stored_bytes": 1}
    registry.artifacts.add(
        "m", version.number, name="onnx", stored=stored(A), members=[], details={}, actor="ann"
    )
    row = {"version_id": version.id, "name": "card", "kind": "file", "digest": F, **place}
    row |= {"created_at": version.created_at, "created_by": "ann"}
    with registry._database.write() as connection:
        connection.execute(sa.insert(attachments).values(row))


def test_every_record_reaches_what_it_refers_to(registry: Registry, samples: "Samples") -> None:
    record_everything(registry, samples)
    assert registry.collection.reachable("default") == {C, V, A, F}
    assert registry.collection.reachable("other") == set()


def test_a_checkpoint_left_out_reaches_nothing_unless_another_refers_to_the_same(
    registry: Registry,
) -> None:
    first, twin = add(registry, 1, digest=C), add(registry, 2, digest=C)
    assert registry.collection.reachable("default", without=[first.id]) == {C}
    assert registry.collection.reachable("default", without=[first.id, twin.id]) == set()


def test_a_copy_is_reachable_while_its_original_is(registry: Registry) -> None:
    original = add(registry, 1, digest=C)
    record_copy(registry, C, "backup")
    record_copy(registry, F, "backup")
    assert registry.collection.reachable("backup") == {C}
    assert registry.collection.reachable("backup", without=[original.id]) == set()
