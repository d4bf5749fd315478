import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from frontier_assets_tests.ssh import allow, needs_ssh_keygen, new_key

if TYPE_CHECKING:
    from frontier_assets_tests.cli.conftest import Frontier, Records

pytestmark = needs_ssh_keygen


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The key of `ann`, whose signatures count."""
    key = new_key(tmp_path, "ann")
    monkeypatch.setenv("FRONTIER_ALLOWED_SIGNERS", str(allow(tmp_path / "signers", ann=key)))
    return str(key)


def test_a_dossier_is_written_and_proved_where_there_is_no_project(
    frontier: "Frontier",
    records: "Records",
    key: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    records.released()
    said = frontier.text("dossier", "tiny@production", "--key", key)
    assert said.startswith("tiny-1.0.0.dossier.json: tiny@1.0.0 as of ")
    assert said.splitlines()[0].endswith(", signed by ann.")
    assert "1 evaluations, 0 artifacts, 0 attachments, 2 moves, 0 approvals" in said
    assert frontier.json("dossier", "verify", "tiny-1.0.0.dossier.json")["signer"] == "ann"
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    for name in ("REGISTRY_URL", "STORES", "ALLOWED_SIGNERS"):
        monkeypatch.delenv(f"FRONTIER_{name}")
    path = str(tmp_path / "tiny-1.0.0.dossier.json")
    signers = ("--allowed-signers", str(tmp_path / "signers"))
    proof = frontier.json("dossier", "verify", path, *signers)
    assert (proof["ref"], proof["signer"], proof["moves"]) == ("tiny@1.0.0", "ann", 2)
    altered = json.loads(Path(path).read_text())
    altered["content"]["card"] += "Trust me."
    Path(path).write_text(f"{json.dumps(altered, indent=1, sort_keys=True)}\n")
    refusal = frontier.refused("dossier", "verify", path, *signers)
    assert refusal.startswith("The dossier does not prove itself: signature: ")


def test_the_options_may_stand_before_the_version(
    frontier: "Frontier", records: "Records", key: str
) -> None:
    records.version()
    written = frontier.json("dossier", "--key", key, "--output", "a.json", "tiny")
    assert (written["path"], written["ref"]) == ("a.json", "tiny@1.0.0")
    assert frontier.json("dossier", "write", "tiny", "--output", "b.json")["signer"] is None
    assert "nobody signed it" in frontier.refused("dossier", "verify", "b.json")


def test_a_model_with_the_name_of_a_command_is_written_by_its_full_ref(
    frontier: "Frontier", records: "Records"
) -> None:
    path = records.folder / "weights.bin"
    path.write_text("weights")
    records.workspace.registry.models.ensure("verify", actor="ann")
    records.workspace.versions.register("verify", files={"weights.bin": path})
    assert frontier.json("dossier", "verify@latest")["ref"] == "verify@1.0.0"


def test_a_file_that_is_there_already_stays(frontier: "Frontier", records: "Records") -> None:
    records.version()
    Path("there.json").write_text("mine")
    refusal = frontier.refused("dossier", "tiny", "--output", "there.json")
    assert refusal == "Output 'there.json' is not valid: a file that is not there yet"
    assert Path("there.json").read_text() == "mine"


def test_what_is_no_dossier_is_refused(frontier: "Frontier", records: "Records", key: str) -> None:
    records.version()
    Path("notes.txt").write_text("not a dossier")
    refusal = frontier.refused("dossier", "verify", "notes.txt")
    assert refusal == "The dossier does not prove itself: file: it is no dossier"
    assert frontier.refused("dossier", "verify", "nothing") == "nothing: No such file or directory"
    assert "not found" in frontier.refused("dossier", "tiny@9.9.9", "--key", key)
