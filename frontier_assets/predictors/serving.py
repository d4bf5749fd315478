"""From a registered version, or one of its converted artifacts, to something that predicts."""

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from frontier_assets import entrypoints
from frontier_assets.codecs.state import decode
from frontier_assets.errors import (
    ArtifactNotFoundError,
    InvalidValueError,
    UnverifiedArtifactError,
)
from frontier_assets.predictors.formats import load_predictor
from frontier_assets.predictors.predictor import Predictor
from frontier_assets.registry.artifacts import ArtifactRecord
from frontier_assets.registry.database import Registry
from frontier_assets.specification import ModelSpecification
from frontier_assets.storage.artifacts import StoredArtifact
from frontier_assets.storage.stores import ArtifactStores
from frontier_assets.types import Version

if TYPE_CHECKING:
    import numpy as np


@dataclasses.dataclass(frozen=True, slots=True)
class LoadedModel:
    """A verified version in memory, ready to predict."""

    version: Version
    signature: Mapping[str, Any]
    predictor: Predictor

    def predict(self, inputs: "Mapping[str, np.ndarray[Any, Any]]") -> "np.ndarray[Any, Any]":
        """Return the model's output for named inputs; the first axis is the example."""
        return self.predictor.predict(inputs)


def specification_of(registry: Registry, version: Version) -> ModelSpecification:
    """Return the YAML that the version was registered under, else the model's current one."""
    if version.policy_digest is not None:
        return registry.policies.get(version.policy_digest)
    current = registry.policies.current(version.model)
    if current is None:
        raise InvalidValueError(
            "Model",
            version.model,
            "its YAML is not recorded in this registry yet; "
            f"`frontier build {version.ref}` in its project records it",
        )
    return current


def open_original(version: Version, *, registry: Registry, stores: ArtifactStores) -> Predictor:
    """Load the version as it was trained: its weights into its own architecture."""
    stored = stores[version.store].open(version.digest)
    if stored.kind == "files":
        return _open_files(version.ref, stored)
    specification = specification_of(registry, version)
    architecture = specification.architecture
    assert architecture.entrypoint is not None  # noqa: S101 - the vocabulary demands it
    return load_predictor(
        specification.framework,
        state=decode(stored.structure, stored.read_entry),
        entrypoint=architecture.entrypoint,
        parameters=entrypoints.accepted(architecture.entrypoint, version.parameters),
        inputs=architecture.inputs,
    )


def open_converted(
    version: Version, target: str, *, registry: Registry, stores: ArtifactStores
) -> Predictor:
    """Load a converted artifact; one without a passed proof raises `UnverifiedArtifactError`."""
    record = verified_record(version, target, registry=registry)
    return _open_files(version.ref, stores[record.store].open(record.digest))


def verified_record(version: Version, target: str, *, registry: Registry) -> ArtifactRecord:
    """Return the record of a converted artifact that has passed its parity check."""
    record = registry.artifacts.get(version.model, version.number, target)
    if record.verified_at is None:
        raise UnverifiedArtifactError(version.ref, target)
    return record


def _open_files(ref: str, stored: StoredArtifact) -> Predictor:
    models = [entry.name for entry in stored.entries if entry.name.endswith(".onnx")]
    if len(models) != 1:
        raise ArtifactNotFoundError(
            "*.onnx",
            f"{ref} ({', '.join(entry.name for entry in stored.entries)})",
            "`frontier fetch` gets the files of a version that cannot predict by itself",
        )
    return load_predictor("onnx", content=bytes(stored.read(models[0])))
