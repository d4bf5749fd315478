from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from frontier_assets.workspace import Workspace
from frontier_assets_tests.registry.attacker import Attacker
from frontier_assets_tests.ssh import allow, needs_ssh_keygen, new_key

if TYPE_CHECKING:
    from frontier_assets_tests.cli.conftest import Frontier, Records

PROVED = "The audit trail proves itself: 2 entries, 1 models."
UNSIGNED = (
    "No head is signed, so whoever can write the database could have written it all anew; "
    "`frontier audit sign --key KEYFILE` prevents that."
)


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The key of `ann`, whose signatures count."""
    key = new_key(tmp_path, "ann")
    monkeypatch.setenv("FRONTIER_ALLOWED_SIGNERS", str(allow(tmp_path / "signers", ann=key)))
    return key


def test_an_untouched_trail_proves_itself(frontier: "Frontier", records: "Records") -> None:
    records.version()
    facts = {"verified": True, "entries": 2, "models": ["tiny"], "signed": []}
    assert frontier.json("audit", "verify") == facts
    assert frontier.text("audit", "verify", "tiny") == f"{PROVED}\n{UNSIGNED}\n"


def test_an_edited_entry_is_one_line_and_exit_1(frontier: "Frontier", records: "Records") -> None:
    records.version()
    attacker = Attacker.on(records.workspace.registry)
    attacker.run("UPDATE audit SET actor = 'eve' WHERE sequence = 2")
    broken = "Audit trail of 'tiny' breaks at entry 2: the entry was changed after it was written"
    assert frontier.refused("audit", "verify") == broken
    assert frontier.refused("audit", "export", "there") == broken


@needs_ssh_keygen
def test_a_signed_trail_is_exported_and_proved_without_its_project(
    frontier: "Frontier",
    records: "Records",
    key: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    records.version()
    said = frontier.text("audit", "sign", "--key", str(key))
    assert said.startswith("ann signed entry 2 of tiny: ")
    path = tmp_path / "audit.jsonl"
    exported = f"{path}: 3 entries. Keep it where this registry cannot be written.\n"
    assert frontier.text("audit", "export", str(path)) == exported
    assert "tiny: ann signed up to entry 2 of 3 at " in frontier.text("audit", "verify")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    for name in ("REGISTRY_URL", "STORES", "ALLOWED_SIGNERS"):
        monkeypatch.delenv(f"FRONTIER_{name}")
    signers = ("--allowed-signers", str(tmp_path / "signers"))
    proof = frontier.json("audit", "verify", "--file", str(path), *signers)
    assert (proof["entries"], proof["signed"][0]["signer"]) == (3, "ann")
    assert "the trail of 'tiny' has a signed head" in frontier.refused(
        "audit", "verify", "--file", str(path)
    )


@needs_ssh_keygen
def test_a_trail_is_held_against_an_export_kept_elsewhere(
    frontier: "Frontier", records: "Records", key: Path, tmp_path: Path
) -> None:
    records.version()
    path = str(tmp_path / "audit.jsonl")
    with Workspace.open() as workspace:
        workspace.audit.sign("tiny", key=key)
        workspace.audit.export(Path(path))
    assert "signed up to entry 2 of 3" in frontier.text("audit", "verify", "--against", path)
    Attacker.on(records.workspace.registry).run(
        "DELETE FROM audit WHERE sequence > 1", "UPDATE models SET change_sequence = 1"
    )
    assert frontier.text("audit", "verify").startswith("The audit trail proves itself: 1 entries")
    assert "the entry is missing" in frontier.refused("audit", "verify", "--against", path)


def test_nobody_signs_without_allowed_signers(
    frontier: "Frontier", records: "Records", tmp_path: Path
) -> None:
    records.version()
    assert "FRONTIER_ALLOWED_SIGNERS: is not set" in frontier.refused(
        "audit", "sign", "tiny", "--key", str(tmp_path / "key")
    )


def test_an_export_stands_alone(frontier: "Frontier", tmp_path: Path) -> None:
    said = frontier.misused("audit", "verify", "tiny", "--file", str(tmp_path / "audit.jsonl"))
    assert said == "Error: Invalid value for --file: it stands alone"
    assert frontier.refused("audit", "verify", "--file", "nothing") == (
        "nothing: No such file or directory"
    )
