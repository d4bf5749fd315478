"""``ModelLifecycle``: one YAML becomes one model's assets, checks, jobs and schedules.

It emits nothing that exists once per code location (sensors, IO managers, resources): two
components that each define a sensor of one name are refused by Dagster.
"""

from typing import Self

import dagster as dg
from pydantic import BaseModel, ValidationInfo, field_validator, model_validator
from typing_extensions import override

from frontier_assets import entrypoints
from frontier_assets.conversion.targets import TARGETS
from frontier_assets.errors import EntrypointError
from frontier_assets.experiments.design import directed
from frontier_assets.orchestration.assets.ab_test import build_ab_test_asset
from frontier_assets.orchestration.assets.checkpoint import build_checkpoint_spec
from frontier_assets.orchestration.assets.comparison import build_comparison_asset
from frontier_assets.orchestration.assets.conversion import build_conversion_asset
from frontier_assets.orchestration.assets.data import build_data_asset
from frontier_assets.orchestration.assets.evaluation import build_evaluation_asset
from frontier_assets.orchestration.assets.model_card import build_model_card_asset
from frontier_assets.orchestration.assets.stage import build_stage_specs
from frontier_assets.orchestration.assets.training import build_training_asset
from frontier_assets.orchestration.assets.version import build_version_asset
from frontier_assets.orchestration.checks.approvals import build_approvals_checks
from frontier_assets.orchestration.ingestion import build_ingest_job
from frontier_assets.orchestration.jobs import build_jobs, look_job_name
from frontier_assets.orchestration.repeated_keys import refuse_repeated_keys
from frontier_assets.orchestration.retention import build_retention_job
from frontier_assets.orchestration.scaffold.scaffolder import ModelScaffolder
from frontier_assets.orchestration.schedules import (
    build_looks_schedule,
    build_retention_schedule,
    check_cron,
)
from frontier_assets.specification import (
    ABTest,
    Architecture,
    Conversion,
    DatasetSource,
    Evaluation,
    Gate,
    ModelSpecification,
    Retention,
    Training,
    refused_format,
)
from frontier_assets.stats.metrics import METRICS, metric

_YAML = "defs.yaml"


class LocatedSpecification(ModelSpecification):
    """The YAML with what it names looked up: metrics, targets and entrypoints exist.

    Looking up an entrypoint reads its file and executes none of it.
    """

    @field_validator("evaluation")
    @classmethod
    def _metrics_can_be_computed(cls, evaluation: Evaluation, info: ValidationInfo) -> Evaluation:
        architecture: Architecture | None = info.data.get("architecture")
        for name in evaluation.metrics:
            metric(name, outputs_kind=architecture.outputs if architecture else None)
        return evaluation

    @field_validator("gates")
    @classmethod
    def _thresholds_are_possible(cls, gates: list[Gate]) -> list[Gate]:
        for gate in gates:
            if gate.threshold is not None and gate.metric in METRICS:
                METRICS[gate.metric].check_threshold(gate.name, gate.threshold)
        return gates

    @field_validator("conversions")
    @classmethod
    def _targets_exist(cls, conversions: list[Conversion]) -> list[Conversion]:
        unknown = [item.target for item in conversions if item.target not in TARGETS]
        if unknown:
            expected = refused_format(unknown[0]) or f"known: {', '.join(sorted(TARGETS))}"
            raise ValueError(f"unknown conversion target '{unknown[0]}'; {expected}")
        return conversions

    @model_validator(mode="after")
    def _converters_exist(self) -> Self:
        for conversion in self.conversions:
            frameworks = TARGETS[conversion.target].converters
            if self.framework not in frameworks:
                raise ValueError(
                    f"conversion target '{conversion.target}' knows no models of "
                    f"{self.framework}, only of {', '.join(frameworks)}; leave it out"
                )
        return self

    @model_validator(mode="after")
    def _options_have_a_meaning(self) -> Self:
        rest = self.architecture.free_dimensions[1:]
        for item in self.conversions:
            target = TARGETS[item.target]
            if item.optimization_level and not target.takes_level:
                raise ValueError(
                    f"`optimization_level` has no meaning for {item.target}; leave it out"
                )
            if item.profiles and not target.flavour:
                raise ValueError(
                    f"`profiles` have no meaning for {item.target}, which takes any size; leave "
                    "them out"
                )
            if target.flavour and (missing := [n for n in rest if n not in item.profiles]):
                raise ValueError(
                    f"{item.target} has to know the sizes of '{missing[0]}': write `profiles: "
                    f"{{{missing[0]}: [smallest, usual, largest]}}` beside it"
                )
        return self

    @field_validator("retention")
    @classmethod
    def _schedule_is_possible(cls, retention: Retention | None) -> Retention | None:
        if retention is not None:
            check_cron(retention.schedule)
        return retention

    @field_validator("ab_test")
    @classmethod
    def _experiments_are_possible(cls, section: ABTest | None) -> ABTest | None:
        if section is not None:
            check_cron(section.schedule)
            for item in section.metrics:
                directed(item)
        return section

    @field_validator("training", "architecture")
    @classmethod
    def _entrypoint_exists(
        cls, section: Training | Architecture | None
    ) -> Training | Architecture | None:
        if section is not None and section.entrypoint is not None:
            _locate(section.entrypoint)
        return section

    @field_validator("datasets")
    @classmethod
    def _sources_exist(cls, datasets: list[DatasetSource]) -> list[DatasetSource]:
        for source in datasets:
            _locate(source.entrypoint)
        return datasets


@dg.scaffold_with(ModelScaffolder)
class ModelLifecycle(dg.Component):
    """The whole life of one model: training, versions, evaluation, conversion and stages."""

    def __init__(self, specification: ModelSpecification) -> None:
        self.specification = specification

    @classmethod
    @override
    def get_model_cls(cls) -> type[BaseModel]:
        return LocatedSpecification

    @classmethod
    @override
    def load(cls, attributes: BaseModel | None, context: dg.ComponentLoadContext) -> Self:
        refuse_repeated_keys(context.path / _YAML)
        specification = LocatedSpecification.model_validate(attributes)
        return cls(specification)

    @override
    def build_defs(self, context: dg.ComponentLoadContext) -> dg.Definitions:
        """Assemble the model's definitions; no I/O, no import of the user's code."""
        specification = self.specification
        assets: list[dg.AssetsDefinition | dg.AssetSpec] = [
            *(build_data_asset(specification, source) for source in specification.datasets),
            build_checkpoint_spec(specification),
            build_version_asset(specification),
            *(build_evaluation_asset(specification, d) for d in specification.evaluation.datasets),
            *(build_conversion_asset(specification, item) for item in specification.conversions),
            build_comparison_asset(specification),
            build_model_card_asset(specification),
            *build_stage_specs(specification),
        ]
        if specification.training:
            assets.append(build_training_asset(specification, specification.training))
        if specification.ab_test:
            assets.append(build_ab_test_asset(specification, specification.ab_test))
        retention = build_retention_job(specification)
        jobs = [*build_jobs(specification), retention]
        if specification.watch:
            jobs.append(build_ingest_job(specification, specification.watch))
        schedules: list[dg.ScheduleDefinition] = []
        if specification.retention:
            schedules.append(build_retention_schedule(specification.retention, retention))
        if specification.ab_test:
            (look,) = (job for job in jobs if job.name == look_job_name(specification.name))
            schedules.append(build_looks_schedule(specification.name, specification.ab_test, look))
        return dg.Definitions(
            assets=assets,
            asset_checks=build_approvals_checks(specification),
            jobs=jobs,
            schedules=schedules,
        )


def _locate(entrypoint: str) -> None:
    try:
        entrypoints.locate(entrypoint)
    except EntrypointError as error:
        # Dagster adds file and line to a `ValueError` alone.
        raise ValueError(str(error)) from error
