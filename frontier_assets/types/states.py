"""What a version, a build, a gate, a proof or a file can be; every word is stored as it is."""

import enum
from typing import Literal

from frontier_assets.errors import InvalidValueError


class Stage(enum.StrEnum):
    """Where a version stands in its life. Moves are between neighbours."""

    DEVELOPMENT = "development"
    STAGING = "staging"
    PRODUCTION = "production"
    ARCHIVED = "archived"

    @property
    def is_promoted_to(self) -> bool:
        """True of the stages that a version has to earn: the way elsewhere is open."""
        return self in (Stage.STAGING, Stage.PRODUCTION)


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


def checked_change(change: str) -> ChangeClass | Literal["auto"]:
    """Return the class of this name, or ``auto``: to be found by comparing with the parent."""
    if change == "auto":
        return "auto"
    try:
        return ChangeClass(change)
    except ValueError as error:
        known = ", ".join(["auto", *ChangeClass])
        raise InvalidValueError("Change", change, f"expected one of {known}") from error


class Severity(enum.StrEnum):
    """Whether a failed gate stops a version or only warns."""

    CRITICAL = "critical"
    WARNING = "warning"


class Outcome(enum.StrEnum):
    """What a gate or a proof came to. ``not_run`` never counts as passed."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_RUN = "not_run"


class ExperimentState(enum.StrEnum):
    """How far an experiment has come. ``stopped`` by somebody, ``decided`` by its own rules."""

    CREATED = "created"
    RUNNING = "running"
    STOPPED = "stopped"
    DECIDED = "decided"


class ExperimentDecision(enum.StrEnum):
    """What the rules say of an experiment at a look; all but ``continue`` end it."""

    CONTINUE = "continue"
    TREATMENT = "treatment"
    CONTROL = "control"
    GUARDRAIL_STOP = "guardrail_stop"
    INVALID = "invalid"


class AttachmentKind(enum.StrEnum):
    """What a file that is attached to a version is for."""

    BINARY = "binary"
    CHECKPOINT = "checkpoint"
    CONFIG = "config"
    CONFUSION_MATRIX = "confusion_matrix"
    FEATURE_IMPORTANCE = "feature_importance"
    LOG = "log"
    METRICS = "metrics"
    PLOT = "plot"
    REPORT = "report"
