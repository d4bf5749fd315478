"""What was asked for by name and does not exist."""

from collections.abc import Iterable
from datetime import datetime

from frontier_assets.errors.root import FrontierAssetsError


class NotFoundError(FrontierAssetsError, LookupError, ValueError):
    """Something that was asked for by name does not exist."""


class ModelNotFoundError(NotFoundError):
    """The registry has no model of this name."""

    def __init__(self, model: str) -> None:
        """Name the missing ``model``."""
        self.model = model
        super().__init__(f"Model '{model}' not found in registry")


class VersionNotFoundError(NotFoundError):
    """The model exists and the version does not."""

    def __init__(self, model: str, version: str) -> None:
        """Name the ``model`` and the ``version`` as it was asked for."""
        self.model, self.version = model, version
        super().__init__(f"Model '{model}' version '{version}' not found")


class BranchNotFoundError(NotFoundError):
    """The model has no such branch, or it was deleted."""

    def __init__(self, model: str, name: str) -> None:
        """Name the ``model`` and the branch as it was asked for."""
        self.model, self.name = model, name
        super().__init__(
            f"Model '{model}' branch '{name}' not found; `frontier branch list {model}` lists what "
            "there is, `frontier branch create` adds"
        )


class VersionDeletedError(VersionNotFoundError):
    """The version was deleted; its number is never given out again."""

    def __init__(
        self, model: str, version: str, *, deleted_at: datetime, deleted_by: str, reason: str
    ) -> None:
        """Name the version as it was asked for, and who deleted it, when and why."""
        super().__init__(model, version)
        self.deleted_at, self.deleted_by, self.reason = deleted_at, deleted_by, reason
        self.args = (
            f"{self}: {deleted_by} deleted it on {deleted_at:%Y-%m-%d %H:%M} UTC: {reason}",
        )


class PolicyNotFoundError(NotFoundError):
    """No policy of this digest was ever recorded."""

    def __init__(self, digest: str) -> None:
        """Name the ``digest`` as it was asked for."""
        self.digest = digest
        super().__init__(
            f"Policy '{digest}' not found in registry; "
            "`frontier sync` in its project records the current one"
        )


class ModelNotDefinedError(NotFoundError):
    """The project has no YAML of this model, so nothing there can build it."""

    def __init__(self, model: str, module: str, known: Iterable[str]) -> None:
        """Name the ``model``, the ``module`` of the definitions and the ``known`` models."""
        self.model, self.module, self.known = model, module, tuple(known)
        super().__init__(
            f"Model '{model}' is not defined by {module}, which has "
            f"{', '.join(self.known) or 'none'}; add a defs.yaml for it there"
        )


class CheckpointNotFoundError(NotFoundError):
    """The model has no such checkpoint."""

    def __init__(self, model: str, key: str) -> None:
        """Name the ``model`` and the checkpoint ``key`` as it was asked for."""
        self.model, self.key = model, key
        super().__init__(
            f"Model '{model}' checkpoint '{key}' not found; "
            f"`frontier checkpoints list {model}` lists what there is, training or "
            "`Workspace.checkpoints.save` makes one"
        )


class PinNotFoundError(NotFoundError):
    """There is no pin to take away."""

    def __init__(self, model: str, subject: str, name: str) -> None:
        """Name the ``model``, what kind of ``subject`` it was and the ``name`` asked for."""
        self.model, self.subject, self.name = model, subject, name
        super().__init__(f"Model '{model}' {subject} '{name}' is not pinned; nothing was changed")


class TrainingRunNotFoundError(NotFoundError):
    """The model has no training run of this name."""

    def __init__(self, model: str, name: str) -> None:
        """Name the ``model`` and the run as it was asked for."""
        self.model, self.name = model, name
        super().__init__(
            f"Model '{model}' training run '{name}' not found; "
            f"`frontier checkpoints list {model} --runs` lists what there is"
        )


class ArtifactNotFoundError(NotFoundError):
    """A version has no artifact of this name, or a store does not hold this digest."""

    def __init__(self, name: str, where: str, remedy: str) -> None:
        """Name the artifact, ``where`` it was looked for and the ``remedy``."""
        self.name, self.where, self.remedy = name, where, remedy
        super().__init__(f"Artifact '{name}' not found in {where}; {remedy}")


class BlobNotFoundError(NotFoundError):
    """A storage backend holds no blob of this name."""

    def __init__(self, name: str, store: str) -> None:
        """Name the blob and the ``store`` (its URL, without credentials)."""
        self.name, self.store = name, store
        super().__init__(f"Blob '{name}' not found in store {store}")
