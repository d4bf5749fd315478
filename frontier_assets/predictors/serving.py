"""From a registered version, or one of its converted artifacts, to something that predicts."""

import dataclasses
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from frontier_assets import entrypoints
from frontier_assets.codecs.objects import ObjectPolicy
from frontier_assets.errors import (
    ArtifactNotFoundError,
    EntrypointError,
    InvalidValueError,
    PredictionUnavailableError,
    UnverifiedArtifactError,
)
from frontier_assets.predictors.content import (
    WHOLE_MODELS,
    content_of,
    graphs_of,
    unavailable,
)
from frontier_assets.predictors.converted import open_files
from frontier_assets.predictors.formats import load_predictor
from frontier_assets.predictors.predictor import Predictor
from frontier_assets.registry.artifacts import ArtifactRecord
from frontier_assets.registry.database import Registry
from frontier_assets.specification import ModelSpecification, Outputs
from frontier_assets.storage.artifacts import StoredArtifact
from frontier_assets.storage.stores import ArtifactStores
from frontier_assets.types import Version

if TYPE_CHECKING:
    import numpy as np

ARCHIVE_TARGET = "exported"  # needs no code of the model's
_log = logging.getLogger(__name__)


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
    """Return the YAML that the version was registered under, else the model's current one.

    Raises:
        InvalidValueError: neither is on record.
    """
    if version.policy_digest is not None:
        return registry.policies.get(version.policy_digest)
    current = registry.policies.current(version.model)
    if current is None:
        raise InvalidValueError(
            "Model",
            version.model,
            "its YAML is not recorded in this registry yet; "
            "`frontier sync` in its project records it",
        )
    return current


def open_original(
    version: Version, *, registry: Registry, stores: ArtifactStores, from_code: bool = False
) -> Predictor:
    """Load the version as it was trained, by the framework that its YAML names.

    A network whose code is gone, or builds another one by now, comes from its `ARCHIVE_TARGET`,
    which was proved to be the same; unless it has to be ``from_code``.

    Raises:
        PredictionUnavailableError: it holds nothing of that framework that predicts.
        UntrustedContentError: it holds what the model's YAML does not allow to load.
        EntrypointError: the code that builds the predictor failed or is not there.
    """
    try:
        try:
            return _opened(version, registry, stores)
        except EntrypointError as error:
            archive = None if from_code else _proved_archive(version, registry, stores)
            if archive is None:
                raise
            _log.warning("%s; %s predicts by its proved archive instead", error, version.ref)
            return archive
    except (InvalidValueError, EntrypointError, PredictionUnavailableError) as error:
        current = registry.policies.current(version.model)
        if current is None or version.policy_digest in (None, current.digest):
            raise
        # Whoever corrects the YAML, as the error says, and tries again would meet it again.
        raise PredictionUnavailableError(
            version.ref,
            str(error).removeprefix(f"Prediction is unavailable for {version.ref}: "),
            "the YAML has changed since it was registered and it keeps the one of that time: "
            "register it again to have it judged by the present one",
        ) from error


def _opened(version: Version, registry: Registry, stores: ArtifactStores) -> Predictor:
    stored = stores[version.store].open(version.digest)
    if stored.kind == "files" and graphs_of(stored):
        # Whatever it was exported from, an ONNX file predicts by itself.
        return open_graph(version.ref, stored, outputs=_outputs_of(registry, version))
    specification = specification_of(registry, version)
    content = content_of(version.ref, stored, specification, permissions(registry, version))
    framework, architecture = specification.framework, specification.architecture
    if framework == "onnx":
        return load_predictor(
            framework, content=content.SerializeToString(), outputs=architecture.outputs
        )
    if framework in WHOLE_MODELS:
        return load_predictor(
            framework, model=content, inputs=architecture.inputs, outputs=architecture.outputs
        )
    entrypoint = architecture.entrypoint
    parts = {
        "entrypoint": entrypoint,
        "parameters": entrypoints.accepted(entrypoint, version.parameters) if entrypoint else {},
        "inputs": architecture.inputs,
    }
    if framework == "pytorch":
        return load_predictor(framework, state=content, **parts)
    return load_predictor(
        framework, ref=version.ref, content=content, outputs=architecture.outputs, **parts
    )


def _proved_archive(
    version: Version, registry: Registry, stores: ArtifactStores
) -> Predictor | None:
    try:
        return open_converted(version, ARCHIVE_TARGET, registry=registry, stores=stores)
    except (ArtifactNotFoundError, UnverifiedArtifactError):
        return None


def permissions(registry: Registry, version: Version) -> ObjectPolicy:
    """Return what may be loaded now: the current YAML decides, so that it can withdraw a trust."""
    current = registry.policies.current(version.model)
    return ObjectPolicy.of(current or specification_of(registry, version))


def open_converted(
    version: Version, target: str, *, registry: Registry, stores: ArtifactStores
) -> Predictor:
    """Load a converted artifact; one without a passed proof raises `UnverifiedArtifactError`."""
    record = verified_record(version, target, registry=registry)
    stored = stores[record.store].open(record.digest)
    return open_files(version.ref, stored, source_digest=version.digest)


def verified_record(version: Version, target: str, *, registry: Registry) -> ArtifactRecord:
    """Return the record of a converted artifact that has passed its parity check.

    Raises:
        ArtifactNotFoundError: the version has no artifact of this target.
        UnverifiedArtifactError: its check has not passed.
    """
    record = registry.artifacts.get(version.model, version.number, target)
    if record.verified_at is None:
        raise UnverifiedArtifactError(version.ref, target)
    return record


def open_graph(ref: str, stored: StoredArtifact, *, outputs: Outputs | None = None) -> Predictor:
    """Load the one ONNX file of an artifact; ``outputs`` chooses among several outputs of it."""
    graphs = graphs_of(stored)
    if len(graphs) != 1:
        raise unavailable(ref, stored, "expected exactly one *.onnx")
    return load_predictor("onnx", content=bytes(stored.read(graphs[0])), outputs=outputs)


def _outputs_of(registry: Registry, version: Version) -> Outputs | None:
    """Return what the YAML says of the outputs; a file needs none to predict by itself."""
    known = version.policy_digest is not None or registry.policies.current(version.model)
    return specification_of(registry, version).architecture.outputs if known else None
