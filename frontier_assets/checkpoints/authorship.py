"""Sign registrations, so that who made a version does not rest on what they said."""

import dataclasses
from pathlib import Path

from frontier_assets.registry.canonical import canonical_json
from frontier_assets.registry.versions import NewVersion
from frontier_assets.signatures import AllowedSigners

NAMESPACE = "frontier-registration"


@dataclasses.dataclass(frozen=True, slots=True)
class Author:
    """Somebody with a key in a file, who is among the ``signers`` under the name ``signer``.

    Without that it is the one name that their file gives to the key.
    """

    key: Path
    signer: str | None
    signers: AllowedSigners

    def signed(self, new: NewVersion) -> NewVersion:
        """Return ``new`` with the signature over its model and digest.

        Raises:
            SigningError: the key did not sign.
            SignatureRefusedError: the key is not one of an allowed signer.
            InvalidValueError: the key has several names.
        """
        payload = registration_payload(new.model, new.stored.digest)
        name, signature = self.signers.sign(
            payload, key=self.key, namespace=NAMESPACE, signer=self.signer
        )
        found = self.signers.verify(payload, signature, signer=name, namespace=NAMESPACE)
        return dataclasses.replace(
            new, author=found.name, author_key=found.key, author_signature=signature
        )


def registration_payload(model: str, digest: str) -> bytes:
    """Return what the author of a version signs."""
    return canonical_json({"format_version": 1, "model": model, "digest": digest}).encode()
