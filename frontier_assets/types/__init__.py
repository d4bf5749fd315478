"""The values that every layer speaks of: digests, numbers, refs, stages, versions, artifacts."""

from frontier_assets.types.names import (
    MAXIMUM_NAME_LENGTH,
    Digest,
    checked_model_name,
    checked_segment,
)
from frontier_assets.types.records import (
    Artifact,
    ArtifactContent,
    Checkpoint,
    Verdict,
    Version,
)
from frontier_assets.types.refs import (
    MAIN,
    Ref,
    Selector,
    VersionNumber,
    checked_branch_name,
)
from frontier_assets.types.states import (
    AttachmentKind,
    BuildStatus,
    ChangeClass,
    ExperimentDecision,
    ExperimentState,
    Outcome,
    Severity,
    Stage,
    checked_change,
)

__all__ = [
    "MAIN",
    "MAXIMUM_NAME_LENGTH",
    "Artifact",
    "ArtifactContent",
    "AttachmentKind",
    "BuildStatus",
    "ChangeClass",
    "Checkpoint",
    "Digest",
    "ExperimentDecision",
    "ExperimentState",
    "Outcome",
    "Ref",
    "Selector",
    "Severity",
    "Stage",
    "Verdict",
    "Version",
    "VersionNumber",
    "checked_branch_name",
    "checked_change",
    "checked_model_name",
    "checked_segment",
]
