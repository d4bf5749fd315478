"""The jobs that keep the stores in order, with their schedules: once per code location."""

import dataclasses
from collections.abc import Sequence
from datetime import timedelta

import dagster as dg
from pydantic import Field

from frontier_assets.orchestration.failures import translated
from frontier_assets.orchestration.resources import WorkspaceResource
from frontier_assets.orchestration.tags import LIGHT_EXECUTOR
from frontier_assets.upkeep.collection import DEFAULT_GRACE, CollectedStore
from frontier_assets.upkeep.verification import Damage

_COLLECT, _VERIFY = "store__collect", "store__verify"
# At night, and not at the same time: both read all manifests.
_COLLECTED_DAILY, _VERIFIED_WEEKLY = "0 3 * * *", "0 5 * * 0"


class CollectConfig(dg.Config):
    """What to collect."""

    grace_hours: float = Field(
        default=DEFAULT_GRACE / timedelta(hours=1),
        ge=0,
        description="How old garbage is before it is condemned, and how long it is condemned "
        "before it is deleted. Longer than any save takes, and any reading of what was deleted.",
    )
    dry_run: bool = Field(default=False, description="Change nothing, report what would be done.")
    repack: list[str] = Field(
        default_factory=list,
        description="Models whose checkpoints are first stored as differences to the one before.",
    )


def build_upkeep_definitions() -> dg.Definitions:
    """Return `store__collect` and `store__verify` with their schedules, which start stopped."""
    jobs = {_COLLECTED_DAILY: _collect_job(), _VERIFIED_WEEKLY: _verify_job()}
    return dg.Definitions(
        jobs=[*jobs.values()],
        schedules=[
            dg.ScheduleDefinition(
                name=f"{job.name}_schedule", cron_schedule=cron, job=job, execution_timezone="UTC"
            )
            for cron, job in jobs.items()
        ],
    )


def _collect_job() -> dg.JobDefinition:
    @dg.op(name="collect_garbage")
    def collect(
        context: dg.OpExecutionContext, config: CollectConfig, workspace: WorkspaceResource
    ) -> None:
        with translated(), workspace.opened() as opened:
            for model in () if config.dry_run else config.repack:
                opened.store.repack(model)
            found = opened.store.collect(
                dry_run=config.dry_run, grace=timedelta(hours=config.grace_hours)
            )
        context.add_output_metadata({"stores": _table(found)})

    @dg.job(
        name=_COLLECT,
        executor_def=LIGHT_EXECUTOR,
        description="Delete what no checkpoint, version or artifact refers to any more: condemned "
        "first, deleted a grace period later. A failed run names the artifact that cannot be "
        "accounted for; nothing of its store was deleted. Same as `frontier store collect`.",
    )
    def collect_job() -> None:
        collect()

    return collect_job


def _verify_job() -> dg.JobDefinition:
    @dg.op(name="verify_stores")
    def verify(context: dg.OpExecutionContext, workspace: WorkspaceResource) -> None:
        with translated(), workspace.opened() as opened:
            found = opened.store.verify()
        if not found.passed:
            lines = [
                f"{item.digest} of {', '.join(item.owners)} in store '{item.store}': {item.problem}"
                for item in found.damaged
            ]
            raise dg.Failure(
                description="Damaged artifacts: " + "; ".join(lines),
                metadata={"damaged": _table(found.damaged)},
                allow_retries=False,
            )
        context.add_output_metadata({"artifacts": found.artifacts, "size_bytes": found.size_bytes})

    @dg.job(
        name=_VERIFY,
        executor_def=LIGHT_EXECUTOR,
        description="Read every byte of every recorded artifact. A failed run names each damaged "
        "one and what it belongs to: restore its file from a backup, or build that version again. "
        "Same as `frontier store verify`.",
    )
    def verify_job() -> None:
        verify()

    return verify_job


def _table(items: Sequence[CollectedStore | Damage]) -> dg.TableMetadataValue:
    rows = [dataclasses.asdict(item) for item in items]
    records = [dg.TableRecord({name: _cell(value) for name, value in row.items()}) for row in rows]
    columns = [dg.TableColumn(name, _type(value)) for name, value in records[0].data.items()]
    return dg.MetadataValue.table(records, schema=dg.TableSchema(columns))


def _cell(value: object) -> int | str:
    if isinstance(value, tuple):
        return ", ".join(value)
    return value if isinstance(value, int) else str(value)


def _type(value: object) -> str:
    return "int" if isinstance(value, int) else "string"
