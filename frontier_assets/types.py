"""The values that every layer speaks of: digests, numbers, refs, stages, versions, artifacts."""

import dataclasses
import enum
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

from frontier_assets.errors import InvalidValueError

if TYPE_CHECKING:
    import numpy as np

_MODEL_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*_?")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_NUMBER = re.compile(
    r"(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})(?:-([a-z][a-z0-9_]*)\.([1-9]\d{0,8}))?",
    re.ASCII,  # other scripts have digits too
)
_SEGMENT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
MAXIMUM_NAME_LENGTH = 100


def checked_model_name(name: str) -> str:
    """Return ``name``, or raise `InvalidValueError`: it becomes a Dagster group and a prefix."""
    if len(name) > MAXIMUM_NAME_LENGTH or not _MODEL_NAME.fullmatch(name):
        raise InvalidValueError(
            "Model name",
            name,
            "expected lower-case letters, digits and single underscores, starting with a letter, "
            f"at most {MAXIMUM_NAME_LENGTH} characters, e.g. 'digits_classifier'",
        )
    return name


def checked_segment(kind: str, name: str) -> str:
    """Return ``name`` when it is safe in partition keys, paths and URLs on every backend."""
    if len(name) > MAXIMUM_NAME_LENGTH or not _SEGMENT.fullmatch(name) or ".." in name:
        raise InvalidValueError(
            kind,
            name,
            "expected letters, digits, '_', '-' and single dots, not starting with '.' or '-', "
            f"at most {MAXIMUM_NAME_LENGTH} characters",
        )
    return name


class Digest(str):
    """A blake3 digest in 64 lower-case hexadecimal characters."""

    __slots__ = ()

    def __new__(cls, value: str) -> Self:
        """Refuse anything that is not a whole digest."""
        if not _DIGEST.fullmatch(value):
            raise InvalidValueError("Digest", value, "expected 64 lower-case hexadecimal digits")
        return super().__new__(cls, value)

    @property
    def short(self) -> str:
        """The first twelve characters, for people."""
        return self[:12]


class Stage(enum.StrEnum):
    """Where a version stands in its life. Moves are between neighbours."""

    DEVELOPMENT = "development"
    STAGING = "staging"
    PRODUCTION = "production"
    ARCHIVED = "archived"


class BuildStatus(enum.StrEnum):
    """How far a version's training has come; until a number is given it is the run's status."""

    DRAFT = "draft"
    TRAINING = "training"
    TRAINED = "trained"
    FAILED = "failed"


class ChangeClass(enum.StrEnum):
    """What a version changes against its parent; decides which part of the number moves."""

    MAJOR = "major"
    MINOR = "minor"
    PATCH = "patch"


class Severity(enum.StrEnum):
    """Whether a failed gate stops a version or only warns."""

    CRITICAL = "critical"
    WARNING = "warning"


class Outcome(enum.StrEnum):
    """What a gate or a proof came to. ``not_run`` never counts as passed."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_RUN = "not_run"


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class VersionNumber:
    """A semantic version; ``branch`` and ``iteration`` make a pre-release of that branch.

    Ordering is numeric, and a pre-release precedes its release (Semantic Versioning 2.0.0, 11).
    """

    major: int
    minor: int
    patch: int
    _release: bool = dataclasses.field(init=False, repr=False, default=True)
    branch: str = ""
    iteration: int = 0

    def __post_init__(self) -> None:
        """Derive the ordering key that puts a pre-release before its release."""
        object.__setattr__(self, "_release", not self.branch)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``1.2.3`` or ``1.2.3-branch.4``; a leading ``v`` is accepted and dropped."""
        match = _NUMBER.fullmatch(text.removeprefix("v"))
        if match is None:
            raise InvalidValueError(
                "Version", text, "expected MAJOR.MINOR.PATCH without leading zeros, e.g. '1.2.0'"
            )
        major, minor, patch, branch, iteration = match.groups()
        return cls(int(major), int(minor), int(patch), branch or "", int(iteration or 0))

    def bumped(self, change: ChangeClass) -> "VersionNumber":
        """Return the next release number for a ``change`` of this class."""
        if change is ChangeClass.MAJOR:
            return VersionNumber(self.major + 1, 0, 0)
        if change is ChangeClass.MINOR:
            return VersionNumber(self.major, self.minor + 1, 0)
        return VersionNumber(self.major, self.minor, self.patch + 1)

    def __str__(self) -> str:
        release = f"{self.major}.{self.minor}.{self.patch}"
        return f"{release}-{self.branch}.{self.iteration}" if self.branch else release


class Selector(enum.StrEnum):
    """The ways in which a ref picks a version."""

    LATEST = "latest"
    NUMBER = "number"
    SEQUENCE = "sequence"
    STAGE = "stage"
    DIGEST = "digest"
    BRANCH = "branch"


@dataclasses.dataclass(frozen=True, slots=True)
class Ref:
    """What a person types for a version, such as ``m``, ``m@1.2.0``, ``m@3``, ``m@production``."""

    model: str
    selector: Selector
    value: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a ref. A bare integer is a sequence; stage names are reserved words."""
        model, separator, value = text.partition("@")
        checked_model_name(model)
        if not separator or value == "latest":
            return cls(model, Selector.LATEST, "latest")
        if value in (Stage.STAGING, Stage.PRODUCTION):
            return cls(model, Selector.STAGE, value)
        if re.fullmatch(r"[1-9][0-9]{0,17}", value):
            return cls(model, Selector.SEQUENCE, value)
        if _NUMBER.fullmatch(value.removeprefix("v")):
            return cls(model, Selector.NUMBER, str(VersionNumber.parse(value)))
        if re.fullmatch(r"digest:[0-9a-f]{4,64}", value):
            return cls(model, Selector.DIGEST, value.removeprefix("digest:"))
        if re.fullmatch(r"[a-z][a-z0-9_]*", value) and len(value) <= MAXIMUM_NAME_LENGTH:
            return cls(model, Selector.BRANCH, value)
        raise InvalidValueError(
            "Ref",
            text,
            "expected MODEL, MODEL@1.2.0, MODEL@3 (sequence), MODEL@latest, MODEL@production, "
            "MODEL@staging, MODEL@<branch> or MODEL@digest:<prefix of 4 or more>",
        )

    def __str__(self) -> str:
        prefix = "digest:" if self.selector is Selector.DIGEST else ""
        return f"{self.model}@{prefix}{self.value}"


@dataclasses.dataclass(frozen=True, slots=True)
class Version:
    """A registered version, as it was when it was read; the registry holds the truth."""

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
    """What one gate decided on one evaluation of one version."""

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
