"""Approve moves of versions: what has to be signed, adding what was signed, and what there is."""

from pathlib import Path

from frontier_assets.errors import InvalidValueError
from frontier_assets.promotion.approval_conditions import approval_conditions
from frontier_assets.promotion.moves import parse_stage
from frontier_assets.registry.approval_payload import NAMESPACE
from frontier_assets.registry.approvals import Approval
from frontier_assets.registry.database import Registry
from frontier_assets.signatures import AllowedSigners, required
from frontier_assets.types import Ref, Stage


class Approvals:
    """The approvals of every version's moves, each an SSH signature over one text."""

    def __init__(self, registry: Registry, *, actor: str, signers: AllowedSigners | None) -> None:
        self._registry = registry
        self._actor = actor
        self._signers = signers
        self._issued: dict[tuple[str, Stage], str] = {}

    def payload(self, ref: str | Ref, *, to: Stage | str) -> str:
        """Return the text whose signature approves a version's move to a stage.

        Its namespace is ``frontier-approval``: `ssh-keygen -Y sign -n frontier-approval -f KEY`.

        Raises:
            ApprovalRefusedError: the YAML asks for no approval, or the version is there already.
        """
        version, stage = self._registry.versions.get(ref), parse_stage(to)
        text = self._registry.approvals.issue(version.model, version.number, stage)
        self._issued[version.ref, stage] = text
        return text

    def add(
        self,
        ref: str | Ref,
        *,
        to: Stage | str,
        signature: str,
        signer: str,
        payload: str | None = None,
    ) -> Approval:
        """Add what ``signer``, a name in the allowed-signers file, signed.

        ``payload`` is the text that was signed; the one that this object issued last for the move
        when it is left out.

        Raises:
            ApprovalRefusedError: it does not approve this move now, or it was added before.
            InvalidValueError: there is no such text.
        """
        version, stage = self._registry.versions.get(ref), parse_stage(to)
        text = payload or self._issued.get((version.ref, stage))
        if text is None:
            raise InvalidValueError("Approval payload", None, "the text that was signed")
        return self._registry.approvals.add(
            version.model,
            version.number,
            stage,
            payload=text,
            signature=signature,
            signer=signer,
            actor=self._actor,
        )

    def sign(
        self, ref: str | Ref, *, to: Stage | str, key: Path, signer: str | None = None
    ) -> Approval:
        """Approve a move with a key; ``signer`` where the file gives the key several names.

        Raises:
            SigningError: the key cannot sign.
            SignatureRefusedError: the key is not one of an allowed signer.
            InvalidValueError: the key has several names and ``signer`` is not given.
            SettingsError: no allowed signers are set.
            ApprovalRefusedError: the approval would not count.
        """
        text = self.payload(ref, to=to)
        name, signature = required(self._signers).sign(
            text.encode(), key=key, namespace=NAMESPACE, signer=signer
        )
        return self.add(ref, to=to, signature=signature, signer=name, payload=text)

    def state(self, model: str) -> tuple[bool, str] | None:
        """Tell whether the version staged last has every approval for production, and in words.

        None where the YAML asks for no approval.
        """
        policy = self._registry.policies.current(model)
        if policy is None or not policy.promotion.production.approvals:
            return None
        staged = self._registry.stages.holder(model, Stage.STAGING)
        if staged is None:
            return True, f"No version of {model} waits in staging."
        (condition,) = approval_conditions(
            self._registry.stages.evidence(model, staged.number), Stage.PRODUCTION
        )
        return condition.state == "met", f"{staged.ref} for production: {condition.detail}."

    def list(self, ref: str | Ref) -> list[Approval]:
        """Return every approval of a version's moves, oldest first, judged as of now."""
        version = self._registry.versions.get(ref)
        return [*self._registry.stages.evidence(version.model, version.number).approvals]
