import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg
import pytest

from frontier_assets.types import Stage
from frontier_assets_tests.ssh import allow, needs_ssh_keygen, new_key

if TYPE_CHECKING:
    from frontier_assets_tests.cli.conftest import Frontier, Records

pytestmark = [needs_ssh_keygen, pytest.mark.feature("PRO-4")]
PROMOTE = ("promote", "tiny", "--to", "production", "--reason", "approved")
APPROVE = ("approve", "tiny", "--to", "production")


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The key of bea, who may approve."""
    made = new_key(tmp_path, "bea")
    monkeypatch.setenv("FRONTIER_ALLOWED_SIGNERS", str(allow(tmp_path / "signers", bea=made)))
    return made


def staged(records: "Records") -> None:
    version = records.built()
    policy = records.specification(promotion={"production": {"approvals": 1}})
    records.workspace.record_policy(policy)
    records.workspace.stages.promote(version.ref, to=Stage.STAGING, reason="a test")


def test_why_names_the_missing_approval_and_the_command(
    frontier: "Frontier", records: "Records", key: Path
) -> None:
    staged(records)
    text = frontier("why", "tiny").stdout
    assert "waiting  waiting for 1 of 1 approvals" in text
    assert text.endswith("Next: frontier approve tiny@1.0.0 --to production --key KEYFILE\n")
    line = frontier.refused(*PROMOTE)
    assert "is not approved for production: version 1.0.0: waiting for 1 of 1 approvals" in line


def test_approve_signs_and_adds_and_promotion_follows(
    frontier: "Frontier", records: "Records", key: Path
) -> None:
    staged(records)
    assert frontier.text(*APPROVE, "--key", str(key)) == (
        "bea approved tiny@1.0.0 for production.\n"
    )
    (listed,) = frontier.json("approvals", "tiny")
    assert (listed["signer"], listed["stage"], listed["problem"]) == ("bea", "production", None)
    assert frontier.text(*PROMOTE).endswith("from staging to production.\n")
    assert "no: the version's move to production" in frontier.text("approvals", "tiny")


def test_what_is_signed_elsewhere_is_added_from_its_file(
    frontier: "Frontier", records: "Records", key: Path, tmp_path: Path
) -> None:
    staged(records)
    payload = tmp_path / "approval"
    payload.write_text(frontier.text(*APPROVE, "--payload"), encoding="utf-8")
    signing = ["ssh-keygen", "-Y", "sign", "-f", str(key), "-n", "frontier-approval", str(payload)]
    subprocess.run(signing, check=True, capture_output=True)
    added = frontier.json(*APPROVE, "--signature", f"{payload}.sig", "--signer", "bea")
    assert (added["approval"]["signer"], added["still_missing"]) == ("bea", [])
    frontier.text(*PROMOTE)


def test_an_approval_says_what_is_still_missing(
    frontier: "Frontier", records: "Records", key: Path
) -> None:
    version = records.built()
    records.workspace.record_policy(
        records.specification(promotion={"production": {"approvals": 2}})
    )
    text = frontier.text("approve", version.ref, "--to", "production", "--key", str(key))
    assert "Still missing: the version was not staged yet.\n" in text
    assert "Still missing: waiting for 1 of 2 approvals (bea).\n" in text


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ((), "Error: Invalid value for how: give one of --key, --payload and --signature"),
        (("--signature", "x", "--signer", "bea"), "of that name without the ending"),
        (("--signature", "x.sig"), "Error: Invalid value for --signer: name who signed"),
    ],
)
def test_an_incomplete_approval_is_wrong_usage(
    frontier: "Frontier", records: "Records", arguments: tuple[str, ...], line: str
) -> None:
    staged(records)
    assert frontier.misused(*APPROVE, *arguments).endswith(line)


def test_a_key_that_is_not_allowed_is_refused_in_one_line(
    frontier: "Frontier", records: "Records", key: Path, tmp_path: Path
) -> None:
    staged(records)
    line = frontier.refused(*APPROVE, "--key", str(new_key(tmp_path, "dan")))
    assert "Signature of 'dan' for frontier-approval is refused" in line
    assert "sign with an allowed key, or add this one to the file" in line


def test_whoever_signed_the_registration_is_refused_as_approver(
    frontier: "Frontier", records: "Records", key: Path, tmp_path: Path
) -> None:
    weights = tmp_path / "other.bin"
    weights.write_text("weights")
    registered = frontier.json("register", "tiny", "--file", f"w.bin={weights}", "--key", str(key))
    assert registered["version"]["author"] == "bea"
    records.evaluate(records.workspace.versions.get("tiny"))
    records.workspace.record_policy(
        records.specification(promotion={"production": {"approvals": 1}})
    )
    line = frontier.refused(*APPROVE, "--key", str(key))
    assert line == (
        "Approval of tiny@1.0.0 for production is refused: bea registered the version, and nobody "
        "approves their own; ask somebody else to approve it"
    )


def test_approving_in_a_project_shows_in_dagster(
    frontier: "Frontier", project: "Records", key: Path
) -> None:
    staged(project)
    frontier.text(*APPROVE, "--key", str(key))
    with dg.DagsterInstance.from_config(str(project.folder)) as instance:
        check = dg.AssetCheckKey(dg.AssetKey(["tiny", "staging"]), "approvals")
        (record,) = instance.event_log_storage.get_asset_check_execution_history(check, limit=5)
        event = record.event
        assert event is not None
        evaluation = event.dagster_event.asset_check_evaluation_data  # type: ignore[union-attr]
    assert evaluation.passed
    assert evaluation.description == "tiny@1.0.0 for production: 1 of 1 approvals (bea)."
