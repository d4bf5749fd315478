"""The dossier of a version: one file that says what was on record about it, for whoever asks later.

It is JSON: the content, which is what is signed, and beside it the signer and an SSH signature. It
holds the audit trail from the version's registration to the moment of writing, entries about other
versions included: with a gap nobody could tell what was left out. Reading and proving one is in
`dossier_proof` and needs neither registry nor store.
"""

import dataclasses
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from frontier_assets.promotion.card import model_card
from frontier_assets.promotion.dossier_proof import (
    FORMAT,
    FORMAT_VERSION,
    NAMESPACE,
    Dossier,
    prove_content,
)
from frontier_assets.registry.columns import iso
from frontier_assets.registry.database import Registry
from frontier_assets.registry.evidence import Evidence
from frontier_assets.signatures import AllowedSigners, required
from frontier_assets.types import Version


def write_dossier(
    version: Version,
    *,
    registry: Registry,
    lineage: object,
    actor: str,
    signers: AllowedSigners | None,
    key: Path | None = None,
    signer: str | None = None,
) -> Dossier:
    """Return the dossier of a version, proved; signed where a ``key`` is given.

    Raises:
        DossierError: the registry contradicts itself, or was changed meanwhile.
        AuditChainError: the audit trail does not prove itself.
        SettingsError: something is signed or to be signed, and no allowed signers are named.
        SigningError: the key did not sign.
        SignatureRefusedError: the key is not one of an allowed signer.
    """
    content = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "made_at": iso(datetime.now(UTC)),
        "made_by": actor,
        "lineage": _plain(lineage),
        **_recorded(registry, registry.stages.evidence(version.model, version.number)),
    }
    prove_content(content, signers)
    if key is None:
        return Dossier(content, None, None)
    allowed = required(signers, "nobody may sign a dossier")
    unsigned = Dossier(content, None, None)
    name, signature = allowed.sign(unsigned.signed, key=key, namespace=NAMESPACE, signer=signer)
    return Dossier(content, name, signature)


def _recorded(registry: Registry, evidence: Evidence) -> dict[str, Any]:
    version = evidence.version
    model, number = version.model, version.number
    first = registry.audit.about(model, number)[0]
    judged = {item.policy_digest for item in evidence.evaluations.values()}
    current = [evidence.policy.digest] if evidence.policy else []
    return {
        "card": model_card(evidence),
        "version": _plain(version),
        "policy_digest": current[0] if current else None,
        "policies": {
            digest: registry.policies.get(digest).canonical()
            for digest in sorted({*judged, *current})
        },
        "evaluations": [_plain(item) for _, item in sorted(evidence.evaluations.items())],
        "artifacts": [_plain(item) for _, item in sorted(evidence.artifacts.items())],
        "attachments": [_plain(item) for item in registry.attachments.list(model, number)],
        "approvals": [_plain(item) for item in evidence.approvals],
        "moves": [_plain(item) for item in evidence.moves],
        "audit": [_plain(item) for item in registry.audit.entries(model, first.sequence - 1)],
    }


def _plain(value: Any) -> Any:  # noqa: ANN401 - any dataclass, as JSON gives it back
    return json.loads(json.dumps(dataclasses.asdict(value), default=iso, allow_nan=False))
