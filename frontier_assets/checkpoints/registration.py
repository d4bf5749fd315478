"""Make versions from checkpoints, files or objects, attach files to them, and look them up."""

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from frontier_assets.checkpoints.attaching import attach
from frontier_assets.checkpoints.checkpoints import Checkpoints
from frontier_assets.checkpoints.comparison import Comparison, compare_versions
from frontier_assets.checkpoints.environment import current_environment
from frontier_assets.checkpoints.lineage import Lineage, trace
from frontier_assets.checkpoints.sources import Sources, check_files, find_files
from frontier_assets.errors import InvalidValueError
from frontier_assets.registry.attachments import Attachment
from frontier_assets.registry.database import Registry
from frontier_assets.registry.versions import NewVersion
from frontier_assets.specification import ModelSpecification
from frontier_assets.storage.stores import ArtifactStores
from frontier_assets.types import (
    ArtifactContent,
    AttachmentKind,
    ChangeClass,
    Ref,
    Version,
    checked_model_name,
)
from frontier_assets.upkeep.saving import Marks, recorded


class Versions:
    """The versions of every model."""

    def __init__(
        self, registry: Registry, stores: ArtifactStores, checkpoints: Checkpoints, *, actor: str
    ) -> None:
        self._registry = registry
        self._stores = stores
        self._sources = Sources(registry, stores, checkpoints)
        self._actor = actor

    def register(
        self,
        model: str,
        *,
        checkpoint: str | None = None,
        files: Mapping[str, Path] | None = None,
        uri: str | None = None,
        object: Any = None,  # noqa: A002, ANN401 - the public name, and whatever a model is
        change: ChangeClass | Literal["auto", "major", "minor", "patch"] = "auto",
        number: str | None = None,
        description: str = "",
        tags: Mapping[str, str] | None = None,
        metrics: Mapping[str, float] | None = None,
        parameters: Mapping[str, Any] | None = None,
        run_id: str | None = None,
    ) -> Version:
        """Register the next version, from a checkpoint, files, a URI or an object.

        ``checkpoint`` is a key, ``best`` or ``latest``; such a version holds the state's ``model``
        part alone and takes over the checkpoint's parameters, metrics and data digests. ``uri`` is
        an object, or a folder of objects, in S3, GCS, Azure or on disk: it is read once to hash it
        and never copied, so that it has to stay there as it is. ``object`` is a fitted model, a
        network (its weights are kept) or any state that a checkpoint holds.
        A checkpoint that the run ``run_id`` registered before gives the version that it became.

        Raises:
            InvalidValueError: ``change`` is unknown, or there is not exactly one source.
            NotFoundError: there is no such checkpoint.
            UntrustedContentError: a file is a pickle, or the object has classes, that the model's
                YAML does not allow; nothing was stored.
        """
        checked_model_name(model)
        chosen = _change_class(change)
        given = {"checkpoint": checkpoint, "files": files or None, "uri": uri, "object": object}

        def save(marks: Marks) -> Version:
            new = self._from_source(model, given, marks)
            described = dataclasses.replace(
                _completed(new, metrics or {}, parameters or {}),
                description=description,
                tags=dict(tags or {}),
            )
            self._registry.models.ensure(model, actor=self._actor)
            return self._registry.versions.register(
                described, change=chosen, number=number, actor=self._actor, run_id=run_id
            )

        return recorded(self._registry, self._stores, save)

    def check_files(
        self, model: str, files: Mapping[str, Path], *, specification: ModelSpecification | None
    ) -> None:
        """Refuse files as `register` would under ``specification``, before that is recorded.

        Raises:
            UntrustedContentError: a file is a pickle that the YAML does not allow.
            InvalidValueError: a file is not of the model's framework, or damaged.
        """
        check_files(model, files, specification)

    def check_uri(self, model: str, uri: str, *, specification: ModelSpecification) -> None:
        """Refuse what lies at a place as `register` would under ``specification``.

        Raises:
            UntrustedContentError: a file is a pickle that the YAML does not allow.
            InvalidValueError: the scheme is unknown, or nothing is there.
        """
        find_files(model, uri, self._stores[specification.storage].outside, specification)

    def of_run(self, model: str, run_ids: Sequence[str]) -> Version | None:
        """Return what one of these Dagster runs registered, the newest of several; None if none."""
        return self._registry.versions.of_run(model, run_ids)

    def get(self, ref: str | Ref) -> Version:
        """Return the version that a ref such as ``m@production`` stands for."""
        return self._registry.versions.get(ref)

    def list(self, model: str) -> Sequence[Version]:
        """Return all versions of a model, oldest first."""
        return self._registry.versions.list(model)

    def compare(self, first: str | Ref, second: str | Ref) -> Comparison:
        """Return all metrics of two versions side by side, and what else differs between them.

        Raises:
            InvalidValueError: they belong to two models that were never measured on the same data.
        """
        a, b = self.get(first), self.get(second)
        evidence = self._registry.stages.evidence
        return compare_versions(evidence(a.model, a.number), evidence(b.model, b.number))

    def lineage(self, ref: str | Ref) -> Lineage:
        """Return where a version came from and what came of it."""
        return trace(self._registry, self.get(ref))

    def attach(
        self,
        ref: str | Ref,
        files: Mapping[str, Path],
        *,
        kind: AttachmentKind | str,
        run_id: str | None = None,
    ) -> Sequence[Attachment]:
        """Keep files with a version, all or none, each under its name; the same again is no change.

        Raises:
            InvalidValueError: ``kind`` is unknown, a name is no plain file name or has another
                file, or a file is missing or empty.
        """
        return attach(
            self._registry,
            self._stores,
            self.get(ref),
            files,
            kind=kind,
            actor=self._actor,
            run_id=run_id,
        )

    def attachments(self, ref: str | Ref) -> Sequence[Attachment]:
        """Return the files that are attached to a version, ordered by name."""
        version = self.get(ref)
        return self._registry.attachments.list(version.model, version.number)

    def attachment(self, ref: str | Ref, name: str) -> ArtifactContent:
        """Return verified access to an attached file; its one member has its name.

        Raises:
            ArtifactNotFoundError: the version has no file of this name.
        """
        version = self.get(ref)
        found = self._registry.attachments.get(version.model, version.number, name)
        return self._stores[found.store].open(found.digest)

    def _from_source(self, model: str, given: Mapping[str, Any], marks: Marks) -> NewVersion:
        chosen = {name: value for name, value in given.items() if value is not None}
        if len(chosen) != 1:
            raise InvalidValueError(
                "Source of a version", chosen, f"expected exactly one of {', '.join(given)}"
            )
        ((name, value),) = chosen.items()
        if name == "checkpoint":
            return self._sources.from_checkpoint(model, value, marks)
        if name == "files":
            return self._sources.from_files(model, value, marks)
        if name == "uri":
            return self._sources.from_uri(model, value, marks)
        return self._sources.from_object(model, value, marks)


def _completed(
    new: NewVersion, metrics: Mapping[str, float], parameters: Mapping[str, Any]
) -> NewVersion:
    """Return ``new`` with what its source does not know, or knows differently."""
    return dataclasses.replace(
        new,
        metrics={**new.metrics, **metrics},
        parameters={**new.parameters, **parameters},
        environment=current_environment(),
    )


def _change_class(change: str) -> ChangeClass | Literal["auto"]:
    if change == "auto":
        return "auto"
    try:
        return ChangeClass(change)
    except ValueError as error:
        known = ", ".join(["auto", *ChangeClass])
        raise InvalidValueError("Change", change, f"expected one of {known}") from error
