"""Signatures that could not be made, and those that prove nothing."""

from frontier_assets.errors.root import FrontierAssetsError


class SigningError(FrontierAssetsError):
    """A key did not sign; nothing was changed."""

    def __init__(self, key: str, problem: str) -> None:
        """Name the ``key``'s file and the ``problem`` in the words of `ssh-keygen`."""
        self.key, self.problem = key, problem
        super().__init__(
            f"Key '{key}' did not sign: {problem}; name the file of a private key (or of a public "
            "one whose private half an agent holds), and where no terminal can ask for its "
            "passphrase, add it to the agent first: ssh-add"
        )


class SignatureRefusedError(FrontierAssetsError, PermissionError):
    """A signature does not prove that the signer it names signed these bytes."""

    def __init__(self, signer: str, namespace: str, problem: str, remedy: str) -> None:
        """Name the ``signer``, the ``namespace`` asked for, the ``problem`` and the ``remedy``."""
        self.signer, self.namespace = signer, namespace
        self.problem, self.remedy = problem, remedy
        super().__init__(f"Signature of '{signer}' for {namespace} is refused: {problem}; {remedy}")


class ApprovalRefusedError(FrontierAssetsError, PermissionError):
    """An approval does not count; nothing was changed."""

    def __init__(self, ref: str, stage: str, problem: str, remedy: str) -> None:
        """Name the version as ``ref``, the ``stage``, the ``problem`` and the ``remedy``."""
        self.ref, self.stage = ref, stage
        self.problem, self.remedy = problem, remedy
        super().__init__(f"Approval of {ref} for {stage} is refused: {problem}; {remedy}")
