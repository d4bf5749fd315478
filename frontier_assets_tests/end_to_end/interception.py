"""In the process that is killed: numbers every change of disk and registry, and dies at one.

Every change has a boundary before and after it, a write also one in its middle. A phase is what is
changed and how, such as "pack fsync" or "registry commit".
"""

import base64
import json
import os
import signal
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

from frontier_assets.registry import sqlite_file
from frontier_assets.storage.local import LocalBlobStore
from frontier_assets.workspace import Workspace

Result = TypeVar("Result")

PATH_CALLS = ("mkdir", "rmdir", "unlink", "remove", "link", "symlink", "rename", "replace")
FILE_CALLS = (
    "write",
    "pwrite",
    "writev",
    "pwritev",
    "ftruncate",
    "posix_fallocate",
    "fsync",
    "fdatasync",
)
IN_THE_MIDDLE = ("write", "pwrite")
SYNCHRONISING = ("fsync", "fdatasync")
WORDS = {
    "pwrite": "write",
    "posix_fallocate": "reserve",
    "ftruncate": "truncate",
    "fdatasync": "fsync",
}


class Boundaries:
    """Counts boundaries into the file ``trace``; at number ``fatal`` the process kills itself."""

    def __init__(self, trace: Path, fatal: int | None) -> None:
        # Taken before `os` is intercepted; what a killed process wrote stays in the page cache.
        self._write, self._count, self._fatal = os.write, 0, fatal
        self._descriptor = os.open(trace, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def reach(self, phase: str, moment: str, last_act: Callable[[], object] | None = None) -> None:
        self.log(call="boundary", phase=phase, moment=moment)
        if self._count == self._fatal:
            if last_act is not None:
                last_act()
            os.kill(os.getpid(), signal.SIGKILL)
        self._count += 1

    def around(
        self,
        phase: str,
        act: Callable[[], Result],
        *,
        middle: Callable[[], object] | None = None,
        event: Callable[[Result], dict[str, Any]] | None = None,
    ) -> Result:
        self.reach(phase, "before")
        if middle is not None:
            self.reach(phase, "in the middle", middle)
        try:
            result = act()
        except OSError:
            self.reach(phase, "after")
            raise
        if event is not None:
            self.log(**event(result))
        self.reach(phase, "after")
        return result

    def log(self, **event: object) -> None:
        self._write(self._descriptor, json.dumps(event).encode() + b"\n")


# What a store has, by its folder.
KINDS = {"packs": "pack", "manifests": "manifest", "registries": "note"}


class DiskInterception:
    """Wraps the functions of `os` for files under ``root``; ``skipped`` phases are not done."""

    def __init__(self, root: Path, boundaries: Boundaries, *, skipped: Collection[str]) -> None:
        self._root, self._boundaries, self._skipped = root, boundaries, skipped
        self._open: dict[int, Path] = {}
        self._purposes: dict[Path, str] = {}
        self._purpose = "store"

    def install(self) -> None:
        self._note_purposes()
        self._wrap_open_and_close()
        for name in PATH_CALLS:
            self._wrap_path_call(name, getattr(os, name))
        for name in FILE_CALLS:
            self._wrap_file_call(name, getattr(os, name))

    def _note_purposes(self) -> None:
        def noting(original: Callable[..., Result]) -> Callable[..., Result]:
            def call(store: LocalBlobStore, name: str, *rest: Any, **named: Any) -> Result:
                self._purpose = KINDS.get(name.partition("/")[0], "store")
                return original(store, name, *rest, **named)

            return call

        # Nothing is put back, because this process ends soon.
        for method in ("create", "replace", "delete"):
            setattr(LocalBlobStore, method, noting(getattr(LocalBlobStore, method)))

    def _wrap_open_and_close(self) -> None:
        real_open, real_close = os.open, os.close

        def opened(path: Any, flags: int, *rest: Any, **named: Any) -> int:
            place = Path(os.fspath(path))
            if not place.is_relative_to(self._root):
                return real_open(path, flags, *rest, **named)
            if not flags & os.O_CREAT:
                descriptor = real_open(path, flags, *rest, **named)
            else:
                self._purposes[place] = self._purpose
                descriptor = self._boundaries.around(
                    self._phase(place, "create"),
                    lambda: real_open(path, flags, *rest, **named),
                    event=lambda found: self._created(found, place),
                )
            self._open[descriptor] = place
            return descriptor

        def closed(fd: int) -> None:
            self._open.pop(fd, None)
            real_close(fd)

        os.open, os.close = opened, closed

    def _wrap_path_call(self, name: str, real: Callable[..., Any]) -> None:
        def call(*arguments: Any, **named: Any) -> Any:
            paths = [Path(item) for item in arguments if isinstance(item, str | Path)]
            if not paths or not paths[-1].is_relative_to(self._root):
                return real(*arguments, **named)
            event = {"call": name, "paths": [str(path) for path in paths]}
            return self._boundaries.around(
                self._phase(paths[-1], name, folder=name in ("mkdir", "rmdir")),
                lambda: real(*arguments, **named),
                event=lambda _result: event,
            )

        setattr(os, name, call)

    def _wrap_file_call(self, name: str, real: Callable[..., Any]) -> None:
        def call(descriptor: int, *rest: Any) -> Any:
            place = self._open.get(descriptor)
            if place is None:
                return real(descriptor, *rest)
            phase = self._phase(place, WORDS.get(name, name), folder=place.is_dir())
            if phase in self._skipped:
                return None
            half = name in IN_THE_MIDDLE and memoryview(rest[0])[: len(rest[0]) // 2]
            return self._boundaries.around(
                phase,
                lambda: real(descriptor, *rest),
                middle=(lambda: real(descriptor, half, *rest[1:])) if half else None,
                event=(lambda _result: self._synchronised(descriptor, place))
                if name in SYNCHRONISING
                else None,
            )

        setattr(os, name, call)

    def _phase(self, place: Path, word: str, *, folder: bool = False) -> str:
        inside = place.relative_to(self._root).parts
        kind = next((KINDS[part] for part in inside if part in KINDS), "store")
        kind = self._purposes.get(place, kind)
        return f"{kind} folder {word}" if folder else f"{kind} {word}"

    def _created(self, descriptor: int, place: Path) -> dict[str, Any]:
        inode = os.fstat(descriptor).st_ino
        return {"call": "create", "paths": [str(place)], "inode": inode}

    def _synchronised(self, descriptor: int, place: Path) -> dict[str, Any]:
        if place.is_dir():
            return {"call": "sync folder", "paths": [str(place)]}
        status = os.fstat(descriptor)
        # The descriptor may be for writing only.
        content = base64.b64encode(place.read_bytes()).decode()
        return {"call": "sync file", "inode": status.st_ino, "content": content}


def intercept_registry(workspace: Workspace, boundaries: Boundaries) -> None:
    """Put boundaries around what begins a writer, each of its statements, and its commit."""
    dialect: Any = workspace.registry._database.engine.dialect
    begin, writing = sqlite_file.wait_for_writers, False

    def begun(connection: sa.Connection, wait_s: float) -> None:
        nonlocal writing
        writing = True
        boundaries.around("registry begin", lambda: begin(connection, wait_s))

    def execute(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(cursor: object, statement: str, *rest: Any) -> Any:
            word = statement.split(maxsplit=1)[0].lower()
            if not writing or word == "select":
                return real(cursor, statement, *rest)
            return boundaries.around(f"registry {word}", lambda: real(cursor, statement, *rest))

        return call

    def commit(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(connection: object) -> None:
            nonlocal writing
            if writing:
                boundaries.around("registry commit", lambda: real(connection))
            else:
                real(connection)
            writing = False

        return call

    sqlite_file.wait_for_writers = begun
    dialect.do_execute = execute(dialect.do_execute)
    dialect.do_executemany = execute(dialect.do_executemany)
    dialect.do_commit = commit(dialect.do_commit)
