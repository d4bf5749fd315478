"""Convert a registered version to a target, store the result unverified, and prove it."""

import dataclasses
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

from frontier_assets.conversion.apart import Task, convert_apart, made_in
from frontier_assets.conversion.graph import MEMBER
from frontier_assets.conversion.measuring import Measuring
from frontier_assets.conversion.parity import Proof, expected_outputs
from frontier_assets.conversion.proving import Forebears, prove_stored
from frontier_assets.conversion.targets import Target, parent_in, plain_in
from frontier_assets.conversion.work import Work, gather
from frontier_assets.errors import (
    EngineUnavailableError,
    FrontierAssetsError,
    IntegrityError,
    MissingExtraError,
)
from frontier_assets.predictors.engines.record import RECORD
from frontier_assets.predictors.predictor import Predictor
from frontier_assets.predictors.serving import open_original, specification_of
from frontier_assets.registry.artifacts import ArtifactRecord
from frontier_assets.registry.database import Registry
from frontier_assets.specification import ModelSpecification
from frontier_assets.storage.artifacts import StoredArtifact
from frontier_assets.storage.stores import ArtifactStores
from frontier_assets.types import Outcome, Version
from frontier_assets.upkeep.saving import Marks, recorded

_NOT_TRIED = (MissingExtraError, EngineUnavailableError)


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
        self._measuring = Measuring(registry, stores, actor=actor)

    def run(
        self,
        version: Version,
        target: str,
        *,
        specification: ModelSpecification,
        run_id: str | None = None,
    ) -> ProvedArtifact:
        """Convert ``version``, store the files unverified, then prove and measure them.

        The proof reads the converted model back from the store, so what is proved is what is
        served. The record is verified only when the proof passes; then it is measured and judged
        too. What the same bytes, options, data and packages have made and proved before is not made
        again, nor is an engine whose proof could not run and still cannot.

        Raises:
            ConversionError: the version cannot be converted; nothing was stored but the failure.
            EngineUnavailableError: the target is an engine, which cannot be built here.
            InvalidValueError: the data are not such a model's; nothing was stored but the failure.
        """
        try:
            return self._run(version, target, specification, run_id)
        except FrontierAssetsError as error:
            if not error.retryable and not isinstance(error, _NOT_TRIED):
                self._registry.failures.record(
                    version.model,
                    version.number,
                    kind="conversion",
                    subject=target,
                    message=str(error),
                    actor=self._actor,
                    run_id=run_id,
                )
            raise

    def _run(
        self,
        version: Version,
        target: str,
        specification: ModelSpecification,
        run_id: str | None,
    ) -> ProvedArtifact:
        # The YAML may have changed since; the version is what it was registered as.
        registered = specification_of(self._registry, version)
        work = gather(version, target, specification, registered)
        proved = self._known(version, work) or self._proved(version, work, run_id)
        if proved.proof.outcome is not Outcome.PASSED:
            return proved
        return dataclasses.replace(
            proved, record=self._measuring.measured(version, proved.record, work, run_id=run_id)
        )

    def _proved(self, version: Version, work: Work, run_id: str | None) -> ProvedArtifact:
        original = open_original(
            version, registry=self._registry, stores=self._stores, from_code=True
        )
        expected = expected_outputs(
            version.ref, work.target.name, original, work.dataset, work.headline
        )
        with tempfile.TemporaryDirectory(prefix="frontier-convert-") as name:
            files, forebears = self._made(version, original, work, Path(name))
            stored, record = self._save(version, work, files, run_id=run_id)
        made = self._stores[stored.store].open(stored.digest)
        proof = prove_stored(version, work, original, made, forebears=forebears, expected=expected)
        record = self._registry.artifacts.prove(
            record.id,
            outcome=proof.outcome,
            detail=proof.detail,
            measures=proof.measures,
            actor=self._actor,
            run_id=run_id,
        )
        return ProvedArtifact(record, proof)

    def _known(self, version: Version, work: Work) -> ProvedArtifact | None:
        """Return what the same work has come to before, if its bytes are still whole."""
        found = self._newest(version, work.target.name)
        if found is None or found.details.get("key") != work.key:
            return None
        # Code that is gone can make nothing else.
        if work.code not in (None, found.details.get("code")):
            return None
        if found.verified_at is None and found.outcome is not Outcome.NOT_RUN:
            return None
        try:
            self._stores[found.store].verify(found.digest)
        except IntegrityError:
            return None  # made again, its bytes replace the damaged ones
        outcome = found.outcome or Outcome.NOT_RUN
        return ProvedArtifact(found, Proof(outcome, found.outcome_detail, found.measures))

    def _made(
        self, version: Version, original: Predictor, work: Work, folder: Path
    ) -> tuple[Mapping[str, Path], Forebears]:
        """Return the files that a process of its own wrote to ``folder``, and their forebears."""
        parent = self._parent(version, work.target, folder)
        task = Task(
            work.target.name,
            version.ref,
            original,
            work.dataset,
            work.framework,
            parent,
            work.calibration,
            work.options,
        )
        files = convert_apart(task, folder, work.limits)
        plain = plain_in(made_in(folder))
        if work.target.parent:
            parent = parent or parent_in(made_in(folder), work.target.name)
        return files, Forebears(
            parent.read_bytes() if parent else None,
            plain.read_bytes() if plain.exists() else None,
        )

    def _parent(self, version: Version, target: Target, folder: Path) -> Path | None:
        """Return the proved file that ``target`` is made from; None where there is none yet.

        One that was optimised for its own runtime is none: nothing else reads it.
        """
        found = self._newest(version, target.parent)
        if found is None or found.verified_at is None or found.details.get("level"):
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
        work: Work,
        files: Mapping[str, Path],
        *,
        run_id: str | None,
    ) -> tuple[StoredArtifact, ArtifactRecord]:
        details = {
            "source_digest": version.digest,
            "key": work.key,
            "code": work.code,
            "level": work.options.level,
        }
        if RECORD in files:
            details["engine"] = json.loads(files[RECORD].read_text("utf-8"))

        def save(marks: Marks) -> tuple[StoredArtifact, ArtifactRecord]:
            stored = self._stores[version.store].put_files(files)
            return stored, self._registry.artifacts.add(
                version.model,
                version.number,
                name=work.target.name,
                stored=marks.stored(stored),
                members=sorted(stored.members),
                details=details,
                actor=self._actor,
                run_id=run_id,
            )

        return recorded(self._registry, self._stores, save)
