"""Evaluate a registered version on one data set, judge its gates and record both at once."""

import dataclasses
from typing import Any

from frontier_assets.dataset import Dataset
from frontier_assets.datasets.loading import load
from frontier_assets.errors import EntrypointError, FrontierAssetsError
from frontier_assets.evaluation.configuration import configuration_digest
from frontier_assets.evaluation.evaluate import EvaluationResult, evaluate
from frontier_assets.evaluation.gates import judge
from frontier_assets.evaluation.sampling import sampled
from frontier_assets.predictors.serving import open_original
from frontier_assets.registry.database import Registry
from frontier_assets.registry.evaluation_records import Evaluation
from frontier_assets.specification import DatasetSource, ModelSpecification
from frontier_assets.stats.paired import paired_difference
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

        What makes that impossible is recorded as a failure. Nothing is predicted where the same
        bytes were measured on the same data in the same way; so it is with the version in
        production, whose examples a gate against it is paired with.

        Raises:
            EntrypointError: the YAML does not allow what is in the data set, which includes rows
                that the training set has too; nothing was recorded.
        """
        try:
            return self._run(version, dataset_name, specification, run_id)
        except FrontierAssetsError as error:
            if not error.retryable:
                self._registry.failures.record(
                    version.model,
                    version.number,
                    kind="evaluation",
                    subject=dataset_name,
                    message=str(error),
                    actor=self._actor,
                    run_id=run_id,
                )
            raise

    def measured(
        self, version: Version, dataset_name: str, *, specification: ModelSpecification
    ) -> EvaluationResult:
        """Return what ``version`` scores on the data set, from the record or measured now."""
        source = specification.source(dataset_name)
        dataset = load(source, training=specification.training_source())
        return self._measured(version, dataset_name, dataset, specification)

    def _run(
        self,
        version: Version,
        dataset_name: str,
        specification: ModelSpecification,
        run_id: str | None,
    ) -> JudgedEvaluation:
        source = specification.source(dataset_name)
        dataset = load(source, training=specification.training_source())
        _refuse_own_training_data(version, source, dataset)
        result = self._measured(version, dataset_name, dataset, specification)
        holder = self._registry.stages.holder(version.model, Stage.PRODUCTION)
        held = None
        if holder is not None and holder.number != version.number:
            held = self._measured(holder, dataset_name, dataset, specification)
            result = dataclasses.replace(
                result, details={**result.details, "versus": _versus(result, holder, held)}
            )
        verdicts = judge(specification.gates_on(dataset_name), result, held)
        evaluation = self._registry.evaluations.record(
            version.model,
            version.number,
            dataset=dataset_name,
            dataset_digest=dataset.digest(),
            rows=result.rows,
            metrics=result.metrics,
            details=result.details,
            verdicts=verdicts,
            policy_digest=specification.digest,
            actor=self._actor,
            run_id=run_id,
        )
        return JudgedEvaluation(evaluation, tuple(verdicts))

    def _measured(
        self, version: Version, name: str, dataset: Dataset, specification: ModelSpecification
    ) -> EvaluationResult:
        """Return what is on record, or measure it."""
        policy = version.policy_digest
        registered = self._registry.policies.get(policy) if policy else specification
        configuration = configuration_digest(version, registered, specification, name)
        known = self._registry.evaluations.measured(
            version, dataset_digest=dataset.digest(), configuration=configuration
        )
        if known is not None and known.details is not None:
            details = {key: value for key, value in known.details.items() if key != "versus"}
            return EvaluationResult(known.metrics, known.rows, details)
        result = self._measure(
            version, name, sampled(dataset, specification.evaluation), specification
        )
        drawn = result.rows < len(dataset)
        sample = {"of": len(dataset), "seed": specification.evaluation.seed} if drawn else None
        return dataclasses.replace(
            result, details={**result.details, "sample": sample, "configuration": configuration}
        )

    def _measure(
        self, version: Version, name: str, dataset: Dataset, specification: ModelSpecification
    ) -> EvaluationResult:
        predictor = open_original(version, registry=self._registry, stores=self._stores)
        return evaluate(
            predictor,
            dataset,
            specification.evaluation.metrics,
            specification.architecture.outputs,
            classes=specification.architecture.classes,
            clustering=specification.task == "clustering",
            slices=[gate.slice for gate in specification.gates_on(name) if gate.slice],
        )


def _versus(result: EvaluationResult, holder: Version, held: EvaluationResult) -> dict[str, Any]:
    pairs = {name: paired_difference(result.details, held.details, name) for name in result.metrics}
    differences = {name: list(pair) for name, pair in pairs.items() if pair is not None}
    return {"version": holder.number, "digest": holder.digest, "differences": differences}


def _refuse_own_training_data(version: Version, source: DatasetSource, dataset: Dataset) -> None:
    """Refuse what the version itself was trained on, even if the training set differs by now."""
    if source.leakage == "refused" and dataset.digest() in version.data_digests.values():
        raise EntrypointError(
            source.entrypoint,
            f"{version.ref} was trained on exactly these {len(dataset)} rows (digest "
            f"{dataset.digest().short}); judge it on others, or write `leakage: allowed` for "
            f"'{source.name}'",
        )
