"""Convert a registered version to a target, store the result unverified, and prove it."""

import dataclasses
import tempfile
from collections.abc import Mapping
from pathlib import Path

from frontier_assets.conversion.apart import Task, convert_apart
from frontier_assets.conversion.graph import MEMBER
from frontier_assets.conversion.parity import Proof, prove
from frontier_assets.conversion.targets import target_named
from frontier_assets.conversion.work import Work, gather
from frontier_assets.errors import IntegrityError
from frontier_assets.predictors.converted import open_files
from frontier_assets.predictors.serving import open_original, specification_of
from frontier_assets.registry.artifacts import ArtifactRecord
from frontier_assets.registry.database import Registry
from frontier_assets.specification import ModelSpecification
from frontier_assets.storage.artifacts import StoredArtifact
from frontier_assets.storage.stores import ArtifactStores
from frontier_assets.types import Outcome, Version
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
        served. The record is verified only when the proof passes. What the same bytes, options,
        data and packages have made and proved before is not made again.

        Raises:
            ConversionError: the version cannot be converted; nothing was stored.
        """
        # The YAML may have changed since; the version is what it was registered as.
        framework = specification_of(self._registry, version).framework
        work = gather(version, target, specification, framework)
        known = self._proved(version, target, work)
        if known is not None:
            return known
        original = open_original(version, registry=self._registry, stores=self._stores)
        with tempfile.TemporaryDirectory(prefix="frontier-convert-") as name:
            folder = Path(name)
            task = Task(
                target,
                version.ref,
                original,
                work.dataset,
                framework,
                self._parent(version, target, folder),
                work.calibration,
            )
            files = convert_apart(task, folder, work.limits)
            stored, record = self._save(version, target, files, key=work.key, run_id=run_id)
        converted = open_files(version.ref, self._stores[stored.store].open(stored.digest))
        proof = prove(original, converted, work.dataset, rules=work.rules, headline=work.headline)
        self._registry.artifacts.prove(
            record.id,
            outcome=proof.outcome,
            detail=proof.detail,
            measures=proof.measures,
            actor=self._actor,
            run_id=run_id,
        )
        return ProvedArtifact(record, proof)

    def _proved(self, version: Version, target: str, work: Work) -> ProvedArtifact | None:
        """Return what the same work has made and proved before, if its bytes are still whole."""
        found = self._newest(version, target)
        if found is None or found.verified_at is None or found.details.get("key") != work.key:
            return None
        try:
            self._stores[found.store].verify(found.digest)
        except IntegrityError:
            return None  # made again, its bytes replace the damaged ones
        return ProvedArtifact(found, Proof(Outcome.PASSED, found.outcome_detail, found.measures))

    def _parent(self, version: Version, target: str, folder: Path) -> Path | None:
        """Return the proved file that ``target`` is made from; None where there is none yet."""
        found = self._newest(version, target_named(target).parent)
        if found is None or found.verified_at is None:
            return None
        path = folder / "parent.onnx"
        path.write_bytes(self._stores[found.store].open(found.digest).read(MEMBER))
        return path

    def _newest(self, version: Version, name: str) -> ArtifactRecord | None:
        """Return the newest artifact of this name that was made from this version's bytes."""
        records = self._registry.artifacts.list(version.model, version.number)
        made = {item.name: item for item in records}.get(name)
        same = made is not None and made.details.get("source_digest") == version.digest
        return made if same else None

    def _save(
        self,
        version: Version,
        target: str,
        files: Mapping[str, Path],
        *,
        key: str,
        run_id: str | None,
    ) -> tuple[StoredArtifact, ArtifactRecord]:
        def save(marks: Marks) -> tuple[StoredArtifact, ArtifactRecord]:
            stored = self._stores[version.store].put_files(files)
            return stored, self._registry.artifacts.add(
                version.model,
                version.number,
                name=target,
                stored=marks.stored(stored),
                members=sorted(stored.members),
                details={"source_digest": version.digest, "key": key},
                actor=self._actor,
                run_id=run_id,
            )

        return recorded(self._registry, self._stores, save)
