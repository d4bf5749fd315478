"""Evaluate a registered version on one data set, judge its gates and record both at once."""

import dataclasses
from collections.abc import Mapping

from frontier_assets.dataset import Dataset
from frontier_assets.datasets.loading import load
from frontier_assets.errors import EntrypointError
from frontier_assets.evaluation.evaluate import EvaluationResult, evaluate
from frontier_assets.evaluation.gates import judge
from frontier_assets.predictors.serving import open_original
from frontier_assets.registry.database import Registry
from frontier_assets.registry.evaluations import Evaluation
from frontier_assets.specification import DatasetSource, ModelSpecification
from frontier_assets.storage.stores import ArtifactStores
from frontier_assets.types import Stage, Verdict, Version


@dataclasses.dataclass(frozen=True, slots=True)
class JudgedEvaluation:
    """What was measured and what every gate on that data set decided."""

    evaluation: Evaluation
    verdicts: tuple[Verdict, ...]


class Evaluations:
    """Evaluations of registered versions."""

    def __init__(self, registry: Registry, stores: ArtifactStores, *, actor: str) -> None:
        self._registry = registry
        self._stores = stores
        self._actor = actor

    def run(
        self,
        version: Version,
        dataset_name: str,
        *,
        specification: ModelSpecification,
        run_id: str | None = None,
    ) -> JudgedEvaluation:
        """Measure ``version`` on the data set and record metrics and verdicts in one transaction.

        A gate against production compares with the holder's metrics on the same data; they are
        measured here when no evaluation of the holder on this data set's digest is on record.

        Raises:
            EntrypointError: the YAML does not allow what is in the data set, which includes rows
                that the training set has too; nothing was recorded.
        """
        source = specification.source(dataset_name)
        dataset = load(source, training=specification.training_source())
        _refuse_own_training_data(version, source, dataset)
        result = self._measure(version, dataset, specification)
        baseline = self._baseline(version, dataset_name, dataset, result, specification)
        gates = specification.gates_on(dataset_name)
        verdicts = judge(gates, result.metrics, baseline)
        evaluation = self._registry.evaluations.record(
            version.model,
            version.number,
            dataset=dataset_name,
            dataset_digest=result.dataset_digest,
            rows=result.rows,
            metrics=result.metrics,
            details=result.details,
            verdicts=verdicts,
            policy_digest=specification.digest,
            actor=self._actor,
            run_id=run_id,
        )
        return JudgedEvaluation(evaluation, tuple(verdicts))

    def _measure(
        self, version: Version, dataset: Dataset, specification: ModelSpecification
    ) -> EvaluationResult:
        predictor = open_original(version, registry=self._registry, stores=self._stores)
        return evaluate(
            predictor,
            dataset,
            specification.evaluation.metrics,
            specification.architecture.outputs,
            classes=specification.architecture.classes,
            clustering=specification.task == "clustering",
        )

    def _baseline(
        self,
        version: Version,
        dataset_name: str,
        dataset: Dataset,
        result: EvaluationResult,
        specification: ModelSpecification,
    ) -> Mapping[str, float] | None:
        holder = self._registry.stages.holder(version.model, Stage.PRODUCTION)
        if holder is None or holder.number == version.number:
            return None
        recorded = self._registry.evaluations.find(
            holder.model, holder.number, dataset_name, result.dataset_digest
        )
        if recorded and set(specification.evaluation.metrics) <= set(recorded.metrics):
            return recorded.metrics
        return self._measure(holder, dataset, specification).metrics


def _refuse_own_training_data(version: Version, source: DatasetSource, dataset: Dataset) -> None:
    """Refuse what the version itself was trained on, even if the training set differs by now."""
    if source.leakage == "refused" and dataset.digest() in version.data_digests.values():
        raise EntrypointError(
            source.entrypoint,
            f"{version.ref} was trained on exactly these {len(dataset)} rows (digest "
            f"{dataset.digest().short}); judge it on others, or write `leakage: allowed` for "
            f"'{source.name}'",
        )
