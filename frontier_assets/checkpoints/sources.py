"""What a version is made from: a checkpoint's weights, files from outside, or an object."""

import dataclasses
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from frontier_assets.checkpoints.checkpoints import Checkpoints
from frontier_assets.codecs.foreign import refuse_foreign_code, refuse_foreign_content
from frontier_assets.codecs.objects import ObjectPolicy
from frontier_assets.codecs.state import stored_objects, subtree
from frontier_assets.codecs.structure import opaque_entries
from frontier_assets.codecs.trial import refuse_unreadable
from frontier_assets.errors import ModelNotFoundError
from frontier_assets.registry.database import Registry
from frontier_assets.registry.versions import NewVersion
from frontier_assets.specification import ModelSpecification
from frontier_assets.storage.artifacts import Entry, Tree
from frontier_assets.storage.outside import Outside
from frontier_assets.storage.stored import StoredArtifact
from frontier_assets.storage.stores import ArtifactStores
from frontier_assets.upkeep.saving import Marks

# By convention a checkpoint keeps the model's weights, or the model itself, under this key.
WEIGHTS = "model"


class Sources:
    """Stores what becomes a version; the version itself is registered afterwards.

    The marks are from before the stores are looked at.
    """

    def __init__(
        self, registry: Registry, stores: ArtifactStores, checkpoints: Checkpoints
    ) -> None:
        self._registry = registry
        self._stores = stores
        self._checkpoints = checkpoints

    def from_checkpoint(self, model: str, key: str, marks: Marks) -> NewVersion:
        """Store the state's ``model`` part; nothing of it is decoded."""
        checkpoint = self._checkpoints.get(model, key)
        store = self._stores[checkpoint.store]
        stored = store.put(_weights(store.open(checkpoint.digest)), parents=[checkpoint.digest])
        return NewVersion(
            model=model,
            stored=marks.stored(stored),
            signature=self._signature(model, stored),
            checkpoint=checkpoint.key,
            parameters=checkpoint.parameters,
            metrics=checkpoint.metrics,
            data_digests=checkpoint.data_digests,
        )

    def from_object(self, model: str, value: object, marks: Marks) -> NewVersion:
        """Store a model, or weights, as they lie in memory; of a network its weights."""
        state = {WEIGHTS: _state_of(value)}
        saved = self._checkpoints.store(model, state)
        stored = self._stores[saved.store].put(_weights(saved), parents=[saved.digest])
        written = saved.stored_bytes + stored.stored_bytes
        return NewVersion(
            model=model,
            stored=dataclasses.replace(marks.stored(stored), stored_bytes=written),
            signature=self._signature(model, stored),
        )

    def from_files(self, model: str, files: Mapping[str, Path], marks: Marks) -> NewVersion:
        """Store files under their member names, unless one would run code when it is loaded."""
        check_files(model, files, self._specification(model))
        stored = self._stores[self._checkpoints.store_name(model)].put_files(files)
        signature = {"files": sorted(files)}
        return NewVersion(model=model, stored=marks.stored(stored), signature=signature)

    def from_uri(self, model: str, uri: str, marks: Marks) -> NewVersion:
        """Store where files lie and what they are; that they can be loaded is not tried."""
        store = self._stores[self._checkpoints.store_name(model)]
        files = find_files(model, uri, store.outside, self._specification(model))
        signature = {"files": sorted(files)}
        return NewVersion(model=model, stored=marks.stored(store.refer(files)), signature=signature)

    def _signature(self, model: str, stored: StoredArtifact) -> dict[str, Any]:
        specification = self._specification(model)
        # The size of a blob is no part of what a model looks like: every retrain changes it.
        opaque = opaque_entries(stored.structure)
        found: dict[str, Any] = {
            "tensors": {
                e.name: f"{e.dtype}{list(e.shape)}" for e in stored.entries if e.name not in opaque
            }
        }
        if objects := stored_objects(stored.structure):
            found["objects"] = {name: kind for name, (_, kind) in objects.items()}
        if specification is None:
            return found
        architecture = specification.architecture
        return {"inputs": architecture.inputs, "outputs": architecture.outputs, **found}

    def _specification(self, model: str) -> ModelSpecification | None:
        try:
            return self._registry.policies.current(model)
        except ModelNotFoundError:
            return None


def check_files(
    model: str, files: Mapping[str, Path], specification: ModelSpecification | None
) -> None:
    """Refuse files that are no versions of this model.

    Raises:
        UntrustedContentError: one would run code when somebody loads it, or has classes, which the
            YAML does not allow.
        InvalidValueError: the model's framework cannot read one.
    """
    policy = ObjectPolicy.of(specification)
    if not policy.allow_pickle:
        refuse_foreign_code(model, files)
    if specification is not None:
        refuse_unreadable(specification.framework, files, policy)


def find_files(
    model: str, uri: str, outside: Outside, specification: ModelSpecification | None
) -> dict[str, str]:
    """Return the URI of each file at a place by name, and refuse those that run code when loaded.

    Raises:
        InvalidValueError: the scheme is unknown, or nothing is there.
        UntrustedContentError: one is a pickle that the YAML does not allow.
    """
    files = outside.find(uri)
    if not ObjectPolicy.of(specification).allow_pickle:
        for name, place in files.items():
            with outside.file(place) as file:
                refuse_foreign_content(model, name, file)
    return files


def _state_of(value: object) -> object:
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.nn.Module):
        return value.state_dict()
    return value


def _weights(stored: StoredArtifact) -> Tree:
    structure, names = subtree(stored.structure, WEIGHTS)
    wanted = set(names)
    entries = [
        Entry(e.name, e.dtype, e.shape, lambda name=e.name: stored.read_entry(name))  # type: ignore[misc]
        for e in stored.entries
        if e.name in wanted
    ]
    return Tree("state", structure, entries)
