"""The main job from end to end: launch every training, watch the sensors do the rest, sum it up.

Run by `make demo`. It launches nothing but the training jobs; the builds and the promotions are the
daemon's doing.
"""

import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.live import Live
from rich.text import Text

from frontier_assets.cli.demo.outlook import Outlook, look
from frontier_assets.cli.demo.progress import news, progress
from frontier_assets.cli.demo.summary import summary
from frontier_assets.cli.server import DagsterServer, ServerError
from frontier_assets.errors import FrontierAssetsError
from frontier_assets.settings import Settings, find_project_root
from frontier_assets.workspace import Workspace

_TIMEOUT_S = 600
_POLL_S = 1.0
_RUNS_PER_MODEL = 25  # a version takes four; a cold start may repeat some


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
        # Text, so that brackets in somebody's message are not taken for markup.
        console.print(Text.assemble(("The demo failed: ", "red"), str(error)))
        return 1
    except KeyboardInterrupt:
        console.print("Interrupted; Dagster was stopped. `make demo` starts again.")
        return 130


def _run(console: Console, workspace: Workspace, root: Path) -> int:
    log = root / ".dagster" / "demo.log"
    console.print("Starting Dagster (webserver and daemon) ...", highlight=False)
    with DagsterServer(root, log) as server:
        console.print(f"Dagster answers on {server.url} while the demo runs.", highlight=False)
        outlooks = _watch(console, workspace, server)
    for outlook in outlooks:
        if outlook.version is not None:
            console.print(summary(workspace, outlook.version))
    for outlook in outlooks:
        console.print(Text(outlook.end or "", style="red" if outlook.failed else "green"))
    if any(outlook.failed for outlook in outlooks):
        console.print(f"Dagster's own output is in {log}", highlight=False)
        return 1
    console.print("Look at it: [bold]make ui[/bold], then http://127.0.0.1:3000", highlight=False)
    return 0


def _watch(console: Console, workspace: Workspace, server: DagsterServer) -> Sequence[Outlook]:
    models = server.models()
    limit = _RUNS_PER_MODEL * len(models)
    before = {run["runId"] for run in server.runs(limit)}
    outlooks = [
        Outlook(model, server.launch(location, f"{model}__train"))
        for model, location in models.items()
    ]
    deadline = time.monotonic() + _TIMEOUT_S
    printed: dict[str, str] = {}
    # `Live` redraws on a terminal; elsewhere each change of a run is one line.
    with Live(console=console, refresh_per_second=4, transient=True) as live:
        while any(outlook.end is None for outlook in outlooks):
            runs = [run for run in server.runs(limit) if run["runId"] not in before]
            outlooks = [look(workspace, outlook, runs) for outlook in outlooks]
            if time.monotonic() > deadline:
                outlooks = [_given_up(outlook) for outlook in outlooks]
            live.update(progress(workspace, runs, outlooks))
            if not console.is_terminal:
                for line in news(runs, printed):
                    console.print(line, highlight=False)
            time.sleep(_POLL_S)
    return outlooks


def _given_up(outlook: Outlook) -> Outlook:
    if outlook.end is not None:
        return outlook
    return outlook.ended(f"Gave up on {outlook.model} after {_TIMEOUT_S} s.", failed=True)


if __name__ == "__main__":
    sys.exit(main())
