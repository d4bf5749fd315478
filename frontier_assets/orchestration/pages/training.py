"""The page of ``m/training``: how the run learned, and what became of it."""

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg

from frontier_assets.orchestration.pages.pictures import Metadata, training_picture
from frontier_assets.types import Checkpoint, Version

_MAXIMUM_ROWS = 100  # of the table; more are spread evenly, with the first and the last


class LoggedMetrics:
    """What a run only logs, by the step of the checkpoint that follows, so that it can be drawn."""

    def __init__(self) -> None:
        self.by_step: dict[int, Mapping[str, float]] = {}
        self._pending: dict[str, float] = {}

    def on_metrics(self, metrics: Mapping[str, float]) -> None:
        """Keep what was logged until a checkpoint says which step it belongs to."""
        self._pending |= metrics

    def on_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Give what was logged since the last checkpoint to this one."""
        self.by_step[checkpoint.step] = self._pending
        self._pending = {}


def training_metadata(
    saved: Sequence[Checkpoint],
    version: Version | None,
    *,
    model: str,
    dataset: str,
    data_digest: str,
    logged: LoggedMetrics,
) -> Metadata:
    """Return the outcome, the learning curve as picture and table, and the facts of the run."""
    chosen = next((c for c in saved if version and c.key == version.checkpoint), None)
    metadata = _outcome(saved, version, chosen, model)
    drawn = training_picture(saved, logged.by_step, chosen_step=chosen.step if chosen else None)
    if drawn is not None:
        metadata["picture_learning_curve"] = drawn
    metadata |= {
        "learning_curve": _table(saved, logged.by_step),
        "checkpoints": dg.MetadataValue.int(len(saved)),
        "training_data": dg.MetadataValue.asset(dg.AssetKey([model, "data", dataset])),
        "training_data_digest": dg.MetadataValue.text(data_digest),
        "stored_bytes": dg.MetadataValue.int(sum(item.stored_bytes for item in saved)),
    }
    return metadata if version is None else metadata | _registered(version)


def _outcome(
    saved: Sequence[Checkpoint], version: Version | None, chosen: Checkpoint | None, model: str
) -> Metadata:
    if version is None:
        says = f"**{len(saved)} checkpoints**, no version (`register: never`)."
        command = f"frontier register {model} --checkpoint {saved[-1].key}"
    else:
        says = f"**{version.number} was registered**" + (
            f" from step {chosen.step}" if chosen else ""
        )
        command = f"frontier build {version.ref}"
    return {
        "outcome": dg.MetadataValue.md(says),
        "next_command": dg.MetadataValue.text(command),
        **({"who_runs_it": dg.MetadataValue.text("the sensor new_versions")} if version else {}),
    }


def _registered(version: Version) -> Metadata:
    return {
        "registered": dg.MetadataValue.text(version.ref),
        "registered_from": dg.MetadataValue.text(version.checkpoint or ""),
        "version": dg.MetadataValue.asset(dg.AssetKey([version.model, "version"])),
        "version_id": dg.MetadataValue.text(str(version.id)),
        "digest": dg.MetadataValue.text(version.digest),
        "size_bytes": dg.MetadataValue.int(version.size_bytes),
        **{name: dg.MetadataValue.float(value) for name, value in version.metrics.items()},
    }


def _table(
    saved: Sequence[Checkpoint], logged: Mapping[int, Mapping[str, float]]
) -> dg.TableMetadataValue:
    rows = [(item, {**logged.get(item.step, {}), **item.metrics}) for item in _spread(saved)]
    columns = sorted({name for _, metrics in rows for name in metrics})
    return dg.MetadataValue.table(
        records=[
            dg.TableRecord({"step": item.step, **{name: _rounded(m.get(name)) for name in columns}})
            for item, m in rows
        ],
        schema=dg.TableSchema(
            [
                dg.TableColumn("step", "int"),
                *(dg.TableColumn(name, "float") for name in columns),
            ]
        ),
    )


def _spread(saved: Sequence[Checkpoint]) -> list[Checkpoint]:
    if len(saved) <= _MAXIMUM_ROWS:
        return list(saved)
    last = len(saved) - 1
    return [saved[round(i * last / (_MAXIMUM_ROWS - 1))] for i in range(_MAXIMUM_ROWS)]


def _rounded(value: Any) -> float | None:  # noqa: ANN401 - a number or nothing
    return None if value is None else float(f"{value:.6g}")
