"""What is seen while the demo runs: a live table on a terminal, one line per change elsewhere."""

import time
from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from frontier_assets.checkpoints.training import run_name
from frontier_assets.cli.demo.outlook import Outlook
from frontier_assets.errors import NotFoundError
from frontier_assets.workspace import Workspace

_STYLES = {"SUCCESS": "green", "FAILURE": "red", "CANCELED": "red", "STARTED": "cyan"}


def news(runs: Sequence[dict[str, Any]], printed: dict[str, str]) -> Iterator[str]:
    """Yield a line for each run whose status is not the ``printed`` one, and remember it."""
    for run in runs:
        if printed.get(run["runId"]) != run["status"]:
            printed[run["runId"]] = run["status"]
            yield f"{run['jobName']} {run['runId'][:8]}: {run['status'].lower()}{_origin(run)}"


def progress(
    workspace: Workspace, runs: Sequence[dict[str, Any]], outlooks: Sequence[Outlook]
) -> RenderableType:
    """Return the table of the runs, with the newest checkpoint of each model that trains."""
    table = Table("Run", "Job", "Asked for by", "Status", "Seconds", box=None)
    for run in runs:
        started, ended = run["startTime"], run["endTime"] or time.time()
        table.add_row(
            run["runId"][:8],
            run["jobName"],
            run["tags"].get("dagster/sensor_name", "you"),
            Text(run["status"].lower(), style=_STYLES.get(run["status"], "")),
            f"{ended - started:.0f}" if started else "",
        )
    return Group(table, *(Text(_state(workspace, outlook)) for outlook in outlooks))


def _origin(run: dict[str, Any]) -> str:
    sensor = run["tags"].get("dagster/sensor_name")
    return f", asked for by sensor {sensor}" if sensor else ""


def _state(workspace: Workspace, outlook: Outlook) -> str:
    if outlook.end is not None:
        return outlook.end
    if outlook.version is not None:
        return f"{outlook.version.ref} is in {outlook.version.stage.value}"
    try:
        saved = workspace.checkpoints.list(outlook.model, run=run_name(outlook.training))
    except NotFoundError:
        saved = []
    if not saved:
        return f"{outlook.model}: training is starting ..."
    metrics = "  ".join(f"{name} {value:.4f}" for name, value in saved[-1].metrics.items())
    return f"{outlook.model}: newest checkpoint {saved[-1].key}: {metrics}"
