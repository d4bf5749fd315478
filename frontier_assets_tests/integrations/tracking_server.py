"""An MLflow server that is not our code, what is put into it, and a wire that can break."""

import contextlib
import dataclasses
import json
import math
import sys
import threading
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from typing_extensions import override

from frontier_assets_tests.servers import LOOPBACK, require, running

_API = "/api/2.0/mlflow"
_ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts"


@dataclasses.dataclass(frozen=True)
class TrackingServer:
    """A server at ``url``; its methods put models into it."""

    url: str

    def model(self, name: str, tags: Mapping[str, str] | None = None) -> str:
        self.post("registered-models/create", name=name, tags=_listed(tags or {}))
        return name

    def version(
        self,
        name: str,
        files: Mapping[str, bytes],
        *,
        metrics: Mapping[str, float] | None = None,
        parameters: Mapping[str, str] | None = None,
        tags: Mapping[str, str] | None = None,
        alias: str = "",
    ) -> str:
        """Log a run with ``files`` and register what it made; return the version's number."""
        run = self.post("runs/create", experiment_id="0")["run"]["info"]
        for key, value in (metrics or {}).items():
            for step, logged in enumerate((0.0, value)):
                at = {"run_id": run["run_id"], "timestamp": step + 1, "step": step}
                written = "NaN" if math.isnan(logged) else logged
                self.post("runs/log-metric", key=key, value=written, **at)
        for key, text in (parameters or {}).items():
            self.post("runs/log-parameter", run_id=run["run_id"], key=key, value=text)
        place = urllib.parse.urlsplit(run["artifact_uri"]).path.strip("/")
        for path, content in files.items():
            self._put(f"{_ARTIFACTS}/{urllib.parse.quote(f'{place}/model/{path}')}", content)
        made = self.post(
            "model-versions/create",
            name=name,
            source=f"runs:/{run['run_id']}/model",
            run_id=run["run_id"],
            description=f"the {name} of a run",
            tags=_listed(tags or {}),
        )["model_version"]
        if alias:
            self.post("registered-models/alias", name=name, alias=alias, version=made["version"])
        return str(made["version"])

    def post(self, call: str, **facts: Any) -> dict[str, Any]:
        request = urllib.request.Request(
            f"{self.url}{_API}/{call}",
            json.dumps(facts).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            found: dict[str, Any] = json.load(answer)
        return found

    def _put(self, path: str, content: bytes) -> None:
        request = urllib.request.Request(f"{self.url}{path}", content, method="PUT")
        urllib.request.urlopen(request, timeout=60).close()


@contextlib.contextmanager
def tracking_server_running(port: int, folder: Path) -> Iterator[TrackingServer]:
    """Run a server whose database and files lie in ``folder``."""
    if not find_spec("mlflow"):
        require("mlflow", "mlflow is not installed")
    url = f"http://{LOOPBACK}:{port}"
    command = [sys.executable, "-m", "mlflow", "server", "--workers", "1"]
    command += ["--host", LOOPBACK, "--port", str(port)]
    command += ["--backend-store-uri", f"sqlite:///{folder}/mlflow.db"]
    command += ["--artifacts-destination", f"{folder}/files"]

    def answers() -> bool:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/health", timeout=1):
            return True
        return False

    quiet = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}
    with running(command, answers, timeout_s=120, environment=quiet):
        yield TrackingServer(url)


# Given the path that is asked for and the answer's bytes; returns what arrives.
Wire = Callable[[str, bytes], bytes]


@contextlib.contextmanager
def wire(server: TrackingServer, through: Wire) -> Iterator[str]:
    """Yield the address of ``server`` behind a wire that may change what it carries."""

    class Carrier(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with urllib.request.urlopen(f"{server.url}{self.path}", timeout=60) as answer:
                content = through(urllib.parse.unquote(self.path), answer.read())
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        @override
        def log_message(self, format: str, *args: object) -> None:
            """Print nothing."""

    carrier = ThreadingHTTPServer((LOOPBACK, 0), Carrier)
    thread = threading.Thread(target=carrier.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://{LOOPBACK}:{carrier.server_port}"
    finally:
        carrier.shutdown()
        carrier.server_close()
        thread.join()


def _listed(pairs: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in pairs.items()]
