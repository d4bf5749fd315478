"""Every error of the project: one class per decision that a caller makes.

Each message names the thing, its value and what to do next; the facts stay readable as attributes.
"""

from collections.abc import Iterable


class FrontierAssetsError(Exception):
    """Root of every error raised on purpose. ``retryable`` is true for transient causes only."""

    retryable: bool = False


class InvalidValueError(FrontierAssetsError, ValueError):
    """A value given by a person or a caller cannot be accepted; nothing was changed."""

    def __init__(self, thing: str, value: object, expected: str) -> None:
        """Name the ``thing``, the refused ``value`` and what was ``expected`` instead."""
        self.thing, self.value, self.expected = thing, value, expected
        shown = repr(value)
        if len(shown) > 200:  # noqa: PLR2004 - a message stays readable when the value is 10 kB
            shown = f"{shown[:200]}... ({len(shown)} characters)"
        super().__init__(f"{thing} {shown} is not valid: {expected}")


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


class BlobExistsError(FrontierAssetsError, FileExistsError):
    """A create-only write met a blob of the same name; the existing one is untouched."""

    def __init__(self, name: str, store: str) -> None:
        """Name the blob and the ``store``."""
        self.name, self.store = name, store
        super().__init__(f"Blob '{name}' already exists in store {store}")


class IntegrityError(FrontierAssetsError):
    """Stored bytes are not the bytes that were saved. Nothing of them may be used."""

    def __init__(self, artifact: str, where: str, problem: str) -> None:
        """Name the ``artifact`` (its digest), ``where`` it is broken, and the ``problem``."""
        self.artifact, self.where, self.problem = artifact, where, problem
        super().__init__(
            f"Artifact {artifact} is corrupt: {problem} ({where}); "
            "restore the file from a backup or build the version again"
        )


class UnsupportedFormatError(FrontierAssetsError):
    """Something on disk was written in a format that this version does not read."""

    def __init__(self, thing: str, found: object, supported: object) -> None:
        """Name the ``thing``, the format ``found`` and the one ``supported``."""
        self.thing, self.found, self.supported = thing, found, supported
        super().__init__(
            f"{thing} has format version {found}; this release reads {supported}: "
            "use the release that wrote it, or a newer one"
        )


class UnverifiedArtifactError(FrontierAssetsError, PermissionError):
    """A converted artifact has no passed parity check and must not be served."""

    def __init__(self, ref: str, target: str) -> None:
        """Name the version as ``ref`` and the conversion ``target``."""
        self.ref, self.target = ref, target
        super().__init__(
            f"Artifact '{target}' of {ref} is not verified: its parity check has not passed; "
            f"`frontier build {ref}` converts and checks it again"
        )


class VersionExistsError(FrontierAssetsError, ValueError):
    """A version of this number exists already; versions are never overwritten."""

    def __init__(self, model: str, version: str) -> None:
        """Name the ``model`` and the ``version``."""
        self.model, self.version = model, version
        super().__init__(
            f"Version '{version}' of '{model}' already exists; leave the number out to get the next"
        )


class StageConflictError(FrontierAssetsError):
    """The stage's holder is not the one that the caller expected; nothing was moved."""

    def __init__(self, model: str, stage: str, expected: str | None, actual: str | None) -> None:
        """Carry the ``expected`` and the ``actual`` holder's version (None: nobody)."""
        self.model, self.stage, self.expected, self.actual = model, stage, expected, actual
        super().__init__(
            f"{stage} of '{model}' is held by {actual or 'nobody'}, "
            f"not by {expected or 'nobody'} as expected; look again and decide again"
        )


class StageTransitionError(FrontierAssetsError, ValueError):
    """A version cannot move from its stage to the one asked for."""

    def __init__(self, ref: str, source: str, target: str, allowed: Iterable[str]) -> None:
        """Name the version, both stages and the ``allowed`` targets."""
        self.ref, self.source, self.target, self.allowed = ref, source, target, tuple(allowed)
        choices = ", ".join(self.allowed) or "none"
        super().__init__(f"{ref} is in {source} and cannot move to {target}; allowed: {choices}")


class PromotionRefusedError(FrontierAssetsError, PermissionError):
    """The evidence does not allow the move. ``reasons`` has one sentence per unmet condition."""

    def __init__(self, model: str, version: str, stage: str, reasons: Iterable[str]) -> None:
        """Name the version, the stage and every reason."""
        self.model, self.version, self.stage = model, version, stage
        self.reasons = tuple(reasons)
        super().__init__(
            f"Model {model} is not approved for {stage}: version {version}: "
            f"{'; '.join(self.reasons)}. `frontier why {model}@{version} --to {stage}` explains"
        )


class NothingToRollBackError(FrontierAssetsError, LookupError):
    """There is no earlier production version to return to."""

    def __init__(self, model: str, detail: str) -> None:
        """Name the ``model`` and say in ``detail`` what was looked for."""
        self.model = model
        super().__init__(f"Model '{model}' cannot be rolled back: {detail}")


class BuildInProgressError(FrontierAssetsError):
    """Another run holds the lease on this version's build."""

    def __init__(self, ref: str, holder: str) -> None:
        """Name the version as ``ref`` and the run that is building it."""
        self.ref, self.holder = ref, holder
        super().__init__(
            f"{ref} is being built by run {holder}; wait for it to end, or terminate it first"
        )


class BuildFailedError(FrontierAssetsError):
    """A step of a version's build failed; what the steps before it made is recorded."""

    def __init__(self, ref: str, step: str, problem: str, run_id: str) -> None:
        """Name the version as ``ref``, the ``step``, its ``problem`` and the run with the log."""
        self.ref, self.step, self.problem, self.run_id = ref, step, problem, run_id
        super().__init__(
            f"Build of {ref} failed in {step}: {problem}; `frontier why {ref}` says what is "
            f"missing, run {run_id} has the log"
        )


class EntrypointError(FrontierAssetsError):
    """User code could not be found, or failed when it was called."""

    def __init__(self, entrypoint: str, problem: str) -> None:
        """Name the ``entrypoint`` as written in the YAML, and the ``problem``."""
        self.entrypoint, self.problem = entrypoint, problem
        super().__init__(f"Entrypoint '{entrypoint}': {problem}")


class ConversionError(FrontierAssetsError):
    """A version could not be converted to a target; nothing was stored."""

    def __init__(self, ref: str, target: str, problem: str) -> None:
        """Name the version as ``ref``, the ``target`` and the ``problem``."""
        self.ref, self.target, self.problem = ref, target, problem
        super().__init__(f"Conversion of {ref} to {target} failed: {problem}")


class SettingsError(FrontierAssetsError, ValueError):
    """A setting is missing or cannot be used."""

    def __init__(self, setting: str, problem: str, remedy: str) -> None:
        """Name the ``setting``, the ``problem`` and the ``remedy``; never a credential."""
        self.setting, self.problem, self.remedy = setting, problem, remedy
        super().__init__(f"{setting}: {problem}; {remedy}")


class RegistrySchemaError(FrontierAssetsError):
    """The registry's database is older or newer than this release."""

    def __init__(self, url: str, problem: str, remedy: str) -> None:
        """Name the database (``url`` without its password), the ``problem`` and the ``remedy``."""
        self.url, self.problem, self.remedy = url, problem, remedy
        super().__init__(f"Registry {url}: {problem}; {remedy}")


class RegistryUnavailableError(FrontierAssetsError, ConnectionError):
    """The registry's database does not answer; nothing was changed. Trying again can help."""

    retryable = True

    def __init__(self, url: str, problem: str) -> None:
        """Name the database (``url`` without its password) and the ``problem``."""
        self.url, self.problem = url, problem
        super().__init__(
            f"Registry {url} cannot be used: {problem}; check that it can be reached and that "
            "nothing else holds it, then try again"
        )


class RegistryDamagedError(FrontierAssetsError):
    """The registry's database holds what no release wrote; what was read of it may be wrong."""

    def __init__(self, url: str, problem: str) -> None:
        """Name the database (``url`` without its password) and the ``problem``."""
        self.url, self.problem = url, problem
        super().__init__(
            f"Registry {url} is damaged: {problem}; restore the database from a backup, then "
            "`frontier audit verify` proves what it holds"
        )


class StoreUnavailableError(FrontierAssetsError, OSError):
    """A store cannot be read or written; what it holds is untouched."""

    def __init__(self, url: str, problem: str) -> None:
        """Name the store (``url`` without credentials) and the ``problem``."""
        self.url, self.problem = url, problem
        super().__init__(
            f"Store {url} cannot be used: {problem}; check its folder, its permissions and the "
            "space that is left"
        )


class AuditChainError(FrontierAssetsError):
    """The audit trail does not prove itself: an entry was changed, removed, added or moved."""

    def __init__(self, model: str, sequence: int, problem: str) -> None:
        """Locate the break: the ``model``, the entry's ``sequence`` and the ``problem``."""
        self.model, self.sequence, self.problem = model, sequence, problem
        super().__init__(f"Audit trail of '{model}' breaks at entry {sequence}: {problem}")


class MissingExtraError(FrontierAssetsError, ImportError):
    """A feature needs a package that is not installed."""

    def __init__(self, feature: str, package: str, extra: str) -> None:
        """Name the ``feature``, the missing ``package`` and the ``extra`` that brings it."""
        self.feature, self.package, self.extra = feature, package, extra
        super().__init__(
            f"{feature} needs '{package}', which is not installed: "
            f"pip install 'frontier_assets[{extra}]'"
        )


class UntrustedContentError(FrontierAssetsError, PermissionError):
    """Content that could run code when it is loaded, and that the model's YAML does not allow."""

    def __init__(self, content: str, problem: str, remedy: str) -> None:
        """Name the ``content``, why it is refused and the ``remedy``."""
        self.content, self.problem, self.remedy = content, problem, remedy
        super().__init__(f"{content} is refused: {problem}; {remedy}")


class MissingModuleError(FrontierAssetsError, ImportError):
    """A stored object needs a module that this process cannot import."""

    def __init__(self, content: str, module: str) -> None:
        """Name the ``content`` and the missing ``module``."""
        self.content, self.module = content, module
        super().__init__(
            f"{content} needs the module '{module}', which cannot be imported: install it, or put "
            "the project that defines it on the Python path"
        )


class PredictionUnavailableError(FrontierAssetsError):
    """A version holds nothing that can predict by itself; its bytes are intact."""

    def __init__(self, ref: str, problem: str, remedy: str) -> None:
        """Name the version as ``ref``, what it holds instead and the ``remedy``."""
        self.ref, self.problem, self.remedy = ref, problem, remedy
        super().__init__(f"Prediction is unavailable for {ref}: {problem}; {remedy}")
