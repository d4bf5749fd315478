from datetime import UTC, datetime

import sqlalchemy as sa

from frontier_assets.registry import Registry
from frontier_assets.registry.references import Reference
from frontier_assets.registry.tables import attachments, copies
from frontier_assets.types import Digest
from frontier_assets_tests.registry.conftest import Samples
from frontier_assets_tests.stored import stored

A, B, C, D = (Digest(letter * 64) for letter in "abcd")
NOW = datetime.now(UTC)


def checkpoint(registry: Registry, digest: Digest, store: str = "default") -> None:
    registry.checkpoints.add(
        "m",
        run="r",
        step=7,
        epoch=None,
        stored=stored(digest, store=store),
        metrics={},
        parameters={},
        data_digests={},
        actor="ann",
    )


def copy(registry: Registry, digest: Digest, store: str) -> None:
    facts = {"size_bytes": 1, "stored_bytes": 1, "created_at": NOW, "created_by": "ann"}
    with registry._database.write() as connection:
        connection.execute(sa.insert(copies).values(digest=digest, store=store, **facts))


def test_everything_that_keeps_bytes_is_a_reference(registry: Registry, samples: Samples) -> None:
    checkpoint(registry, A)
    samples.register(registry, digest=B)
    registry.artifacts.add(
        "m", "1.0.0", name="onnx", stored=stored(C), members=[], details={}, actor="ann"
    )
    with registry._database.write() as connection:
        facts = {"kind": "plot", "size_bytes": 3, "stored_bytes": 3, "created_by": "ann"}
        connection.execute(
            sa.insert(attachments).values(
                version_id=1, name="roc.png", digest=D, store="default", created_at=NOW, **facts
            )
        )
    assert registry.collection.references("default") == [
        Reference(A, "m", "m checkpoint r-step-7", 10),
        Reference(B, "m", "m@1.0.0", 10),
        Reference(C, "m", "m@1.0.0 onnx", 10),
        Reference(D, "m", "m@1.0.0 roc.png", 3),
    ]
    assert registry.collection.reachable("default") == {A, B, C, D}
    assert registry.collection.reachable("other") == set()


def test_a_replaced_checkpoint_is_no_reference(registry: Registry) -> None:
    checkpoint(registry, A)
    checkpoint(registry, B)
    assert registry.collection.reachable("default") == {B}


def test_a_copy_counts_as_long_as_something_refers_to_its_artifact(registry: Registry) -> None:
    checkpoint(registry, A)
    copy(registry, A, "second")
    copy(registry, B, "second")
    assert registry.collection.reachable("second") == {A}
    assert registry.collection.stores() == {"default", "second"}
