"""Reading a dossier and proving it: from the file and the allowed signers alone."""

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from blake3 import blake3

from frontier_assets.errors import DossierError, FrontierAssetsError, SignatureRefusedError
from frontier_assets.registry.approval_payload import NAMESPACE as APPROVAL_NAMESPACE
from frontier_assets.registry.approval_payload import ApprovalPayload
from frontier_assets.registry.audit import AuditAction
from frontier_assets.registry.canonical import canonical_json
from frontier_assets.registry.chain import as_stored, proved
from frontier_assets.registry.heads import vouched
from frontier_assets.signatures import AllowedSigners
from frontier_assets.specification import ModelSpecification
from frontier_assets.types import Outcome, Stage

FORMAT = "frontier dossier"
FORMAT_VERSION = 1
NAMESPACE = "frontier-dossier"
Facts = Mapping[str, Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Dossier:
    """What a file says, and who signed it; nobody where ``signer`` is None."""

    content: Facts
    signer: str | None
    signature: str | None

    @property
    def ref(self) -> str:
        """The version that it is about."""
        return f"{self.content['version']['model']}@{self.content['version']['number']}"

    @property
    def signed(self) -> bytes:
        """What the signature is over."""
        return canonical_json(self.content).encode()

    def text(self) -> str:
        """Return the file's one text."""
        return f"{json.dumps(dataclasses.asdict(self), indent=1, sort_keys=True)}\n"


def read_dossier(path: Path, signers: AllowedSigners | None) -> Dossier:
    """Read a file and prove it: who signed it, and that nothing in it contradicts the rest.

    Raises:
        DossierError: it is no dossier, is not signed by an allowed signer, or contradicts itself.
        AuditChainError: its part of the audit trail does not prove itself.
    """
    dossier = _parsed(path.read_bytes())
    if dossier.signer is None or dossier.signature is None:
        raise DossierError("signature", "nobody signed it; --key KEYFILE signs when it is written")
    if signers is None:
        problem = "no allowed signers are named to verify it by; give --allowed-signers FILE"
        raise DossierError("signature", problem)
    try:
        signers.verify(
            dossier.signed,
            dossier.signature,
            signer=dossier.signer,
            namespace=NAMESPACE,
            at=_moment(dossier.content, "made_at"),
        )
    except SignatureRefusedError as error:
        raise DossierError("signature", str(error)) from error
    prove_content(dossier.content, signers)
    return dossier


def _moment(content: Facts, name: str) -> datetime:
    try:
        return datetime.fromisoformat(content[name])
    except (KeyError, TypeError, ValueError) as error:
        raise DossierError(name, "it is no time") from error


def _parsed(data: bytes) -> Dossier:
    try:
        dossier = Dossier(**json.loads(data))
        if dossier.text().encode() == data:
            return dossier
    except (TypeError, ValueError) as error:
        raise DossierError("file", "it is no dossier") from error
    raise DossierError("file", "it is not byte for byte as it was written")


def prove_content(content: Facts, signers: AllowedSigners | None) -> None:
    """Check that a dossier's parts fit each other and its part of the audit trail.

    Raises:
        DossierError: a part contradicts the others; it is named.
        AuditChainError: the entries are not what was written, or not all of them.
        SettingsError: a head of the trail is signed, and there are no ``signers``.
    """
    if (content.get("format"), content.get("format_version")) != (FORMAT, FORMAT_VERSION):
        raise DossierError("format", f"this release reads '{FORMAT}' of version {FORMAT_VERSION}")
    try:
        _prove_trail(content, signers)
        about = [
            entry for entry in content["audit"] if entry["version"] == content["version"]["number"]
        ]
        _prove_version(content)
        _prove_policies(content)
        for evaluation in content["evaluations"]:
            _prove_evaluation(content, evaluation, about)
        for artifact in content["artifacts"]:
            _prove_artifact(artifact, about)
        for attachment in content["attachments"]:
            _required(attachment, ("name", "kind", "digest"), about, AuditAction.FILE_ATTACHED)
        _prove_moves(content, about)
        for approval in content["approvals"]:
            _prove_approval(content["version"], approval, about, signers)
    except FrontierAssetsError:
        raise
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise DossierError("content", f"a part is missing or of another form: {error!r}") from error


def _prove_trail(content: Facts, signers: AllowedSigners | None) -> None:
    model, first = content["version"]["model"], content["audit"][0]
    entries = [as_stored(entry) for entry in content["audit"]]
    place = {"after": first["sequence"] - 1, "previous": first["previous_hash"]}
    for _ in vouched(proved(model, entries, **place), signers):
        pass


def _prove_version(content: Facts) -> None:
    version, first = content["version"], content["audit"][0]
    _equal("audit", "first entry", AuditAction.VERSION_REGISTERED, first["action"])
    _equal("version", "number", first["version"], version["number"])
    for name in ("digest", "parent", "change"):
        _equal("version", name, first["after"][name], version[name])
    for name, recorded in (("created_by", "actor"), ("created_at", "at"), ("run_id", "run_id")):
        _equal("version", name, first[recorded], version[name])
    moved = [move["target"] for move in content["moves"]]
    _equal("version", "stage", moved[-1] if moved else Stage.DEVELOPMENT, version["stage"])


def _prove_policies(content: Facts) -> None:
    for digest, document in content["policies"].items():
        _equal("policies", "digest", blake3(document.encode()).hexdigest(), digest)
    if content["policy_digest"] not in {None, *content["policies"]}:
        raise DossierError("policies", f"policy {content['policy_digest']} is not there")


def _prove_evaluation(content: Facts, evaluation: Facts, about: list[Facts]) -> None:
    place = f"evaluation on {evaluation['dataset']}"
    _equal(place, "digest", content["version"]["digest"], evaluation["version_digest"])
    names = ("dataset", "dataset_digest", "rows", "metrics", "policy_digest")
    wanted = {"evaluation": evaluation["id"], **{name: evaluation[name] for name in names}}
    entry = _required(wanted, tuple(wanted), about, AuditAction.EVALUATION_RECORDED)
    verdicts = evaluation["verdicts"]
    outcomes = {verdict["gate"]: verdict["outcome"] for verdict in verdicts}
    _equal(place, "verdicts", entry["after"]["verdicts"], outcomes)
    for name, value in (("details", evaluation["details"] or {}), ("verdicts", verdicts)):
        digest = hashlib.sha256(canonical_json(value).encode()).hexdigest()
        # Entries of older releases have none.
        _equal(place, name, entry["after"].get(f"{name}_digest", digest), digest)
    document = json.loads(content["policies"][evaluation["policy_digest"]])
    gates = {gate.digest for gate in ModelSpecification.from_canonical(document).gates}
    for verdict in verdicts:
        if verdict["gate_digest"] not in gates:
            raise DossierError(place, f"its policy has no gate '{verdict['gate']}' like that")


def _prove_artifact(artifact: Facts, about: list[Facts]) -> None:
    place = f"artifact {artifact['name']}"
    known = {"artifact": artifact["id"], "name": artifact["name"], "digest": artifact["digest"]}
    _required(known, tuple(known), about, AuditAction.ARTIFACT_STORED)
    measured = _entries_of(artifact, about, AuditAction.ARTIFACT_MEASURED)
    for name in ("performance", "verdicts") if measured else ():
        _equal(place, name, measured[-1]["after"][name], artifact[name])
    proofs = _entries_of(artifact, about, AuditAction.ARTIFACT_PROVED)
    if not proofs:
        _equal(place, "outcome", None, artifact["outcome"])
        return
    for name in ("name", "digest", "outcome", "outcome_detail", "measures"):
        _equal(place, name, proofs[-1]["after"][name], artifact[name])
    passed = artifact["outcome"] == Outcome.PASSED
    _equal(place, "verified_at", proofs[-1]["at"] if passed else None, artifact["verified_at"])


def _entries_of(artifact: Facts, about: list[Facts], action: AuditAction) -> list[Facts]:
    return [
        entry
        for entry in about
        if entry["action"] == action and entry["after"]["artifact"] == artifact["id"]
    ]


def _prove_moves(content: Facts, about: list[Facts]) -> None:
    entries = [entry for entry in about if entry["action"] == AuditAction.STAGE_MOVED]
    _equal("moves", "number", len(entries), len(content["moves"]))
    for entry, move in zip(entries, content["moves"], strict=True):
        recorded = {name: entry[name] for name in ("sequence", "actor", "reason", "run_id", "at")}
        recorded |= {"source": entry["before"]["stage"], "target": entry["after"]["stage"]}
        recorded |= {name: entry["after"][name] for name in ("replaced", "automatic")}
        for name, value in recorded.items():
            _equal(f"move {entry['sequence']}", name, value, move[name])


def _prove_approval(
    version: Facts, approval: Facts, about: list[Facts], signers: AllowedSigners | None
) -> None:
    place = f"approval by {approval['signer']}"
    payload = ApprovalPayload.parse(approval["payload"])
    for name, said in (("model", payload.move.model), ("number", payload.move.version)):
        _equal(place, name, version[name], said)
    _equal(place, "digest", version["digest"], payload.move.digest)
    known = {name: approval[name] for name in ("stage", "signer", "key")}
    known["nonce"] = payload.nonce
    entry = _required(known, tuple(known), about, AuditAction.APPROVAL_ADDED)
    _equal(place, "added_at", entry["at"], approval["added_at"])
    # One that does not count, and says so, needs no proof that it does.
    if signers is not None and (approval["problem"] is None or approval["is_over"]):
        signers.verify(
            approval["payload"].encode(),
            approval["signature"],
            signer=approval["signer"],
            namespace=APPROVAL_NAMESPACE,
            at=_moment(approval, "added_at"),
        )


def _required(
    wanted: Facts, names: tuple[str, ...], about: list[Facts], action: AuditAction
) -> Facts:
    """Return the entry that tells of what is ``wanted``, compared by ``names``."""
    for entry in about:
        same = all(entry["after"].get(name) == wanted[name] for name in names)
        if entry["action"] == action and same:
            return entry
    shown = ", ".join(f"{name} {wanted[name]}" for name in names)
    raise DossierError("audit", f"no entry {action} tells of {shown}")


def _equal(place: str, name: str, recorded: object, said: object) -> None:
    if recorded != said:
        raise DossierError(place, f"its {name} is {said} and the audit trail has {recorded}")
