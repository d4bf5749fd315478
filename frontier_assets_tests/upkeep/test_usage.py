from pathlib import Path

import numpy as np
import pytest

from frontier_assets.errors import UnreadableManifestError
from frontier_assets.workspace import Workspace
from frontier_assets_tests.storage.trees import files, manifest
from frontier_assets_tests.upkeep.kept import DAY, STORE, Kept


@pytest.mark.feature("STO-25")
def test_the_usage_of_a_store_is_the_sum_of_its_content(
    workspace: Workspace, tmp_path: Path
) -> None:
    for step in (1, 2, 2):
        state = {"model": {"w": np.random.default_rng(step).random(1000)}}
        workspace.checkpoints.save("m", run="r", step=step, state=state)
    (store,) = workspace.store.usage().stores
    stored = [files(tmp_path / "store" / kind) for kind in ("manifests", "packs")]
    sizes = [size for found in stored for size in found.values()]
    assert (store.blobs, store.stored_bytes) == (len(sizes), sum(sizes))
    assert store.live_bytes == store.stored_bytes
    assert store.url == f"file:{tmp_path}/store"


def test_what_waits_for_its_deletion_is_stored_and_not_live(kept: Kept) -> None:
    kept.save({1}, step=0)
    kept.put({2})
    kept.clock.turn(DAY)
    kept.collect()
    kept.put({3})
    (store,) = kept.upkeep.usage().stores
    condemned = kept.registry.collection.condemned(STORE).values()
    assert store.condemned_bytes == sum(blob.size_bytes for blob in condemned) > 0
    assert 0 < store.live_bytes < store.stored_bytes - store.condemned_bytes


def test_models_show_what_sharing_saves(workspace: Workspace, tmp_path: Path) -> None:
    weights, head = np.random.default_rng(0).random((2, 1000))
    source = tmp_path / "weights.bin"
    source.write_bytes(weights.tobytes())
    for step in (1, 2):
        state = {"model": {"w": weights, "h": head + step}}
        workspace.checkpoints.save("alone", run="r", step=step, state=state)
    for model in ("one", "other"):
        workspace.versions.register(model, files={"weights.bin": source})
    usage = workspace.store.usage()
    alone, one, other = usage.models
    assert [item.model for item in usage.models] == ["alone", "one", "other"]
    assert (alone.artifacts, alone.logical_bytes, alone.shared_bytes) == (2, 32_000, 0)
    assert 24_000 < alone.stored_bytes < 26_000
    assert one.logical_bytes == other.logical_bytes == 8_000
    assert one.stored_bytes == one.shared_bytes == other.shared_bytes > 8_000
    assert sum(item.stored_bytes for item in usage.models) - one.shared_bytes == (
        usage.stores[0].live_bytes
    )


def test_a_store_that_cannot_be_accounted_for_is_not_measured(
    workspace: Workspace, tmp_path: Path
) -> None:
    saved = workspace.checkpoints.save("m", run="r", step=1, state={"model": {"w": 1.0}})
    manifest(tmp_path / "store", saved.digest).unlink()
    with pytest.raises(UnreadableManifestError, match=str(saved.digest)):
        workspace.store.usage()
