"""A real Dagster webserver and daemon as child processes, and the few questions asked of them."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from frontier_assets.cli import questions
from frontier_assets.errors import FrontierAssetsError

_START_TIMEOUT_S = 120
_STOP_TIMEOUT_S = 20
_REQUIRED_DAEMONS = {"SENSOR", "QUEUED_RUN_COORDINATOR"}


class ServerError(FrontierAssetsError):
    """Dagster could not be started, or did not answer as expected."""

    def __init__(self, problem: str, log: Path) -> None:
        """Say what the ``problem`` is and where the server's ``log`` lies."""
        self.problem, self.log = problem, log
        super().__init__(f"Dagster {problem}; its output is in {log}")


class DagsterServer:
    """`dagster dev` on a free loopback port, with the project's own state.

    A context manager: leaving it stops every process that it started, however it is left.
    """

    def __init__(self, root: Path, log: Path) -> None:
        self.url = f"http://127.0.0.1:{_free_port()}"
        self._root = root
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        # Loopback needs no proxy, whatever the environment says.
        self._http = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def __enter__(self) -> Self:
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.ExitStack() as unless_ready:
            unless_ready.callback(self.stop)
            self._start()
            self._wait_until_healthy()
            unless_ready.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def models(self) -> dict[str, str]:
        """Return the models that can be trained here, each with its code location.

        Raises:
            ServerError: the workspace or one of its locations does not load, or trains nothing.
        """
        workspace = self._loaded("workspace", self.ask(questions.JOBS)["workspaceOrError"])
        found = {}
        for entry in workspace["locationEntries"]:
            location = self._loaded(entry["name"], entry["locationOrLoadError"])
            jobs = {job["name"] for item in location["repositories"] for job in item["jobs"]}
            for model in sorted(name.removesuffix("__train") for name in jobs):
                # A user's own job may end in `__train` too; only a model has both.
                if {f"{model}__train", f"{model}__build"} <= jobs:
                    found[model] = str(entry["name"])
        if not found:
            raise ServerError("finds no model with a `training` section", self._log)
        return found

    def launch(
        self,
        location: str,
        job: str,
        *,
        config: Mapping[str, Any] | None = None,
        partition: str | None = None,
    ) -> str:
        """Launch a job, with its default configuration unless given, and return the run's id.

        Raises:
            ServerError: Dagster did not launch it.
        """
        tags = [] if partition is None else [{"key": "dagster/partition", "value": partition}]
        asked = {"location": location, "job": job, "config": dict(config or {}), "tags": tags}
        answer = self.ask(questions.LAUNCH, asked)["launchRun"]
        if answer["__typename"] != "LaunchRunSuccess":
            raise ServerError(f"did not launch {job}: {json.dumps(answer)}", self._log)
        return str(answer["run"]["runId"])

    def add_partition(self, location: str, partitions: str, key: str) -> None:
        """Add a key to a set of dynamic partitions.

        Raises:
            ServerError: Dagster did not add it, or has it.
        """
        asked = {"location": location, "partitions": partitions, "key": key}
        answer = self.ask(questions.ADD_PARTITION, asked)["addDynamicPartition"]
        if answer["__typename"] != "AddDynamicPartitionSuccess":
            raise ServerError(f"did not add partition {key}: {json.dumps(answer)}", self._log)

    def runs(self, limit: int = 50) -> list[dict[str, Any]]:
        """Return the newest runs, oldest first, each with its tags as a mapping."""
        rows = self.ask(questions.RUNS, {"limit": limit})["runsOrError"]["results"]
        for row in rows:
            row["tags"] = {tag["key"]: tag["value"] for tag in row["tags"]}
        return sorted(rows, key=lambda row: float(row["creationTime"]))

    def ask(self, query: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Send a GraphQL query and return its data.

        Raises:
            ServerError: the webserver refused it.
        """
        body = json.dumps({"query": query, "variables": dict(variables or {})}).encode()
        request = urllib.request.Request(  # noqa: S310 - a loopback URL made here
            f"{self.url}/graphql", data=body, headers={"Content-Type": "application/json"}
        )
        with self._http.open(request, timeout=30) as response:
            answer = json.load(response)
        if answer.get("errors"):
            raise ServerError(f"refused a query: {answer['errors'][0]['message']}", self._log)
        data: dict[str, Any] = answer["data"]
        return data

    def _loaded(self, name: str, answer: dict[str, Any] | None) -> dict[str, Any]:
        if answer is None or "message" in answer:
            problem = (answer or {}).get("message", "it is not there")
            raise ServerError(f"could not load {name}: {_short(problem)}", self._log)
        return answer

    def stop(self) -> None:
        """Stop the server and everything it started; a second call does nothing."""
        process, self._process = self._process, None
        if process is None:
            return
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            _signal_group(process.pid, sign)
            try:
                process.wait(_STOP_TIMEOUT_S)
                break
            except subprocess.TimeoutExpired:
                continue
        _signal_group(process.pid, signal.SIGKILL)

    def _start(self) -> None:
        environment = {**os.environ, "DAGSTER_HOME": str(self._root), "PYTHONUNBUFFERED": "1"}
        prepare = [sys.executable, "-m", "dagster", "run", "list", "--limit", "1"]
        with self._log.open("wb") as log:
            # Dagster's processes must not create the SQLite files at the same moment.
            subprocess.run(
                prepare, cwd=self._root, env=environment, stdout=log, stderr=log, check=True
            )
            command = [sys.executable, "-m", "dagster", "dev", "-h", "127.0.0.1", "-p"]
            self._process = subprocess.Popen(
                [*command, self.url.rpartition(":")[2]],
                cwd=self._root,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _wait_until_healthy(self) -> None:
        deadline = time.monotonic() + _START_TIMEOUT_S
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                raise ServerError("ended while it was starting", self._log)
            if self._is_healthy():
                return
            time.sleep(0.5)
        raise ServerError(f"was not ready within {_START_TIMEOUT_S} s", self._log)

    def _is_healthy(self) -> bool:
        try:
            health = self.ask(questions.HEALTH)["instance"]["daemonHealth"]["allDaemonStatuses"]
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False
        return {row["daemonType"] for row in health if row["healthy"]} >= _REQUIRED_DAEMONS


def _short(message: str) -> str:
    """Return the first line: what follows is Dagster's own way to it."""
    return next((line for line in message.splitlines() if line.strip()), "no message")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _signal_group(group: int, sign: signal.Signals) -> None:
    try:
        os.killpg(group, sign)
    except ProcessLookupError:
        return
