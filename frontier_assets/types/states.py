"""What a version, a build, a gate, a proof or a file can be; every word is stored as it is."""

import enum


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
