from datetime import UTC, datetime

import pytest

from frontier_assets.errors import (
    ArtifactNotFoundError,
    BlobsCollectedError,
    InvalidValueError,
    VersionNotFoundError,
)
from frontier_assets.registry import Registry
from frontier_assets.registry.attachments import Attachment
from frontier_assets.registry.claims import Stored
from frontier_assets.types import AttachmentKind
from frontier_assets_tests.registry.conftest import Samples
from frontier_assets_tests.stored import stored

PLOT, LOG = AttachmentKind.PLOT, AttachmentKind.LOG


@pytest.fixture(autouse=True)
def version(registry: Registry, samples: Samples) -> None:
    samples.register(registry)


def add(registry: Registry, kind: AttachmentKind = PLOT, **files: Stored) -> list[Attachment]:
    return registry.attachments.add("m", "1.0.0", kind=kind, stored=files, actor="ann")


def test_files_are_listed_by_name_and_stand_in_the_trail(registry: Registry) -> None:
    add(registry, roc=stored("b" * 64), loss=stored("c" * 64))
    listed = registry.attachments.list("m", "1.0.0")
    assert [(item.name, item.kind, item.digest[0]) for item in listed] == [
        ("loss", PLOT, "c"),
        ("roc", PLOT, "b"),
    ]
    assert registry.attachments.get("m", "1.0.0", "roc") == listed[1]
    assert [entry.after["name"] for entry in registry.audit.entries("m")[-2:]] == ["roc", "loss"]
    assert registry.audit.entries("m")[-1].action == "file_attached"


def test_the_same_file_again_is_no_change(registry: Registry) -> None:
    first = add(registry, roc=stored("b" * 64))
    heads = registry.audit.heads()
    assert add(registry, roc=stored("b" * 64)) == first
    assert registry.audit.heads() == heads


@pytest.mark.parametrize(("digest", "kind"), [("c", PLOT), ("b", LOG)])
def test_a_taken_name_is_refused_and_nothing_of_the_call_is_kept(
    registry: Registry, digest: str, kind: AttachmentKind
) -> None:
    first = add(registry, roc=stored("b" * 64))
    with pytest.raises(InvalidValueError, match=r"m@1\.0\.0 has another file of this name"):
        add(registry, kind, new=stored("d" * 64), roc=stored(digest * 64))
    assert registry.attachments.list("m", "1.0.0") == first


@pytest.mark.parametrize("name", ["plots/roc.png", "..\\roc.png", "..", ".hidden", "", "a b"])
def test_a_name_that_is_no_plain_file_name_is_refused(registry: Registry, name: str) -> None:
    with pytest.raises(InvalidValueError, match="Attachment name"):
        add(registry, PLOT, **{name: stored()})


def test_what_is_not_there_is_named(registry: Registry) -> None:
    with pytest.raises(
        ArtifactNotFoundError, match=r"'roc' not found in m@1\.0\.0; `frontier show"
    ):
        registry.attachments.get("m", "1.0.0", "roc")
    with pytest.raises(VersionNotFoundError):
        registry.attachments.list("m", "9.9.9")


def test_a_file_whose_bytes_are_doomed_is_not_recorded(registry: Registry) -> None:
    blob = stored().blobs[0]
    with registry.collection.exclusive("default", mark=0) as held:
        held.condemn({blob: 1}, at=datetime.now(UTC))
        held.doom([blob])
    with pytest.raises(BlobsCollectedError):
        add(registry, roc=stored())
    assert registry.attachments.list("m", "1.0.0") == []
