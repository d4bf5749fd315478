"""Convert a registered version to a target, store the result unverified, and prove it."""

import dataclasses
import tempfile
from collections.abc import Mapping
from pathlib import Path

from frontier_assets.conversion.parity import Proof, prove
from frontier_assets.conversion.targets import convert, target_named
from frontier_assets.datasets.loading import load
from frontier_assets.errors import ConversionError
from frontier_assets.predictors.formats import load_predictor
from frontier_assets.predictors.predictor import Predictor
from frontier_assets.predictors.serving import open_original, specification_of
from frontier_assets.registry.artifacts import ArtifactRecord
from frontier_assets.registry.database import Registry
from frontier_assets.specification import ModelSpecification
from frontier_assets.storage.artifacts import StoredArtifact
from frontier_assets.storage.stores import ArtifactStores
from frontier_assets.types import Version
from frontier_assets.upkeep.saving import Marks, recorded


@dataclasses.dataclass(frozen=True, slots=True)
class ProvedArtifact:
    """A stored conversion with what its proof came to."""

    record: ArtifactRecord
    proof: Proof


class Conversions:
    """Conversions of registered versions."""

    def __init__(self, registry: Registry, stores: ArtifactStores, *, actor: str) -> None:
        self._registry = registry
        self._stores = stores
        self._actor = actor

    def run(
        self,
        version: Version,
        target: str,
        *,
        specification: ModelSpecification,
        run_id: str | None = None,
    ) -> ProvedArtifact:
        """Convert ``version``, store the files unverified, then prove them against the original.

        The proof reads the converted model back from the store, so what is proved is what is
        served. The record is verified only when the proof passes.

        Raises:
            ConversionError: the version cannot be converted; nothing was stored.
        """
        original = open_original(version, registry=self._registry, stores=self._stores)
        dataset = load(specification.source(specification.parity_dataset(target)))
        with tempfile.TemporaryDirectory(prefix="frontier-convert-") as folder:
            files = convert(
                target,
                version.ref,
                original,
                dataset,
                Path(folder),
                # The YAML may have changed since; the version is what it was registered as.
                framework=specification_of(self._registry, version).framework,
            )
            stored, record = self._save(version, target, files, run_id=run_id)
        proof = prove(original, self._read_back(version, target, stored), dataset)
        self._registry.artifacts.prove(
            record.id,
            outcome=proof.outcome,
            detail=proof.detail,
            measures=proof.measures,
            actor=self._actor,
            run_id=run_id,
        )
        return ProvedArtifact(record, proof)

    def _save(
        self, version: Version, target: str, files: Mapping[str, Path], *, run_id: str | None
    ) -> tuple[StoredArtifact, ArtifactRecord]:
        def save(marks: Marks) -> tuple[StoredArtifact, ArtifactRecord]:
            stored = self._stores[version.store].put_files(files)
            return stored, self._registry.artifacts.add(
                version.model,
                version.number,
                name=target,
                stored=marks.stored(stored),
                members=sorted(stored.members),
                details={"source_digest": version.digest},
                actor=self._actor,
                run_id=run_id,
            )

        return recorded(self._registry, self._stores, save)

    def _read_back(self, version: Version, target: str, stored: StoredArtifact) -> Predictor:
        kind = target_named(target)
        if kind.member not in stored.members:
            made = ", ".join(stored.members)
            raise ConversionError(version.ref, target, f"made {made} and no {kind.member}")
        reopened = self._stores[stored.store].open(stored.digest)
        return load_predictor(kind.format, content=bytes(reopened.read(kind.member)))
