"""One facade over a project's stores, registry and the operations that span them."""

import types
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, Self, overload

from frontier_assets.checkpoints.branches import Branches
from frontier_assets.checkpoints.checkpoints import Checkpoints
from frontier_assets.checkpoints.discovery.discovery import Discovery
from frontier_assets.checkpoints.models import Models
from frontier_assets.checkpoints.registration import Versions
from frontier_assets.checkpoints.runs import TrainingRuns
from frontier_assets.conversion.picking import Pick, pick
from frontier_assets.conversion.versions import Conversions, ProvedArtifact
from frontier_assets.dataset import Dataset
from frontier_assets.errors import ConversionError, InvalidValueError
from frontier_assets.evaluation.comparisons import Comparisons
from frontier_assets.evaluation.contest import Entrant
from frontier_assets.evaluation.duel import Duel
from frontier_assets.evaluation.states import EvaluationState, evaluation_states
from frontier_assets.evaluation.versions import Evaluations, JudgedEvaluation
from frontier_assets.experiments.experiments import Experiments
from frontier_assets.integrations.exchange import Exchange
from frontier_assets.predictors.delivery import Delivery
from frontier_assets.predictors.following import FollowedModel
from frontier_assets.predictors.serving import LoadedModel
from frontier_assets.promotion.approvals import Approvals
from frontier_assets.promotion.card import model_card
from frontier_assets.promotion.dossier import write_dossier
from frontier_assets.promotion.dossier_proof import Dossier
from frontier_assets.promotion.gate_conditions import quality_conditions
from frontier_assets.promotion.moves import Stages
from frontier_assets.registry.artifacts import ArtifactRecord
from frontier_assets.registry.database import Registry
from frontier_assets.registry.evidence import Decision
from frontier_assets.registry.lineage import trace
from frontier_assets.settings import Settings
from frontier_assets.specification import ModelSpecification
from frontier_assets.storage.connections import Connections
from frontier_assets.storage.stores import ArtifactStores
from frontier_assets.types import Artifact, Digest, Ref, Stage, Version
from frontier_assets.upkeep.upkeep import Upkeep


class Workspace:
    """A project's models. Thread-safe; close it, or use it as a context manager.

    ``models``, ``checkpoints``, ``discovery``, ``training_runs``, ``versions``, ``branches``,
    ``stages``, ``approvals``, ``experiments`` and ``audit`` hold the operations on each, ``store``
    those on all the stores, ``exchange`` imports and exports.
    """

    def __init__(self, settings: Settings, *, connections: Connections | None = None) -> None:
        self.settings = settings
        self.registry = Registry.open(settings.registry_url, signers=settings.signers)
        self.stores = ArtifactStores(
            settings.stores,
            root=settings.root,
            encryption_key_file=settings.encryption_key_file,
            cache_url=settings.cache_url,
            connections=connections,
        )
        self.audit = self.registry.audit
        actor = settings.actor
        self.store = Upkeep(self.registry, self.stores, actor=actor)
        self.checkpoints = Checkpoints(self.registry, self.stores, actor=actor)
        self.discovery = Discovery(self.registry, self.checkpoints, root=settings.root, actor=actor)
        self.training_runs = TrainingRuns(self.registry, actor=actor)
        self.models = Models(self.registry, actor=actor)
        self.versions = Versions(
            self.registry, self.stores, self.checkpoints, actor=actor, signers=settings.signers
        )
        self.branches = Branches(self.registry, actor=actor)
        self.stages = Stages(self.registry, actor=actor)
        self.approvals = Approvals(self.registry, actor=actor, signers=settings.signers)
        self.exchange = Exchange(
            self.registry,
            self.stores,
            store_name=self.checkpoints.store_name,
            write=lambda version, folder: self.fetch(version.ref, folder),
            actor=actor,
        )
        self.experiments = Experiments(self.registry, self.stores, root=settings.root, actor=actor)
        self._evaluations = Evaluations(self.registry, self.stores, actor=actor)
        self._comparisons = Comparisons(self.registry, self.stores, self._evaluations)
        self._conversions = Conversions(self.registry, self.stores, actor=actor)
        self._delivery = Delivery(self.registry, self.stores)

    @classmethod
    def open(
        cls,
        *,
        root: Path | None = None,
        registry_url: str | None = None,
        stores: Mapping[str, str] | None = None,
        actor: str | None = None,
        encryption_key_file: Path | None = None,
        cache_url: str | None = None,
        allowed_signers: Path | None = None,
        revoked_signers: Path | None = None,
        connections: Connections | None = None,
    ) -> Self:
        """Open the project of the current folder, or the one that the arguments name.

        ``connections`` say how the stores' clouds are reached; the environment where they do not.

        Raises:
            SettingsError: there is neither a project here nor settings that name one.
            RegistrySchemaError: the registry's database is older or newer than this release.
        """
        settings = Settings.read(
            root=root,
            registry_url=registry_url,
            stores=stores,
            actor=actor,
            encryption_key_file=encryption_key_file,
            cache_url=cache_url,
            allowed_signers=allowed_signers,
            revoked_signers=revoked_signers,
        )
        return cls(settings, connections=connections)

    def close(self) -> None:
        """Close the registry's connections, and follow no ref any more."""
        self._delivery.close()
        self.registry.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: types.TracebackType | None,
    ) -> None:
        self.close()

    def record_policy(
        self, specification: ModelSpecification, *, run_id: str | None = None
    ) -> Digest:
        """Make ``specification`` the model's current policy, unless it is already."""
        self.registry.models.ensure(specification.name, actor=self.settings.actor)
        return self.registry.policies.record(
            specification, actor=self.settings.actor, run_id=run_id
        )

    def evaluate(
        self, ref: str | Ref, dataset: str, *, run_id: str | None = None
    ) -> JudgedEvaluation:
        """Measure a version on a data set of its YAML, judge the gates there, record both.

        Raises:
            NotFoundError: there is no such version.
            InvalidValueError: the YAML evaluates on no such data set.
            EntrypointError: the YAML does not allow what is in the data set.
        """
        version = self.versions.get(ref)
        specification = self.specification(version.model)
        if dataset not in specification.evaluation.datasets:
            known = ", ".join(specification.evaluation.datasets)
            raise InvalidValueError("Data set", dataset, f"one of {known}")
        return self._evaluations.run(version, dataset, specification=specification, run_id=run_id)

    def evaluation_states(self, ref: str | Ref) -> dict[str, EvaluationState]:
        """Return by data set whether a version was evaluated, and how it ended."""
        version = self.versions.get(ref)
        evidence = self.registry.stages.evidence(version.model, version.number)
        return evaluation_states(evidence, self.registry.failures.list(version.model, "evaluation"))

    def compare_with_production(self, ref: str | Ref) -> Duel | None:
        """Hold a version against the one in production, on the data of its YAML.

        None where no version is in production, or this one is.
        """
        version = self.versions.get(ref)
        specification = self.specification(version.model)
        return self._comparisons.with_production(version, specification=specification)

    def compare_on(
        self, refs: Sequence[str | Ref], dataset: Dataset, metrics: Sequence[str] = ()
    ) -> list[Entrant]:
        """Measure versions on examples, ordered by the first metric, with their latencies.

        ``metrics`` are those of the first version's YAML when left out. A version that fails is
        told with its problem and comes last.

        Raises:
            NotFoundError: there is no such version.
            InvalidValueError: there is no version, or a metric cannot be computed.
        """
        versions = [self.versions.get(ref) for ref in refs]
        if not versions:
            raise InvalidValueError("Versions to compare", list(refs), "expected at least one")
        specification = self.specification(versions[0].model)
        names = metrics or specification.evaluation.metrics
        return self._comparisons.on(versions, dataset, names, specification=specification)

    def convert(self, ref: str | Ref, target: str, *, run_id: str | None = None) -> ProvedArtifact:
        """Convert a version whose critical gates have all passed, and prove the result.

        Raises:
            InvalidValueError: the YAML names no such target.
            ConversionError: a critical gate has no passing verdict, or the conversion failed.
        """
        version = self.versions.get(ref)
        specification = self.specification(version.model)
        if target not in [item.target for item in specification.conversions]:
            known = ", ".join(item.target for item in specification.conversions) or "none"
            raise InvalidValueError("Conversion target", target, f"one the YAML names: {known}")
        evidence = self.registry.stages.evidence(version.model, version.number)
        gates = Decision(quality_conditions(evidence))
        if not gates.allowed:
            raise ConversionError(version.ref, target, "; ".join(gates.reasons))
        return self._conversions.run(version, target, specification=specification, run_id=run_id)

    def complete_build(self, version: Version, *, run_id: str) -> None:
        """Record that everything a build makes for ``version`` is there."""
        self.registry.builds.complete(
            version.model, version.number, run_id=run_id, actor=self.settings.actor
        )

    def specification(self, model: str) -> ModelSpecification:
        """Return the model's YAML as last recorded by a run."""
        self.registry.models.get(model)
        current = self.registry.policies.current(model)
        if current is None:
            raise InvalidValueError(
                "Model",
                model,
                "its YAML is not recorded; `frontier sync` in its project records it",
            )
        return current

    def model_card(self, ref: str | Ref) -> str:
        """Return what a reviewer decides on, as Markdown."""
        version = self.versions.get(ref)
        evidence = self.registry.stages.evidence(version.model, version.number)
        return model_card(evidence, trace(self.registry, version))

    def dossier(
        self, ref: str | Ref, *, key: Path | None = None, signer: str | None = None
    ) -> Dossier:
        """Return everything on record about a version as one file's content, signed by ``key``.

        `read_dossier` proves the file later, without this registry.

        Raises:
            DossierError: the registry contradicts itself, or was changed meanwhile.
            AuditChainError: the audit trail does not prove itself.
            SigningError: the key did not sign.
            SignatureRefusedError: the key is not one of an allowed signer.
        """
        version = self.versions.get(ref)
        return write_dossier(
            version,
            registry=self.registry,
            lineage=self.versions.lineage(version.ref),
            actor=self.settings.actor,
            signers=self.settings.signers,
            key=key,
            signer=signer,
        )

    def why(self, ref: str | Ref, *, to: Stage | str = Stage.PRODUCTION) -> Decision:
        """Return every condition for moving a version to a stage, each with its evidence."""
        return self.stages.why(ref, to=to)

    @overload
    def load(self, ref: str | Ref, *, store: str | None = None) -> LoadedModel: ...

    @overload
    def load(
        self,
        ref: str | Ref,
        *,
        store: str | None = None,
        follow: Literal[True],
        refresh_s: float = 5.0,
    ) -> FollowedModel: ...

    def load(
        self,
        ref: str | Ref,
        *,
        store: str | None = None,
        follow: bool = False,
        refresh_s: float = 5.0,
    ) -> LoadedModel | FollowedModel:
        """Load a version for prediction; every byte is verified first.

        With a ``store`` its copy there is read, and nothing else. With ``follow`` the model changes
        to another version when ``ref`` does, which is looked up every ``refresh_s`` seconds.

        Raises:
            ArtifactNotFoundError: the version was not copied to that store.
            IntegrityError: a stored byte differs from what was registered.
            EntrypointError: the code that builds the network cannot be imported.
            InvalidValueError: ``ref`` always means one version and cannot be followed.
        """
        if follow:
            return self._delivery.follow(ref, store=store, refresh_s=refresh_s)
        return self._delivery.load(ref, store=store)

    def load_converted(self, ref: str | Ref, target: str) -> LoadedModel:
        """Load a verified converted artifact of a version, such as ``onnx``, for prediction."""
        return self._delivery.load_converted(ref, target)

    def pick(self, ref: str | Ref, *, runtime: str | None = None) -> Pick:
        """Choose the fastest converted artifact of a version whose proof passed.

        ``runtime`` is what it has to run in, such as ``onnxruntime``.

        Raises:
            ArtifactNotFoundError: there is none; it says why each may not be used.
        """
        version = self.versions.get(ref)
        records = self.registry.artifacts.list(version.model, version.number)
        policy = self.registry.policies.current(version.model)
        return pick(version, records, runtime, gates=policy.gates if policy else ())

    def fetch(
        self,
        ref: str | Ref,
        destination: Path,
        *,
        target: str | None = None,
        store: str | None = None,
    ) -> list[Path]:
        """Write a version's files, or those of a verified ``target``, under ``destination``.

        Weights become one ``model.safetensors``, a whole model one file of its own format, such
        as ``model.skops``. With a ``store`` the copy there is read, and nothing else. Returns the
        paths written.
        """
        return self._delivery.fetch(ref, destination, target=target, store=store)

    def artifact(self, version: Version, target: str | None = None) -> Artifact:
        """Return a handle on a version's own artifact, or on a verified conversion of it."""
        return self._delivery.artifact(version, target)

    def handle(self, record: ArtifactRecord) -> Artifact:
        """Return a handle on a converted artifact, verified or not, for the step that made it."""
        return self._delivery.handle(record)
