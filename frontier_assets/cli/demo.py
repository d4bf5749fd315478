"""The main job from end to end: launch one training, watch the sensors do the rest, sum it up.

Run by `make demo`. It launches nothing but the training job; the build and both promotions are the
daemon's doing.
"""

import dataclasses
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from frontier_assets.checkpoints.training import run_name
from frontier_assets.cli.server import DagsterServer, ServerError
from frontier_assets.errors import FrontierAssetsError, NotFoundError
from frontier_assets.promotion.decision import gate_conditions
from frontier_assets.registry.evidence import Evidence
from frontier_assets.settings import Settings, find_project_root
from frontier_assets.types import Outcome, Stage, Version
from frontier_assets.workspace import Workspace

MODEL = "digits_classifier"
LOCATION = "frontier_assets"
_TIMEOUT_S = 600
_POLL_S = 1.0
_BYTES_PER_KIB = 1024
_ENDED = {"SUCCESS", "FAILURE", "CANCELED"}
_STYLES = {"SUCCESS": "green", "FAILURE": "red", "CANCELED": "red", "STARTED": "cyan"}


@dataclasses.dataclass(frozen=True, slots=True)
class Outlook:
    """How far the new version has come: ``end`` is None while there is something to wait for."""

    version: Version | None
    end: str | None = None
    failed: bool = False


def main() -> int:
    """Run the demo and return the process's exit code."""
    # A shell's background job starts with SIGINT ignored, which children would inherit.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    console = Console()
    try:
        root = find_project_root(Path.cwd())
        settings = Settings.read(root=root)
        if root is None:
            raise ServerError("needs a project folder", Path.cwd())
        with Workspace(settings) as workspace:
            return _run(console, workspace, root)
    except FrontierAssetsError as error:
        console.print(f"[red]The demo failed:[/red] {error}", highlight=False)
        return 1
    except KeyboardInterrupt:
        console.print("Interrupted; Dagster was stopped. `make demo` starts again.")
        return 130


def _run(console: Console, workspace: Workspace, root: Path) -> int:
    log = root / ".dagster" / "demo.log"
    console.print("Starting Dagster (webserver and daemon) ...", highlight=False)
    with DagsterServer(root, log) as server:
        console.print(f"Dagster answers on {server.url} while the demo runs.", highlight=False)
        before = {run["runId"] for run in server.runs()}
        training = server.launch(LOCATION, f"{MODEL}__train")
        outlook = _watch(console, workspace, server, training, before)
    if outlook.version is not None:
        console.print(_summary(workspace, outlook.version))
    console.print(Text(outlook.end or "", style="red" if outlook.failed else "green"))
    if outlook.failed:
        console.print(f"Dagster's own output is in {log}", highlight=False)
        return 1
    console.print("Look at it: [bold]make ui[/bold], then http://127.0.0.1:3000", highlight=False)
    return 0


def _watch(
    console: Console, workspace: Workspace, server: DagsterServer, training: str, before: set[str]
) -> Outlook:
    deadline = time.monotonic() + _TIMEOUT_S
    outlook = Outlook(None)
    printed: dict[str, str] = {}
    # `Live` redraws on a terminal; elsewhere each change of a run is one line.
    with Live(console=console, refresh_per_second=4, transient=True) as live:
        while outlook.end is None:
            runs = [run for run in server.runs() if run["runId"] not in before]
            outlook = _outlook(workspace, training, runs)
            if time.monotonic() > deadline:
                outlook = Outlook(outlook.version, f"Gave up after {_TIMEOUT_S} s.", failed=True)
            live.update(_progress(workspace, runs, training))
            if not console.is_terminal:
                for line in _news(runs, printed):
                    console.print(line, highlight=False)
            time.sleep(_POLL_S)
    return outlook


def _outlook(workspace: Workspace, training: str, runs: list[dict[str, Any]]) -> Outlook:
    """Decide from the registry and the runs whether there is anything left to wait for."""
    status = {run["runId"]: run["status"] for run in runs}
    version = _registered_by(workspace, training)
    if version is None:
        if status.get(training) in _ENDED:
            return Outlook(None, "Training ended without a version.", failed=True)
        return Outlook(None)
    if version.stage is Stage.PRODUCTION:
        return Outlook(version, f"{version.ref} is in production, promoted by the sensor.")
    is_built = any(run["tags"].get("dagster/partition") == version.number for run in runs)
    if not is_built or any(run["status"] not in _ENDED for run in runs):
        return Outlook(version)
    return _verdict(workspace, version, [run for run in runs if run["status"] != "SUCCESS"])


def _verdict(workspace: Workspace, version: Version, broken: list[dict[str, Any]]) -> Outlook:
    """Tell a refusal by the gates, which is a result, from a run that broke."""
    evidence = workspace.registry.stages.evidence(version.model, version.number)
    refusals = [c.detail for c in gate_conditions(evidence) if c.state == "unmet"]
    if refusals:
        return Outlook(version, f"{version.ref} was refused: {'; '.join(refusals)}")
    if broken:
        names = ", ".join(f"{run['jobName']} ({run['runId'][:8]})" for run in broken)
        return Outlook(version, f"Runs failed: {names}.", failed=True)
    return Outlook(version)


def _registered_by(workspace: Workspace, run_id: str) -> Version | None:
    try:
        versions = workspace.versions.list(MODEL)
    except NotFoundError:
        return None
    return next((version for version in versions if version.run_id == run_id), None)


def _news(runs: list[dict[str, Any]], printed: dict[str, str]) -> Iterator[str]:
    for run in runs:
        if printed.get(run["runId"]) != run["status"]:
            printed[run["runId"]] = run["status"]
            yield f"{run['jobName']} {run['runId'][:8]}: {run['status'].lower()}{_origin(run)}"


def _origin(run: dict[str, Any]) -> str:
    sensor = run["tags"].get("dagster/sensor_name")
    return f", asked for by sensor {sensor}" if sensor else ""


def _progress(workspace: Workspace, runs: list[dict[str, Any]], training: str) -> RenderableType:
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
    return Group(table, Text(_latest_checkpoint(workspace, training)))


def _latest_checkpoint(workspace: Workspace, training: str) -> str:
    try:
        newest = workspace.checkpoints.list(MODEL, run=run_name(training))[-1:]
    except NotFoundError:
        return ""
    if not newest:
        return "training is starting ..."
    metrics = "  ".join(f"{name} {value:.4f}" for name, value in newest[0].metrics.items())
    return f"newest checkpoint {newest[0].key}: {metrics}"


def _summary(workspace: Workspace, version: Version) -> Table:
    evidence = workspace.registry.stages.evidence(version.model, version.number)
    table = Table("", title=version.ref, show_header=False)
    table.add_column(overflow="fold")
    rows = [
        ("stage", _stage(workspace, version)),
        ("change", f"{version.change.value}: {version.change_reason}"),
        *_measured(evidence),
        *_artifacts(evidence),
    ]
    for name, value in rows:
        table.add_row(name, value)
    return table


def _stage(workspace: Workspace, version: Version) -> str:
    moves = [m for m in workspace.stages.history(version.model) if m.version == version.number]
    if not moves:
        return version.stage.value
    last = moves[-1]
    replaced = f", replacing {last.replaced}" if last.replaced else ""
    run = f" in run {last.run_id[:8]}" if last.run_id else ""
    return f"{version.stage.value}, by {last.actor}{run}{replaced}"


def _measured(evidence: Evidence) -> Iterator[tuple[str, str]]:
    for dataset, evaluation in sorted(evidence.evaluations.items()):
        metrics = "  ".join(f"{name} {value:.4f}" for name, value in evaluation.metrics.items())
        yield f"metrics on {dataset}", metrics
    for (dataset, gate), verdict in sorted(evidence.verdicts.items()):
        yield f"gate {gate} on {dataset}", f"{verdict.outcome.value}: {verdict.detail}"


def _artifacts(evidence: Evidence) -> Iterator[tuple[str, str]]:
    yield "weights", f"{evidence.version.size_bytes / _BYTES_PER_KIB:.1f} KiB"
    for name, record in sorted(evidence.artifacts.items()):
        outcome = record.outcome or Outcome.NOT_RUN
        size = f"{record.size_bytes / _BYTES_PER_KIB:.1f} KiB"
        yield name, f"{size}, parity {outcome.value}: {record.outcome_detail}"


if __name__ == "__main__":
    sys.exit(main())
