"""Steps of a version's life that were refused or that failed."""

from collections.abc import Iterable
from datetime import datetime

from frontier_assets.errors.root import FrontierAssetsError


class VersionExistsError(FrontierAssetsError, ValueError):
    """A version of this number exists already; versions are never overwritten."""

    def __init__(self, model: str, version: str) -> None:
        """Name the ``model`` and the ``version``."""
        self.model, self.version = model, version
        super().__init__(
            f"Version '{version}' of '{model}' already exists; leave the number out to get the next"
        )


class BranchExistsError(FrontierAssetsError, ValueError):
    """The model has, or had, a branch of this name; names stand in numbers, which are unique."""

    def __init__(self, model: str, name: str, *, deleted: bool) -> None:
        """Name the ``model`` and the branch, and say whether it was ``deleted`` since."""
        self.model, self.name, self.deleted = model, name, deleted
        problem = "was deleted, and its versions keep the name" if deleted else "already exists"
        super().__init__(f"Branch '{name}' of '{model}' {problem}; choose another name")


class NothingToMergeError(FrontierAssetsError, ValueError):
    """A branch has no version that main does not have already; nothing was registered."""

    def __init__(self, model: str, name: str) -> None:
        """Name the ``model`` and the branch."""
        self.model, self.name = model, name
        super().__init__(
            f"Branch '{name}' of '{model}' has nothing to merge; `frontier register {model} "
            f"--branch {name}` adds a version to it"
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


class ModelFrozenError(FrontierAssetsError, PermissionError):
    """Somebody stopped the promotions of the model; going back stays possible."""

    def __init__(self, model: str, frozen_by: str, frozen_at: datetime, reason: str) -> None:
        """Name the ``model``, and who stopped its promotions, when (UTC) and why."""
        self.model, self.frozen_by = model, frozen_by
        self.frozen_at, self.reason = frozen_at, reason
        super().__init__(
            f"Model '{model}' was frozen by {frozen_by} at {frozen_at:%Y-%m-%d %H:%M} UTC: "
            f"{reason}; `frontier unfreeze {model}` allows promotions again, "
            f"`frontier rollback {model}` is possible meanwhile"
        )


class NothingToRollBackError(FrontierAssetsError, LookupError):
    """There is no earlier production version to return to."""

    def __init__(self, model: str, detail: str) -> None:
        """Name the ``model`` and say in ``detail`` what was looked for."""
        self.model = model
        super().__init__(f"Model '{model}' cannot be rolled back: {detail}")


class CheckpointProtectedError(FrontierAssetsError, PermissionError):
    """Something holds a checkpoint that was to be deleted; nothing was deleted."""

    def __init__(self, model: str, key: str, holds: Iterable[str]) -> None:
        """Name the ``model``, the checkpoint's ``key`` and everything that ``holds`` it."""
        self.model, self.key, self.holds = model, key, tuple(holds)
        super().__init__(
            f"Checkpoint '{key}' of '{model}' cannot be deleted: {'; '.join(self.holds)}"
        )


class VersionProtectedError(FrontierAssetsError, PermissionError):
    """Something holds a version that was to be deleted; nothing was deleted."""

    def __init__(
        self, model: str, version: str, holds: Iterable[str], remedies: Iterable[str]
    ) -> None:
        """Name the version, everything that ``holds`` it, and what frees it of each."""
        self.model, self.version = model, version
        self.holds, self.remedies = tuple(holds), tuple(remedies)
        super().__init__(
            f"Version '{version}' of '{model}' cannot be deleted: {'; '.join(self.holds)}. "
            f"First {'; then '.join(self.remedies)}"
        )


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


class PredictionUnavailableError(FrontierAssetsError):
    """A version holds nothing that can predict by itself; its bytes are intact."""

    def __init__(self, ref: str, problem: str, remedy: str) -> None:
        """Name the version as ``ref``, what it holds instead and the ``remedy``."""
        self.ref, self.problem, self.remedy = ref, problem, remedy
        super().__init__(f"Prediction is unavailable for {ref}: {problem}; {remedy}")


class FollowingStoppedError(FrontierAssetsError):
    """The thread that kept a loaded model up to date is no longer there; the model still serves."""

    def __init__(self, ref: str) -> None:
        """Name the ``ref`` that was followed."""
        self.ref = ref
        super().__init__(
            f"{ref} is no longer followed: it was closed, its process was forked, or its thread "
            "failed, of which the log says more; load it again in this process"
        )
