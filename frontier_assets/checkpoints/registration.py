"""Make a version from a checkpoint or from files, and look versions up."""

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from frontier_assets.checkpoints.checkpoints import Checkpoints
from frontier_assets.checkpoints.environment import current_environment
from frontier_assets.codecs.state import subtree
from frontier_assets.errors import InvalidValueError
from frontier_assets.registry.database import Registry
from frontier_assets.registry.versions import NewVersion
from frontier_assets.storage.artifacts import Entry, Tree
from frontier_assets.storage.stored import StoredArtifact
from frontier_assets.storage.stores import ArtifactStores
from frontier_assets.types import ChangeClass, Ref, Version, checked_model_name

# By convention a checkpoint keeps the model's weights under this key.
WEIGHTS = "model"


class Versions:
    """The versions of every model."""

    def __init__(
        self, registry: Registry, stores: ArtifactStores, checkpoints: Checkpoints, *, actor: str
    ) -> None:
        self._registry = registry
        self._stores = stores
        self._checkpoints = checkpoints
        self._actor = actor

    def register(
        self,
        model: str,
        *,
        checkpoint: str | None = None,
        files: Mapping[str, Path] | None = None,
        change: ChangeClass | Literal["auto", "major", "minor", "patch"] = "auto",
        number: str | None = None,
        description: str = "",
        tags: Mapping[str, str] | None = None,
        metrics: Mapping[str, float] | None = None,
        parameters: Mapping[str, Any] | None = None,
        run_id: str | None = None,
    ) -> Version:
        """Register the next version, from a ``checkpoint`` key (or ``best``, ``latest``) or files.

        A version from a checkpoint holds the weights alone (the state's ``model`` part, where it
        has one) and takes over the checkpoint's parameters, metrics and data digests.

        Raises:
            InvalidValueError: ``change`` is unknown, or there is not exactly one source.
            NotFoundError: there is no such checkpoint.
        """
        checked_model_name(model)
        chosen = _change_class(change)
        new = self._from_source(model, checkpoint, files)
        described = dataclasses.replace(
            new,
            description=description,
            tags=dict(tags or {}),
            metrics={**new.metrics, **(metrics or {})},
            parameters={**new.parameters, **(parameters or {})},
            environment=current_environment(),
        )
        self._registry.models.ensure(model, actor=self._actor)
        return self._registry.versions.register(
            described, change=chosen, number=number, actor=self._actor, run_id=run_id
        )

    def get(self, ref: str | Ref) -> Version:
        """Return the version that a ref such as ``m@production`` stands for."""
        return self._registry.versions.get(ref)

    def list(self, model: str) -> Sequence[Version]:
        """Return all versions of a model, oldest first."""
        return self._registry.versions.list(model)

    def _from_source(
        self, model: str, checkpoint: str | None, files: Mapping[str, Path] | None
    ) -> NewVersion:
        if checkpoint is not None and files is None:
            return self._from_checkpoint(model, checkpoint)
        if files and checkpoint is None:
            return self._from_files(model, files)
        given = {"checkpoint": checkpoint, "files": files}
        raise InvalidValueError("Source of a version", given, "expected exactly one of the two")

    def _from_checkpoint(self, model: str, key: str) -> NewVersion:
        checkpoint = self._checkpoints.get(model, key)
        store = self._stores[checkpoint.store]
        stored = store.put(_weights(store.open(checkpoint.digest)), parents=[checkpoint.digest])
        return NewVersion(
            model=model,
            digest=stored.digest,
            store=stored.store,
            size_bytes=stored.size_bytes,
            stored_bytes=stored.stored_bytes,
            checkpoint=checkpoint.key,
            parameters=checkpoint.parameters,
            metrics=checkpoint.metrics,
            data_digests=checkpoint.data_digests,
            signature=self._signature(model, stored),
        )

    def _from_files(self, model: str, files: Mapping[str, Path]) -> NewVersion:
        stored = self._stores[self._checkpoints.store_name(model)].put_files(files)
        return NewVersion(
            model=model,
            digest=stored.digest,
            store=stored.store,
            size_bytes=stored.size_bytes,
            stored_bytes=stored.stored_bytes,
            signature={"files": sorted(files)},
        )

    def _signature(self, model: str, stored: StoredArtifact) -> dict[str, Any]:
        specification = self._registry.policies.current(model)
        tensors = {e.name: f"{e.dtype}{list(e.shape)}" for e in stored.entries}
        if specification is None:
            return {"tensors": tensors}
        architecture = specification.architecture
        return {
            "inputs": architecture.inputs,
            "outputs": architecture.outputs,
            "tensors": tensors,
        }


def _change_class(change: str) -> ChangeClass | Literal["auto"]:
    if change == "auto":
        return "auto"
    try:
        return ChangeClass(change)
    except ValueError as error:
        known = ", ".join(["auto", *ChangeClass])
        raise InvalidValueError("Change", change, f"expected one of {known}") from error


def _weights(stored: StoredArtifact) -> Tree:
    structure, names = subtree(stored.structure, WEIGHTS)
    wanted = set(names)
    entries = [
        Entry(e.name, e.dtype, e.shape, lambda name=e.name: stored.read_entry(name))  # type: ignore[misc]
        for e in stored.entries
        if e.name in wanted
    ]
    return Tree("state", structure, entries)
