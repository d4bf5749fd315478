"""Run by the other project's interpreter, in its root: a real Dagster, asked to train only.

Prints one JSON object: the code location's name, and job, status and sensor of every run.
"""

import json
import signal
import sys
import time
from pathlib import Path
from typing import Any

from frontier_assets import Workspace
from frontier_assets.cli.server import DagsterServer
from frontier_assets.errors import NotFoundError

LIMIT_S = 300
LOCATIONS = "{ workspaceOrError { ... on Workspace { locationEntries { name } } } }"


def main(models: list[str]) -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    root = Path.cwd()
    log = root / ".dagster" / "dev.log"
    with DagsterServer(root, log) as server, Workspace.open() as workspace:
        (location,) = server.ask(LOCATIONS)["workspaceOrError"]["locationEntries"]
        for model in models:
            server.launch(location["name"], f"{model}__train")
        deadline = time.monotonic() + LIMIT_S
        while not all(in_production(workspace, model) for model in models):
            runs = server.runs()
            if time.monotonic() > deadline or any(run["status"] == "FAILURE" for run in runs):
                sys.stdout.write(
                    f"{log.read_text()[-6000:]}\n{described(location['name'], runs)}\n"
                )
                return 1
            time.sleep(1)
        sys.stdout.write(f"{described(location['name'], finished(server))}\n")
    return 0


def in_production(workspace: Workspace, model: str) -> bool:
    try:
        return workspace.stages.holder(model) is not None
    except NotFoundError:
        return False


def finished(server: DagsterServer) -> list[dict[str, Any]]:
    """Return the runs when the last promotion's run has ended as well."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        runs = server.runs()
        if all(run["status"] in {"SUCCESS", "FAILURE", "CANCELED"} for run in runs):
            break
        time.sleep(0.5)
    return runs


def described(location: str, runs: list[dict[str, Any]]) -> str:
    rows = [[r["jobName"], r["status"], r["tags"].get("dagster/sensor_name")] for r in runs]
    return json.dumps({"location": location, "runs": rows})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
