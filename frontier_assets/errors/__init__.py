"""Every error of the project: one class per decision that a caller makes.

Each message names the thing, its value and what to do next; the facts stay readable as attributes.
"""

from frontier_assets.errors.content import (
    ArtifactTooLargeError,
    BlobChangedError,
    BlobExistsError,
    IntegrityError,
    MissingModuleError,
    UnsupportedFormatError,
    UntrustedContentError,
    UnverifiedArtifactError,
)
from frontier_assets.errors.installation import (
    AuditChainError,
    EncryptionKeyError,
    MissingExtraError,
    RegistryDamagedError,
    RegistrySchemaError,
    RegistryUnavailableError,
    SettingsError,
    StoreUnavailableError,
)
from frontier_assets.errors.lifecycle import (
    BuildFailedError,
    BuildInProgressError,
    ConversionError,
    EntrypointError,
    NothingToRollBackError,
    PredictionUnavailableError,
    PromotionRefusedError,
    StageConflictError,
    StageTransitionError,
    VersionExistsError,
)
from frontier_assets.errors.missing import (
    ArtifactNotFoundError,
    BlobNotFoundError,
    CheckpointNotFoundError,
    ModelNotDefinedError,
    ModelNotFoundError,
    NotFoundError,
    PolicyNotFoundError,
    TrainingRunNotFoundError,
    VersionNotFoundError,
)
from frontier_assets.errors.root import (
    FrontierAssetsError,
    InvalidValueError,
)

__all__ = [
    "ArtifactNotFoundError",
    "ArtifactTooLargeError",
    "AuditChainError",
    "BlobChangedError",
    "BlobExistsError",
    "BlobNotFoundError",
    "BuildFailedError",
    "BuildInProgressError",
    "CheckpointNotFoundError",
    "ConversionError",
    "EncryptionKeyError",
    "EntrypointError",
    "FrontierAssetsError",
    "IntegrityError",
    "InvalidValueError",
    "MissingExtraError",
    "MissingModuleError",
    "ModelNotDefinedError",
    "ModelNotFoundError",
    "NotFoundError",
    "NothingToRollBackError",
    "PolicyNotFoundError",
    "PredictionUnavailableError",
    "PromotionRefusedError",
    "RegistryDamagedError",
    "RegistrySchemaError",
    "RegistryUnavailableError",
    "SettingsError",
    "StageConflictError",
    "StageTransitionError",
    "StoreUnavailableError",
    "TrainingRunNotFoundError",
    "UnsupportedFormatError",
    "UntrustedContentError",
    "UnverifiedArtifactError",
    "VersionExistsError",
    "VersionNotFoundError",
]
