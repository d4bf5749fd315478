import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from frontier_assets.storage.encrypted import EncryptedBlobStore
from frontier_assets.storage.local import LocalBlobStore
from frontier_assets.workspace import Workspace
from frontier_assets_tests.storage.contract import write
from frontier_assets_tests.storage.encrypted_stores import FIRST, SECOND, key_file
from frontier_assets_tests.storage.trees import damage, files, manifest, packs

if TYPE_CHECKING:
    from frontier_assets_tests.cli.conftest import Frontier, Records


@pytest.mark.feature("STO-27")
def test_an_intact_store_is_one_line(frontier: "Frontier", records: "Records") -> None:
    records.version()
    assert frontier.text("store", "verify") == ("Every byte is what was saved: 1 artifacts, 7 B.\n")
    assert frontier.json("store", "verify") == {
        "artifacts": 1,
        "size_bytes": 7,
        "damaged": [],
        "passed": True,
    }


@pytest.mark.feature("STO-27")
def test_damage_is_exit_1_and_names_artifact_owner_and_pack(
    frontier: "Frontier", records: "Records"
) -> None:
    version = records.version()
    (pack,) = packs(records.folder / "store")
    damage(pack, 64)
    output = frontier("store", "verify")
    assert output.exit_code == 1
    assert output.stderr == (
        "frontier: 1 of 1 artifacts are damaged; restore their files from a backup, or build what "
        "they belong to again\n"
    )
    row = output.stdout.splitlines()[1]
    for named in ("tiny@1.0.0", version.digest, f"pack packs/{pack.parent.name}/{pack.name}"):
        assert named in row
    assert frontier("store", "verify", "--json").exit_code == 1


def test_garbage_is_announced_and_then_deleted(frontier: "Frontier", records: "Records") -> None:
    records.checkpoint(1)
    records.checkpoint(1, state={"model": {"w": 2.0}})
    before = files(records.folder / "store")
    arguments = ("store", "collect", "--grace-hours", "0")
    (announced,) = frontier.json(*arguments, "--dry-run")
    assert files(records.folder / "store") == before
    assert "would be deleted" in frontier.text(*arguments, "--dry-run")
    assert frontier.json(*arguments) == [announced]
    assert (announced["deleted_blobs"], announced["live_blobs"]) == (2, 1)
    assert len(files(records.folder / "store")) == len(before) - 2
    assert frontier.text(*arguments).splitlines()[1].startswith("default  1 blobs, ")


def test_young_garbage_is_left_alone(frontier: "Frontier", records: "Records") -> None:
    records.checkpoint(1)
    records.checkpoint(1, state={"model": {"w": 2.0}})
    (report,) = frontier.json("store", "collect")
    assert (report["condemned_blobs"], report["deleted_blobs"]) == (0, 0)


def test_a_damaged_manifest_is_one_line_with_the_next_command(
    frontier: "Frontier", records: "Records"
) -> None:
    digest = records.version().digest
    manifest(records.folder / "store", digest).unlink()
    refusal = frontier.refused("store", "collect")
    assert digest in refusal
    assert "`frontier store verify`" in refusal


@pytest.mark.feature("STO-25")
def test_usage_is_shown_by_store_and_by_model(frontier: "Frontier", records: "Records") -> None:
    records.version()
    usage = frontier.json("store", "usage")
    (store,), (model,) = usage["stores"], usage["models"]
    stored = [files(records.folder / "store" / kind) for kind in ("manifests", "packs")]
    sizes = [size for found in stored for size in found.values()]
    assert (store["blobs"], store["stored_bytes"]) == (2, sum(sizes))
    assert (model["model"], model["logical_bytes"], model["shared_bytes"]) == ("tiny", 7, 0)
    text = frontier.text("store", "usage").splitlines()
    assert text[1].startswith("default  2 blobs, ")
    assert text[3:5] == ["Models", text[4]]
    assert text[5].startswith("tiny   default  1          7 B")


def test_another_registry_in_the_store_is_named_until_it_is_forgotten(
    frontier: "Frontier", records: "Records", empty_registry: Path
) -> None:
    url = f"sqlite:///{shutil.copy(empty_registry, records.folder / 'theirs.db')}"
    stores = records.workspace.settings.stores
    for name in ("first", "second"):
        with Workspace.open(registry_url=url, stores=stores, actor="bea") as theirs:
            theirs.checkpoints.save("m", run=name, step=1, state={"model": {"w": 1.5}})
        records.version()
        refusal = frontier.refused("store", "collect")
        assert f"which would be garbage to this one: {url} on " in refusal
        _, _, remedy = refusal.rpartition("`frontier ")
        command = remedy.strip("`\n").split()
        if name == "first":
            assert frontier.text(*command).startswith(f"Forgotten in store 'default': {url} on ")
        else:
            assert frontier.json(*command)["identity"] == command[-1]
        assert frontier.json("store", "collect")[0]["deleted_blobs"] == 0
    assert "there is none" in frontier.refused(*command)


def test_a_negative_grace_period_is_wrong_usage(frontier: "Frontier", records: "Records") -> None:
    assert "--grace-hours" in frontier.misused("store", "collect", "--grace-hours", "-1")


@pytest.fixture
def backup(records: "Records", monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a second store."""
    folder = records.folder / "backup"
    stores = f"default=file:{records.folder}/store,backup=file:{folder}"
    monkeypatch.setenv("FRONTIER_STORES", stores)
    return folder


def test_a_version_is_copied_and_fetched_from_where_it_was_copied_to(
    frontier: "Frontier", records: "Records", backup: Path
) -> None:
    version = records.version()
    (copied,) = frontier.json("store", "copy", version.ref, "--to", "backup")
    assert (copied["digest"], copied["source"], copied["store"]) == (
        version.digest,
        "default",
        "backup",
    )
    assert len(packs(backup)) == 1
    damage(packs(records.folder / "store")[0], 64)
    destination = str(records.folder / "out")
    assert version.digest in frontier.refused("fetch", version.ref, destination)
    frontier.text("fetch", version.ref, destination, "--store", "backup")
    assert (records.folder / "out" / "weights.bin").read_text(encoding="utf-8") == "weights"
    row = frontier.text("store", "copy", version.ref, "--to", "default").splitlines()
    assert len(row) == 1


@pytest.mark.feature("STO-22")
def test_a_wiped_store_is_restored_from_the_backup(
    frontier: "Frontier", records: "Records", backup: Path
) -> None:
    records.version()
    records.checkpoint()
    report = frontier.json("store", "backup", "--to", "backup")
    assert report["stores"][0]["copied"] == 2
    assert packs(backup)
    shutil.rmtree(records.folder / "store")
    assert frontier("store", "verify").exit_code == 1
    text = frontier.text("store", "restore", "--from", "backup").splitlines()
    assert text[0].split() == ["store", "artifacts", "restored", "newly", "stored"]
    assert frontier("store", "verify").exit_code == 0


def test_what_cannot_be_restored_is_named_and_fails_the_command(
    frontier: "Frontier", records: "Records", backup: Path
) -> None:
    version = records.version()
    frontier.text("store", "backup", "--to", "backup")
    for folder in (backup, records.folder / "store"):
        damage(packs(folder)[0], 64)
    output = frontier("store", "restore", "--from", "backup")
    assert output.exit_code == 1
    assert output.stderr.startswith("frontier: 1 artifacts were not restored")
    assert f"{version.ref}  default" in output.stdout
    assert frontier("store", "restore", "--from", "backup", "--json").exit_code == 1


def test_a_store_to_copy_to_is_asked_for(frontier: "Frontier", records: "Records") -> None:
    version = records.version()
    assert "--to" in frontier.misused("store", "copy", version.ref)
    assert "--from" in frontier.misused("store", "restore")
    assert "'elsewhere'" in frontier.refused("store", "backup", "--to", "elsewhere")


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The key file that the command reads; the first key is in it."""
    path = tmp_path / "keys"
    path.write_text(FIRST, encoding="utf-8")
    monkeypatch.setenv("FRONTIER_ENCRYPTION_KEY_FILE", str(path))
    return path


@pytest.mark.feature("STO-20")
def test_a_rotated_store_opens_with_the_new_key_alone_and_keeps_its_digests(
    frontier: "Frontier", tmp_path: Path, keys: Path, records: "Records"
) -> None:
    with Workspace.open() as encrypted:
        version = encrypted.versions.register("tiny", files={"a.bin": keys})
    before = packs(records.folder / "store")
    old, new = key_file(tmp_path, FIRST).current, key_file(tmp_path, SECOND).current
    keys.write_text(f"{SECOND}\n{FIRST}", encoding="utf-8")
    rotated = {"store": "default", "key": new.id.hex(), "retired": [old.id.hex()]}
    assert frontier.json("store", "rotate-key") == [rotated]
    keys.write_text(SECOND, encoding="utf-8")
    assert frontier.json("store", "rotate-key") == [rotated | {"retired": []}]
    assert packs(records.folder / "store") == before
    assert frontier.json("fetch", "tiny", "there")["digest"] == version.digest
    assert frontier.json("store", "verify")["passed"]
    keys.write_text(FIRST, encoding="utf-8")
    line = frontier.refused("fetch", "tiny", "again")
    assert f"it opens with key {new.id.hex()}" in line


def test_people_are_told_which_key_opens_each_store(
    frontier: "Frontier", keys: Path, records: "Records"
) -> None:
    del keys, records
    (line,) = frontier.text("store", "rotate-key").splitlines()[1:]
    assert line.startswith("default  ")
    assert line.endswith("  none")


@pytest.mark.feature("STO-20")
def test_without_a_key_file_there_is_nothing_to_rotate(
    frontier: "Frontier", records: "Records"
) -> None:
    records.version()
    assert frontier.refused("store", "rotate-key") == (
        "FRONTIER_ENCRYPTION_KEY_FILE: is not set, and store 'default' is not encrypted; set it "
        "to the key file, the new key first and the old one below it"
    )


@pytest.mark.feature("STO-20")
def test_one_store_that_is_not_encrypted_keeps_the_others_as_they_are(
    frontier: "Frontier", tmp_path: Path, records: "Records", monkeypatch: pytest.MonkeyPatch
) -> None:
    records.version()
    monkeypatch.setenv("FRONTIER_ENCRYPTION_KEY_FILE", str(tmp_path / "keys"))
    both = f"a=file:{tmp_path}/other,default=file:{tmp_path}/store"
    monkeypatch.setenv("FRONTIER_STORES", both)
    write(EncryptedBlobStore(LocalBlobStore(tmp_path / "other"), key_file(tmp_path, FIRST)), "x")
    key_file(tmp_path, SECOND, FIRST)
    assert "it holds blobs that are not encrypted" in frontier.refused("store", "rotate-key")
    old = EncryptedBlobStore(LocalBlobStore(tmp_path / "other"), key_file(tmp_path, FIRST))
    assert bytes(old.read("x")) == b""
