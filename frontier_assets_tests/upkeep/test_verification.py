from pathlib import Path

import pytest

from frontier_assets.errors import SettingsError
from frontier_assets.storage.cache_folder import CacheFolder
from frontier_assets.storage.cached import CachedBlobStore
from frontier_assets.workspace import Workspace
from frontier_assets_tests.storage.trees import damage, manifest, packs
from frontier_assets_tests.upkeep.kept import HOUR, Kept


def save(workspace: Workspace, step: int, value: float) -> str:
    state = {"model": {"w": [value] * 3}, "rate": value}
    return workspace.checkpoints.save("m", run="r", step=step, state=state).digest


@pytest.mark.feature("STO-27")
def test_a_flipped_byte_is_found_and_its_artifact_owners_and_pack_are_named(
    workspace: Workspace, tmp_path: Path
) -> None:
    source = tmp_path / "weights.bin"
    source.write_bytes(b"weights")
    version = workspace.versions.register("m", files={"weights.bin": source})
    workspace.versions.register("m", files={"weights.bin": source})
    save(workspace, 1, 1.5)
    (pack,) = (path for path in packs(tmp_path / "store") if b"weights" in path.read_bytes())
    assert workspace.store.verify().passed
    damage(pack, pack.read_bytes().index(b"weights"))
    found = workspace.store.verify()
    (damaged,) = found.damaged
    assert (found.passed, found.artifacts) == (False, 2)
    assert (damaged.store, damaged.digest) == ("default", version.digest)
    assert damaged.owners == ("m@1.0.0", "m@1.0.1")
    assert f"packs/{pack.parent.name}/{pack.name}, entry 'weights.bin'" in damaged.problem


def test_a_damaged_and_a_missing_manifest_are_both_named(
    workspace: Workspace, tmp_path: Path
) -> None:
    first, second = save(workspace, 1, 1.5), save(workspace, 2, 2.5)
    damage(manifest(tmp_path / "store", first), 3)  # type: ignore[arg-type]
    manifest(tmp_path / "store", second).unlink()  # type: ignore[arg-type]
    found = {item.owners: item.problem for item in workspace.store.verify().damaged}
    assert "the manifest is not what was written" in found["m checkpoint r-step-1",]
    assert "not found" in found["m checkpoint r-step-2",]


def test_progress_counts_the_bytes_of_every_artifact(workspace: Workspace) -> None:
    told: list[tuple[int, int]] = []
    for step in (1, 2):
        save(workspace, step, step)
    found = workspace.store.verify(tell=lambda done, total: told.append((done, total)))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1] == (found.size_bytes, found.size_bytes)
    assert len(told) == 2


def test_what_is_collected_meanwhile_is_not_damaged(kept: Kept) -> None:
    kept.save({1}, step=0)
    kept.save({2}, step=1)

    def lose(_done: int, _total: int) -> None:
        for step in (0, 1):
            kept.forget(step)
        kept.collect(0 * HOUR)

    found = kept.upkeep.verify(tell=lose)
    assert (found.artifacts, found.damaged) == (2, ())


def test_a_cache_is_no_proof(workspace: Workspace, tmp_path: Path) -> None:
    source = tmp_path / "weights.bin"
    source.write_bytes(b"weights")
    digest = workspace.versions.register("m", files={"weights.bin": source}).digest
    store = workspace.stores["default"]
    store.blobs = CachedBlobStore(store.blobs, CacheFolder(tmp_path / "cache", 1 << 20))
    store.verify(digest)
    for pack in packs(tmp_path / "store"):
        pack.unlink()
    assert len(workspace.store.verify().damaged) == 1


def test_artifacts_in_a_store_without_a_name_are_not_passed_over(
    workspace: Workspace, tmp_path: Path
) -> None:
    save(workspace, 1, 1.5)
    renamed = Workspace.open(
        registry_url=f"sqlite:///{tmp_path}/registry.db",
        stores={"other": f"file:{tmp_path}/other"},
        actor="ann",
    )
    with renamed, pytest.raises(SettingsError, match="Store 'default'"):
        renamed.store.verify()
