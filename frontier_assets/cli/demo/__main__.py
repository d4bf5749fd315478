"""The main job from end to end: launch every training, watch the sensors do the rest, sum it up.

Run by `make demo`. It launches nothing but the training jobs and the looks at an experiment; the
builds and the promotions are the daemon's doing.
"""

import signal
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

from frontier_assets.cli.demo.decision import decision_table
from frontier_assets.cli.demo.outlook import Outlook
from frontier_assets.cli.demo.summary import summary
from frontier_assets.cli.demo.trial import MODEL, Trial, try_second_version
from frontier_assets.cli.demo.watching import Watching
from frontier_assets.cli.server import DagsterServer, ServerError
from frontier_assets.errors import FrontierAssetsError
from frontier_assets.settings import Settings, find_project_root
from frontier_assets.types import Stage
from frontier_assets.workspace import Workspace

_UI = "http://127.0.0.1:3000"


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
        outlooks, trial = _watch(Watching(console, workspace, server))
    for outlook in outlooks:
        if outlook.version is not None:
            console.print(summary(workspace, outlook.version))
    if trial is not None and trial.experiment is not None:
        console.print(decision_table(workspace, trial.experiment, ui=_UI))
    if trial is not None:
        _print_end(console, trial.outlook)
    if any(outlook.failed for outlook in outlooks):
        console.print(f"Dagster's own output is in {log}", highlight=False)
        return 1
    console.print(f"Look at it: [bold]make ui[/bold], then {_UI}", highlight=False)
    return 0


def _watch(watching: Watching) -> tuple[list[Outlook], Trial | None]:
    """Make a first version of each model, then a second one of that which has traffic."""
    launched = [
        Outlook(model, watching.server.launch(location, f"{model}__train"))
        for model, location in watching.models.items()
    ]
    outlooks = [*watching.until_all(launched)]
    for outlook in outlooks:
        _print_end(watching.console, outlook)
    if not any(item.model == MODEL and _is_in_production(item) for item in outlooks):
        return outlooks, None
    watching.say(f"A second version of {MODEL} is trained, and tried against this one.")
    trial = try_second_version(watching)
    return [*outlooks, trial.outlook], trial


def _print_end(console: Console, outlook: Outlook) -> None:
    console.print(Text(outlook.end or "", style="red" if outlook.failed else "green"))


def _is_in_production(outlook: Outlook) -> bool:
    return outlook.version is not None and outlook.version.stage is Stage.PRODUCTION


if __name__ == "__main__":
    sys.exit(main())
