"""Versions, checkpoints, verdicts and artifacts, as they were when they were read."""

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from frontier_assets.types.names import Digest
from frontier_assets.types.states import BuildStatus, ChangeClass, Outcome, Severity, Stage

if TYPE_CHECKING:
    import numpy as np


@dataclasses.dataclass(frozen=True, slots=True)
class Version:
    """A registered version, as it was when it was read; the registry holds the truth.

    ``merged_from`` is the head of the branch that a version on main took its content from.
    ``author`` signed the registration with the key of this fingerprint; None: nobody did.
    ``origin`` says where an imported one came from. Only history shows one that was deleted.
    """

    id: int
    model: str
    number: str
    sequence: int
    branch: str
    parent: str | None
    change: ChangeClass
    change_reason: str
    build_status: BuildStatus
    stage: Stage
    digest: Digest
    store: str
    size_bytes: int
    stored_bytes: int
    checkpoint: str | None
    policy_digest: Digest | None
    description: str
    tags: Mapping[str, str]
    parameters: Mapping[str, Any]
    metrics: Mapping[str, float]
    signature: Mapping[str, Any]
    data_digests: Mapping[str, str]
    environment: Mapping[str, str]
    run_id: str | None
    created_by: str
    created_at: datetime
    merged_from: str | None = None
    author: str | None = None
    author_key: str | None = None
    author_signature: str | None = None
    origin: Mapping[str, str] | None = None
    deleted_at: datetime | None = None

    @property
    def ref(self) -> str:
        """``model@number``."""
        return f"{self.model}@{self.number}"


@dataclasses.dataclass(frozen=True, slots=True)
class Checkpoint:
    """A saved training state. ``stored_bytes`` is what this save newly wrote."""

    id: int
    model: str
    run: str
    step: int
    epoch: int | None
    digest: Digest
    store: str
    size_bytes: int
    stored_bytes: int
    metrics: Mapping[str, float]
    parameters: Mapping[str, Any]
    data_digests: Mapping[str, str]
    created_at: datetime

    @property
    def key(self) -> str:
        """The partition key, ``<run>-step-<n>``."""
        return f"{self.run}-step-{self.step}"


@dataclasses.dataclass(frozen=True, slots=True)
class Verdict:
    """What one gate decided about one version; ``dataset`` is what on: a data set or a target."""

    gate: str
    gate_digest: Digest
    severity: Severity
    outcome: Outcome
    dataset: str
    metric: str
    comparison: str
    threshold: float | None
    observed: float | None
    detail: str


class ArtifactContent(Protocol):
    """Verified access to the bytes behind an `Artifact`; every read checks its hash."""

    def read(self, member: str) -> bytes:
        """Return one member's bytes."""

    def tensors(self, names: list[str] | None = None) -> "dict[str, np.ndarray[Any, Any]]":
        """Return the named tensors (all without ``names``), reading no others."""

    def write_to(self, folder: Path) -> list[Path]:
        """Write every member as a file under ``folder``, all or nothing, and return the paths."""


@dataclasses.dataclass(frozen=True, slots=True)
class Artifact:
    """A handle on stored bytes; moving it between steps moves none of them.

    ``size_bytes`` counts the raw content, ``stored_bytes`` what storing it newly wrote.
    """

    name: str
    digest: Digest
    store: str
    uri: str
    size_bytes: int
    stored_bytes: int
    members: tuple[str, ...]
    content: ArtifactContent = dataclasses.field(repr=False, compare=False)
