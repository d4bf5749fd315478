"""The jobs that keep the stores in order, with their schedules: once per code location."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import timedelta

import dagster as dg
from pydantic import Field

from frontier_assets.orchestration.failures import translated
from frontier_assets.orchestration.resources import WorkspaceResource
from frontier_assets.orchestration.tags import LIGHT_EXECUTOR
from frontier_assets.promotion.markdown import shown_amount, shown_size
from frontier_assets.upkeep.backup import StoreTransfer
from frontier_assets.upkeep.collection import DEFAULT_GRACE, CollectedStore
from frontier_assets.upkeep.verification import Damage

_COLLECT, _VERIFY, _BACKUP = "store__collect", "store__verify", "store__backup"
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


class BackupConfig(dg.Config):
    """Where to copy to."""

    to: str = Field(description="The store that keeps the copies, as FRONTIER_STORES names it.")


def build_upkeep_definitions() -> dg.Definitions:
    """Return the jobs of all stores; those that need no configuration have a stopped schedule."""
    jobs = {_COLLECTED_DAILY: _collect_job(), _VERIFIED_WEEKLY: _verify_job()}
    return dg.Definitions(
        jobs=[*jobs.values(), _backup_job()],
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
        context.add_output_metadata({"stores": _collected(found)})

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
            raise _failure("Damaged artifacts", found.damaged)
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


def _backup_job() -> dg.JobDefinition:
    @dg.op(name="back_up_stores")
    def back_up(
        context: dg.OpExecutionContext, config: BackupConfig, workspace: WorkspaceResource
    ) -> None:
        with translated(), workspace.opened() as opened:
            found = opened.store.backup(to=config.to)
        if not found.passed:
            raise _failure("Artifacts that could not be copied", found.failed)
        context.add_output_metadata({"stores": _table(found.stores)})

    @dg.job(
        name=_BACKUP,
        executor_def=LIGHT_EXECUTOR,
        description="Copy everything recorded in other stores to the store `to`, unless it is "
        "there already. A failed run names what could not be copied; the rest was. Same as "
        "`frontier store backup`. Back up the registry's database with the database's own tools.",
    )
    def backup_job() -> None:
        back_up()

    return backup_job


def _failure(what: str, damaged: Sequence[Damage]) -> dg.Failure:
    lines = [
        f"{item.digest} of {', '.join(item.owners)} in store '{item.store}': {item.problem}"
        for item in damaged
    ]
    return dg.Failure(
        description=f"{what}: " + "; ".join(lines),
        metadata={"damaged": _table(damaged)},
        allow_retries=False,
    )


def _collected(stores: Sequence[CollectedStore]) -> dg.TableMetadataValue:
    return _table_of(
        [
            {
                "store": item.store,
                "live": shown_amount(item.live_blobs, item.live_bytes),
                "condemned": shown_amount(item.condemned_blobs, item.condemned_bytes),
                "deleted": shown_amount(item.deleted_blobs, item.deleted_bytes),
                "abandoned": shown_size(item.abandoned_bytes),
                "moved": shown_size(item.moved_bytes),
            }
            for item in stores
        ]
    )


def _table(items: Sequence[StoreTransfer | Damage]) -> dg.TableMetadataValue:
    return _table_of([dataclasses.asdict(item) for item in items])


def _table_of(rows: Sequence[Mapping[str, object]]) -> dg.TableMetadataValue:
    records = [dg.TableRecord({name: _cell(value) for name, value in row.items()}) for row in rows]
    first = records[0].data if records else {}
    columns = [dg.TableColumn(name, _type(value)) for name, value in first.items()]
    return dg.MetadataValue.table(records, schema=dg.TableSchema(columns))


def _cell(value: object) -> int | str:
    if isinstance(value, tuple):
        return ", ".join(value)
    return value if isinstance(value, int) else str(value)


def _type(value: object) -> str:
    return "int" if isinstance(value, int) else "string"
