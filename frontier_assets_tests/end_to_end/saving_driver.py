"""Saves a checkpoint and dies at a request, or saves one after the other until it is killed.

Run as a module: folder, store URL, what to do, trace, and the number of the fatal boundary.
"""

import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from typing import Any

from frontier_assets.storage.objects import ObjectBlobStore
from frontier_assets.workspace import Workspace
from frontier_assets_tests.end_to_end.crash_scenarios import ACTOR, MODEL, RETURN, save
from frontier_assets_tests.end_to_end.interception import Boundaries, intercept_registry

CHANGING = ("put", "delete")


def open_workspace(folder: Path, url: str) -> Workspace:
    return Workspace.open(
        root=folder,
        registry_url=f"sqlite:///{folder}/registry.db",
        stores={"default": url},
        actor=ACTOR,
    )


class Requests:
    """The client of a service, with boundaries around each request that changes.

    One that brings content has a boundary in its middle too, where half of the content is sent.
    """

    def __init__(self, objects: Any, boundaries: Boundaries) -> None:
        self._objects, self._boundaries = objects, boundaries

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._objects, name)
        if name not in CHANGING:
            return call

        def requested(blob: str, *rest: Any, **named: Any) -> Any:
            kind = blob.split("/", maxsplit=1)[0].removesuffix("s")
            phase = f"{kind} {name}"

            def request() -> Any:
                return call(blob, *rest, **named)

            middle = partial(die_inside, request) if name == "put" else None
            return self._boundaries.around(phase, request, middle=middle)

        return requested


def die_inside(request: Callable[[], object]) -> None:
    """Make a request, and die when half of its content is sent."""
    send = HTTPConnection.send

    def sent(connection: HTTPConnection, data: Any) -> None:
        content = data.read() if hasattr(data, "read") else bytes(data)
        if content.startswith(b"PUT "):  # the head, which says how much is to come
            send(connection, content)
            return
        send(connection, content[: len(content) // 2])
        os.kill(os.getpid(), signal.SIGKILL)

    HTTPConnection.send = sent  # type: ignore[method-assign,assignment]
    request()


def intercept_requests(boundaries: Boundaries) -> None:
    original: Callable[..., None] = ObjectBlobStore.__init__

    def begin(store: ObjectBlobStore, service: Any, objects: Any) -> None:
        original(store, service, Requests(objects, boundaries))

    # Nothing is put back, because this process ends soon.
    ObjectBlobStore.__init__ = begin  # type: ignore[method-assign,assignment]


def save_once(folder: Path, url: str, trace: Path, fatal: int) -> None:
    """Save the second checkpoint; die at the boundary ``fatal``, if there is one."""
    boundaries = Boundaries(trace, fatal)
    intercept_requests(boundaries)
    with open_workspace(folder, url) as workspace:
        intercept_registry(workspace, boundaries)
        save(workspace, 2)
        boundaries.reach(RETURN, "after")


def save_on(folder: Path, url: str, trace: Path) -> None:
    """Save checkpoints without end, and write down when that begins and each one once saved."""
    with open_workspace(folder, url) as workspace, trace.open("a", buffering=1) as done:
        saved = len(workspace.checkpoints.list(MODEL))
        done.write(f"{saved}\n")
        for step in count(saved + 1):
            save(workspace, step)
            done.write(f"{step}\n")


if __name__ == "__main__":
    place, store_url, trace_file = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    if len(sys.argv) > 4:
        save_once(place, store_url, trace_file, int(sys.argv[4]))
    else:
        save_on(place, store_url, trace_file)
