"""Registered versions handed to who uses them: in memory, as files on disk, or as a handle."""

import dataclasses
import weakref
from pathlib import Path

from frontier_assets.codecs.weights import weight_files
from frontier_assets.predictors.following import FollowedModel
from frontier_assets.predictors.serving import (
    LoadedModel,
    open_converted,
    open_original,
    verified_record,
)
from frontier_assets.registry.artifacts import ArtifactRecord
from frontier_assets.registry.database import Registry
from frontier_assets.storage.members import write_files
from frontier_assets.storage.stores import ArtifactStores
from frontier_assets.types import Artifact, Digest, Ref, Version


class Delivery:
    """Hands versions out; every byte is verified first. Thread-safe.

    With a ``store`` the copy there is read, and nothing else.
    """

    def __init__(self, registry: Registry, stores: ArtifactStores) -> None:
        self._registry = registry
        self._stores = stores
        self._followed: weakref.WeakSet[FollowedModel] = weakref.WeakSet()

    def close(self) -> None:
        """Follow no ref any more."""
        for model in list(self._followed):
            model.close()

    def load(self, ref: str | Ref, *, store: str | None = None) -> LoadedModel:
        """Load a version for prediction."""
        return self._loaded(self._in_store(ref, store))

    def follow(
        self, ref: str | Ref, *, store: str | None = None, refresh_s: float
    ) -> FollowedModel:
        """Load the version that a ref points at, and the next one whenever that changes."""
        followed = FollowedModel(
            ref, find=lambda: self._in_store(ref, store), load=self._loaded, refresh_s=refresh_s
        )
        self._followed.add(followed)
        return followed

    def load_converted(self, ref: str | Ref, target: str) -> LoadedModel:
        """Load a verified converted artifact of a version for prediction."""
        version = self._registry.versions.get(ref)
        predictor = open_converted(version, target, registry=self._registry, stores=self._stores)
        return LoadedModel(version, version.signature, predictor)

    def fetch(
        self,
        ref: str | Ref,
        destination: Path,
        *,
        target: str | None = None,
        store: str | None = None,
    ) -> list[Path]:
        """Write a version's files, or those of a verified ``target``; return their paths."""
        version = self._in_store(ref, store)
        if target is not None:
            record = verified_record(version, target, registry=self._registry)
            placed = dataclasses.replace(record, store=store or record.store)
            return self.handle(placed).content.write_to(destination)
        stored = self._stores[version.store].open(version.digest)
        if stored.kind == "state":
            return write_files(destination, weight_files(stored.structure, stored.read_entry))
        return stored.write_to(destination)

    def artifact(self, version: Version, target: str | None = None) -> Artifact:
        """Return a handle on a version's own artifact, or on a verified conversion of it."""
        if target is not None:
            return self.handle(verified_record(version, target, registry=self._registry))
        return self._handle("version", version.store, version.digest, version.stored_bytes)

    def handle(self, record: ArtifactRecord) -> Artifact:
        """Return a handle on a converted artifact, verified or not, for the step that made it."""
        return self._handle(record.name, record.store, record.digest, record.stored_bytes)

    def _in_store(self, ref: str | Ref, store: str | None) -> Version:
        version = self._registry.versions.get(ref)
        return dataclasses.replace(version, store=store or version.store)

    def _loaded(self, version: Version) -> LoadedModel:
        predictor = open_original(version, registry=self._registry, stores=self._stores)
        return LoadedModel(version, version.signature, predictor)

    def _handle(self, name: str, store: str, digest: Digest, stored_bytes: int) -> Artifact:
        content = self._stores[store].open(digest)
        return Artifact(
            name=name,
            digest=digest,
            store=store,
            uri=content.uri,
            size_bytes=content.size_bytes,
            stored_bytes=stored_bytes,
            members=tuple(entry.name for entry in content.entries),
            content=content,
        )
