"""A dossier says what was on record and proves it alone; whatever is altered in it is found."""

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from frontier_assets.errors import (
    AuditChainError,
    DossierError,
    FrontierAssetsError,
    SettingsError,
    SignatureRefusedError,
)
from frontier_assets.promotion.dossier_proof import (
    NAMESPACE,
    Dossier,
    prove_content,
    read_dossier,
)
from frontier_assets.signatures import AllowedSigners
from frontier_assets.types import AttachmentKind
from frontier_assets.workspace import Workspace
from frontier_assets_tests.cli.conftest import MODEL, Records
from frontier_assets_tests.registry.attacker import Attacker
from frontier_assets_tests.ssh import allow, needs_ssh_keygen, new_key

pytestmark = needs_ssh_keygen
Edit = Callable[[dict[str, Any]], object]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("dossier")


@pytest.fixture(scope="module")
def keys(folder: Path) -> dict[str, Path]:
    return {name: new_key(folder, name) for name in ("ann", "bea", "eve")}


@pytest.fixture(scope="module")
def signers(folder: Path, keys: dict[str, Path]) -> AllowedSigners:
    return AllowedSigners(allow(folder / "signers", ann=keys["ann"], bea=keys["bea"]))


@pytest.fixture(scope="module")
def live(folder: Path, keys: dict[str, Path], signers: AllowedSigners) -> Iterator[Records]:
    """Version 1.0.1 in production: judged, converted, approved, with a file and a signed head."""
    with Workspace.open(
        registry_url=f"sqlite:///{folder}/registry.db",
        stores={"default": f"file:{folder}/store"},
        actor="ann",
        allowed_signers=signers.file,
    ) as workspace:
        workspace.registry.models.ensure(MODEL, actor="ann")
        records = Records(workspace, folder)
        records.version("first")
        version = records.built("second")
        records.converted(version, proved=True)
        notes = folder / "notes.log"
        notes.write_text("as expected", encoding="utf-8")
        workspace.versions.attach(version.ref, {"notes.log": notes}, kind=AttachmentKind.LOG)
        records.version("third")
        workspace.stages.promote(version.ref, to="staging", reason="good enough")
        entry = {"mode": "manual", "approvals": 1}
        workspace.record_policy(records.specification(promotion={"production": entry}))
        workspace.approvals.sign(version.ref, to="production", key=keys["bea"])
        workspace.stages.promote(version.ref, to="production", reason="approved")
        workspace.audit.sign(MODEL, key=keys["ann"])
        yield records


@pytest.fixture(scope="module")
def dossier(live: Records, keys: dict[str, Path]) -> Dossier:
    return live.workspace.dossier("tiny@production", key=keys["ann"])


@pytest.fixture
def path(tmp_path: Path, dossier: Dossier) -> Path:
    (tmp_path / "dossier.json").write_text(dossier.text(), encoding="ascii")
    return tmp_path / "dossier.json"


def test_a_dossier_holds_what_is_on_record_and_proves_it_alone(
    path: Path, signers: AllowedSigners
) -> None:
    dossier = read_dossier(path, signers)
    content = dossier.content
    assert (dossier.ref, dossier.signer) == ("tiny@1.0.1", "ann")
    assert content["card"].startswith("# tiny 1.0.1\n")
    assert [verdict["outcome"] for verdict in content["evaluations"][0]["verdicts"]] == [
        "passed",
        "passed",
    ]
    assert [item["name"] for item in content["artifacts"]] == ["onnx"]
    assert [item["name"] for item in content["attachments"]] == ["notes.log"]
    assert [item["signer"] for item in content["approvals"]] == ["bea"]
    assert [item["target"] for item in content["moves"]] == ["staging", "production"]
    assert len(content["policies"]) == 2
    assert content["audit"][0]["action"] == "version_registered"
    assert content["audit"][-1]["action"] == "head_signed"


def leaves(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    children = value.items() if isinstance(value, dict) else enumerate(value)
    for name, child in children:
        if isinstance(child, dict | list) and child:
            yield from leaves(child, (*place, name))
        else:
            yield (*place, name)


def altered(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, str):
        return f"{value[:-1]}{'x' if value[-1:] != 'x' else 'y'}"
    return ["something"]


@pytest.mark.slow
def test_an_alteration_of_any_field_is_found(
    tmp_path: Path, dossier: Dossier, signers: AllowedSigners
) -> None:
    for place in leaves(dossier.content):
        alter_one(tmp_path, dossier, signers, place)


def test_an_alteration_in_every_part_is_found(
    tmp_path: Path, dossier: Dossier, signers: AllowedSigners
) -> None:
    """The first field of each part stands for the rest of it; all of them are the slow test."""
    first = {place[0]: place for place in reversed([*leaves(dossier.content)])}
    assert first.keys() == dossier.content.keys()
    for place in first.values():
        alter_one(tmp_path, dossier, signers, place)


def alter_one(
    folder: Path, dossier: Dossier, signers: AllowedSigners, place: tuple[Any, ...]
) -> None:
    content = copy.deepcopy(dict(dossier.content))
    holder: Any = content
    for name in place[:-1]:
        holder = holder[name]
    holder[place[-1]] = altered(holder[place[-1]])
    assert content != dossier.content
    path = folder / "altered.json"
    path.write_text(Dossier(content, dossier.signer, dossier.signature).text(), encoding="ascii")
    with pytest.raises(DossierError):
        read_dossier(path, signers)


def test_an_alteration_of_any_kind_of_byte_is_found(path: Path, signers: AllowedSigners) -> None:
    data = path.read_bytes()
    for position in [*range(0, len(data), len(data) // 50), len(data) - 1]:
        flipped = bytes([data[position] ^ 1])
        path.write_bytes(data[:position] + flipped + data[position + 1 :])
        with pytest.raises(DossierError):
            read_dossier(path, signers)
    for other in (data + b"\n", data[:-1], b"", data[: len(data) // 2]):
        path.write_bytes(other)
        with pytest.raises(DossierError, match="file"):
            read_dossier(path, signers)


def test_a_signature_by_another_than_the_allowed_signers_is_refused(
    path: Path, dossier: Dossier, signers: AllowedSigners, keys: dict[str, Path], tmp_path: Path
) -> None:
    forging = AllowedSigners(allow(tmp_path / "forged", ann=keys["eve"]))
    _, signature = forging.sign(dossier.signed, key=keys["eve"], namespace=NAMESPACE)
    for signer, made in (("ann", signature), ("eve", dossier.signature), ("bea", signature)):
        path.write_text(Dossier(dossier.content, signer, made).text(), encoding="ascii")
        with pytest.raises(DossierError, match=r"signature: .*refused"):
            read_dossier(path, signers)


def test_what_nobody_signed_proves_nothing(
    path: Path, live: Records, signers: AllowedSigners
) -> None:
    path.write_text(live.workspace.dossier("tiny@1.0.1").text(), encoding="ascii")
    with pytest.raises(DossierError, match="nobody signed it"):
        read_dossier(path, signers)


def test_without_allowed_signers_nothing_is_proved(path: Path) -> None:
    with pytest.raises(DossierError, match="no allowed signers are named"):
        read_dossier(path, None)


def evaluation(content: dict[str, Any]) -> dict[str, Any]:
    return dict.__getitem__(content, "evaluations")[0]  # type: ignore[no-any-return]


LIES: list[tuple[Edit, str]] = [
    (lambda c: c.update(format_version=2), "format"),
    (lambda c: c["version"].update(digest="f" * 64), "version: its digest"),
    (lambda c: c["version"].update(number="1.0.2"), "version: its number"),
    (lambda c: c["version"].update(stage="staging"), "version: its stage"),
    (lambda c: c["version"].update(created_by="eve"), "version: its created_by"),
    (lambda c: c["policies"].update({"0" * 64: "{}"}), "policies: its digest"),
    (lambda c: c.update(policy_digest="0" * 64), "policies"),
    (lambda c: evaluation(c)["verdicts"][0].update(outcome="failed"), "verdicts"),
    (lambda c: evaluation(c)["verdicts"][0].update(observed=0.99), "verdicts"),
    (lambda c: evaluation(c)["verdicts"].pop(), "verdicts"),
    (lambda c: evaluation(c)["metrics"].update(accuracy=1.0), "no entry evaluation_recorded"),
    (lambda c: evaluation(c).update(version_digest="f" * 64), "digest"),
    (lambda c: evaluation(c).update(details={"confusion": []}), "details"),
    (lambda c: c["artifacts"][0].update(digest="f" * 64), "no entry artifact_stored"),
    (lambda c: c["artifacts"][0].update(outcome="failed"), "artifact onnx: its outcome"),
    (lambda c: c["artifacts"][0].update(verified_at=None), "artifact onnx: its verified_at"),
    (lambda c: c["attachments"][0].update(digest="f" * 64), "no entry file_attached"),
    (lambda c: c["moves"].pop(), "version: its stage"),
    (lambda c: c["moves"].pop(0), "moves: its number"),
    (lambda c: c["moves"][1].update(actor="bea"), "its actor"),
    (lambda c: c["approvals"][0].update(signer="ann"), "no entry approval_added"),
    (lambda c: c["approvals"][0].update(added_at="2020-01-01"), "its added_at"),
    (lambda c: c.pop("moves"), "content"),
    (lambda c: c.update(audit=[]), "content"),
]


@pytest.mark.parametrize(("lie", "problem"), LIES, ids=[problem for _, problem in LIES])
def test_what_contradicts_the_trail_is_found_whoever_signed_it(
    dossier: Dossier, signers: AllowedSigners, lie: Edit, problem: str
) -> None:
    content = copy.deepcopy(dict(dossier.content))
    lie(content)
    with pytest.raises(DossierError, match=problem):
        prove_content(content, signers)


@pytest.mark.parametrize("place", [1, 2, -2])
def test_an_entry_that_was_left_out_is_found(
    dossier: Dossier, signers: AllowedSigners, place: int
) -> None:
    content = copy.deepcopy(dict(dossier.content))
    del content["audit"][place]
    with pytest.raises(AuditChainError, match="missing"):
        prove_content(content, signers)


def test_an_approval_with_another_signature_is_refused(
    dossier: Dossier, signers: AllowedSigners
) -> None:
    content = copy.deepcopy(dict(dossier.content))
    content["approvals"][0]["signature"] = dossier.signature
    with pytest.raises(SignatureRefusedError):
        prove_content(content, signers)


def test_a_signed_head_in_it_needs_the_signers(dossier: Dossier) -> None:
    with pytest.raises(SettingsError, match="has a signed head"):
        prove_content(dossier.content, None)


def test_an_older_version_has_a_dossier_too(live: Records, signers: AllowedSigners) -> None:
    content = live.workspace.dossier("tiny@1.0.0").content
    prove_content(content, signers)
    assert (content["evaluations"], content["moves"]) == ([], [])


def test_who_left_keeps_counting_for_what_was_signed_before(
    path: Path, keys: dict[str, Path], tmp_path: Path
) -> None:
    file = allow(tmp_path / "later", bea=keys["bea"])
    ann = (keys["ann"].with_suffix(".key.pub")).read_text()
    for before, counts in (("20990101", True), ("20200101", False)):
        file.write_text(f'{file.read_text()}ann valid-before="{before}" {ann}')
        assert proves(path, AllowedSigners(file)) is counts
        allow(file, bea=keys["bea"])


def proves(path: Path, signers: AllowedSigners) -> bool:
    try:
        read_dossier(path, signers)
    except FrontierAssetsError:
        return False
    return True


def test_no_dossier_is_made_of_a_registry_that_contradicts_itself(
    live: Records, tmp_path: Path
) -> None:
    before = json.dumps(live.workspace.audit.heads())
    Attacker.on(live.workspace.registry).run("UPDATE verdicts SET observed = 0.999")
    with pytest.raises(DossierError, match="verdicts"):
        live.workspace.dossier("tiny@1.0.1")
    assert json.dumps(live.workspace.audit.heads()) == before
