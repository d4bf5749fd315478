"""Signed heads: what ties a trail to somebody's key, so that nobody else can write it anew.

A head is an entry's place and hash; as every entry holds the hash of the one before, whoever signs
a head vouches for all of the trail up to there. The signature stands in an entry of its own.
"""

import dataclasses
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from frontier_assets.errors import AuditChainError, SignatureRefusedError
from frontier_assets.registry.canonical import canonical_json
from frontier_assets.registry.columns import iso
from frontier_assets.registry.ledger import AuditAction
from frontier_assets.signatures import AllowedSigners, required

NAMESPACE = "frontier-audit-head"


@dataclasses.dataclass(frozen=True, slots=True)
class Head:
    """The last entry of a model's trail at the moment ``at``."""

    model: str
    sequence: int
    hash: str
    at: datetime

    def payload(self) -> bytes:
        """Return what a signature of the head is over."""
        return canonical_json({**dataclasses.asdict(self), "at": iso(self.at)}).encode()


@dataclasses.dataclass(frozen=True, slots=True)
class SignedHead:
    """A head with the signature of ``signer``, and the ``entry`` in which it stands."""

    head: Head
    signer: str
    signature: str
    entry: int

    def facts(self) -> dict[str, Any]:
        """Return what its entry holds."""
        kept = {"sequence": self.head.sequence, "hash": self.head.hash, "at": iso(self.head.at)}
        return {**kept, "signer": self.signer, "signature": self.signature}

    @classmethod
    def of(cls, entry: int, model: str, facts: Mapping[str, Any]) -> "SignedHead":
        """Return the head that an ``entry`` of a model's trail holds."""
        at = datetime.fromisoformat(facts["at"])
        head = Head(model, facts["sequence"], facts["hash"], at)
        return cls(head, facts["signer"], facts["signature"], entry)


def sign_head(
    head: Head, *, key: Path, signer: str | None, signers: AllowedSigners | None
) -> SignedHead:
    """Return ``head`` signed with the key in a file, once that counts as a signature.

    Raises:
        SettingsError: there are no ``signers``.
        SigningError: the key did not sign.
        SignatureRefusedError: the key is not one of an allowed signer.
        InvalidValueError: ``signer`` is not given, and the key has several names.
    """
    allowed = required(signers, f"nobody may sign the trail of '{head.model}'")
    name, signature = allowed.sign(head.payload(), key=key, namespace=NAMESPACE, signer=signer)
    return SignedHead(head, name, signature, head.sequence + 1)


def vouched(
    entries: Iterable[dict[str, Any]], signers: AllowedSigners | None
) -> Iterator[dict[str, Any]]:
    """Yield proved, stored ``entries`` of one trail, each once the head it may hold is verified.

    A head before the first of the entries is verified as far as its signature.

    Raises:
        AuditChainError: a head is not that of the trail, or its signature does not count.
        SettingsError: there is a signed head, and no ``signers`` to verify it by.
    """
    hashes: dict[int, str] = {}
    for entry in entries:
        hashes[entry["sequence"]] = entry["hash"]
        signed = signed_head(entry)
        if signed is not None:
            _verify(signed, hashes, signers)
        yield entry


def signed_head(entry: Mapping[str, Any]) -> SignedHead | None:
    """Return the head that a stored entry holds; None where it tells of something else.

    Raises:
        AuditChainError: it only claims to hold one.
    """
    if entry["action"] != AuditAction.HEAD_SIGNED:
        return None
    try:
        return SignedHead.of(entry["sequence"], entry["model"], json.loads(entry["after"]))
    except (KeyError, TypeError, ValueError) as error:
        problem = "the entry holds no signed head"
        raise AuditChainError(entry["model"], entry["sequence"], problem) from error


def _verify(signed: SignedHead, hashes: Mapping[int, str], signers: AllowedSigners | None) -> None:
    head = signed.head
    first = next(iter(hashes))
    if head.sequence >= first and hashes.get(head.sequence) != head.hash:
        problem = f"{signed.signer} signed another entry {head.sequence} than the one that is there"
        raise AuditChainError(head.model, signed.entry, problem)
    allowed = required(signers, f"the trail of '{head.model}' has a signed head")
    try:
        allowed.verify(
            head.payload(),
            signed.signature,
            signer=signed.signer,
            namespace=NAMESPACE,
            at=head.at,
        )
    except SignatureRefusedError as error:
        raise AuditChainError(head.model, signed.entry, str(error)) from error
