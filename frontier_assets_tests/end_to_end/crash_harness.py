"""Kills an operation at each of its boundaries and looks at what is left, power failures too."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from frontier_assets_tests.end_to_end.crash_scenarios import (
    RETURN,
    STORE,
    open_workspace,
)
from frontier_assets_tests.end_to_end.crash_upkeep import EVERY_SCENARIO
from frontier_assets_tests.end_to_end.intactness import summary_of, violations
from frontier_assets_tests.end_to_end.power_loss import (
    Disk,
    Names,
    Tree,
    read_tree,
    replayed,
    without,
    write_tree,
)

REPOSITORY = Path(__file__).parents[2]
KILLED = -9
ONLY_KILLED = "killed"
AT_ONCE = 2


class Driver:
    """The process of `crash_driver`, of which each operation is a forked child. Thread-safe."""

    def __init__(self) -> None:
        kept = {name: text for name, text in os.environ.items() if "FRONTIER" not in name}
        # Forking is for processes of one thread.
        alone = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "frontier_assets_tests.end_to_end.crash_driver"],
            cwd=REPOSITORY,
            env={**kept, **alone, "PYTHONPATH": str(REPOSITORY)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def perform(self, folder: Path, scenario: str, mistake: str, fatal: int | None = None) -> int:
        """Have a child do it, and return its exit status, negative for a signal."""
        assert self._process.stdin
        assert self._process.stdout
        request = {"folder": str(folder), "trace": str(trace_of(folder)), "scenario": scenario}
        line = json.dumps({**request, "mistake": mistake, "fatal": fatal})
        with self._lock:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()
            return int(self._process.stdout.readline())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        # The driver ends with its input.
        self._process.communicate()


@dataclass(frozen=True)
class Boundary:
    """The ``number`` in the order of the operation; what happens there; before or after it."""

    number: int
    phase: str
    moment: str


@dataclass
class Report:
    """``kills`` by phase, ``endings`` by what came after the kill, and what was wrong then."""

    kills: Counter[str] = field(default_factory=Counter)
    endings: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)

    def add(self, boundary: Boundary, found: dict[str, list[str]]) -> None:
        """Count a kill whose outcomes, by ending, had these violations."""
        self.kills[boundary.phase] += 1
        self.endings.update(found.keys())
        for ending, problems in found.items():
            where = f"{boundary.phase}, {boundary.moment}, {ending}"
            self.violations += [f"{where}: {problem}" for problem in problems]

    def __str__(self) -> str:
        """Kills per phase, for people."""
        phases = [f"  {count:4} {phase}" for phase, count in sorted(self.kills.items())]
        endings = ", ".join(f"{count} {name}" for name, count in self.endings.items())
        return "\n".join([f"{self.kills.total()} kills ({endings})", *phases])


class Experiment:
    """One scenario, prepared once in ``scratch`` and then killed as often as it has boundaries."""

    def __init__(self, driver: Driver, name: str, scratch: Path) -> None:
        self._driver, self._name, self._scenario = driver, name, EVERY_SCENARIO[name]
        self._prepared = scratch / "prepared"
        if not self._prepared.exists():
            self._prepared.mkdir(parents=True)
            self._scenario.prepare(self._prepared)
        self._before = summary_of(self._prepared)
        with copied(self._prepared, "finished") as folder:
            with open_workspace(folder) as workspace:
                self._scenario.perform(workspace)
            self._finished = summary_of(folder)

    def boundaries(self, mistake: str = "none") -> list[Boundary]:
        """Return the boundaries of an undisturbed operation."""
        with copied(self._prepared, "dry") as folder:
            assert self._driver.perform(folder, self._name, mistake) == 0
            found = [event for event in events_of(folder) if event["call"] == "boundary"]
        return [Boundary(n, e["phase"], e["moment"]) for n, e in enumerate(found)]

    def durable_and_actual(self) -> tuple[Tree, Tree]:
        """Return what an undisturbed operation left durable, and what it left, temporaries aside.

        They differ when something was not synchronised, or went past the interception.
        """
        with copied(self._prepared, "dry") as folder:
            store = folder / STORE
            before = read_tree(store)
            self._driver.perform(folder, self._name, "none")
            durable = replayed(before, events_of(folder)).after_loss(Names.LOST)
            return without(durable, store / "tmp"), without(read_tree(store), store / "tmp")

    def run(self, mistake: str = "none", *, stop_at_first: bool = False) -> Report:
        """Kill at each boundary, from the last to the first."""
        report = Report()
        boundaries = self.boundaries(mistake)[::-1]
        with ThreadPoolExecutor(AT_ONCE) as threads:
            outcomes = threads.map(lambda boundary: self._kill(boundary, mistake), boundaries)
            for boundary, found in zip(boundaries, outcomes, strict=True):
                report.add(boundary, found)
                if report.violations and stop_at_first:
                    threads.shutdown(cancel_futures=True)
                    break
        return report

    def _kill(self, boundary: Boundary, mistake: str) -> dict[str, list[str]]:
        with copied(self._prepared, f"killed-{boundary.number}") as folder:
            before = read_tree(folder / STORE)
            status = self._driver.perform(folder, self._name, mistake, boundary.number)
            assert status == KILLED, f"at {boundary} the child ended with {status}"
            disk = replayed(before, events_of(folder))
            return dict(self._endings(folder, disk, returned=boundary.phase == RETURN))

    def _endings(
        self, folder: Path, disk: Disk, *, returned: bool
    ) -> Iterator[tuple[str, list[str]]]:
        """Yield the violations after the kill alone, and after each different loss of power."""
        store = folder / STORE
        seen = [without(read_tree(store), store / "tmp")]
        yield ONLY_KILLED, self._violations(folder, None, returned=returned)
        for names in Names:
            left = disk.after_loss(names)
            # Temporary files are read by nobody; the same state has the same outcome.
            if without(left, store / "tmp") not in seen:
                seen.append(without(left, store / "tmp"))
                yield names.value, self._violations(folder, left, returned=returned)

    def _violations(self, folder: Path, left: Tree | None, *, returned: bool) -> list[str]:
        allowed = [self._finished] if returned else [self._before, self._finished]
        with copied(folder, f"{folder.name}-restarted") as copy:
            if left is not None:
                moved = {copy / path.relative_to(folder): data for path, data in left.items()}
                write_tree(copy / STORE, moved)
            spared = None if returned else self._scenario.mends
            return violations(copy, self._scenario, allowed, self._finished, spared=spared)


@contextlib.contextmanager
def copied(folder: Path, name: str) -> Iterator[Path]:
    """Give a copy of ``folder`` beside it, without a trace; it is deleted afterwards."""
    copy = folder.with_name(name)
    trace_of(copy).unlink(missing_ok=True)
    shutil.copytree(folder, copy)
    yield copy
    shutil.rmtree(copy)


def trace_of(folder: Path) -> Path:
    """Return where a child that works in ``folder`` writes down what it does."""
    return folder.with_name(f"{folder.name}.trace")


def events_of(folder: Path) -> list[dict[str, Any]]:
    """Return what the child wrote down."""
    return [json.loads(line) for line in trace_of(folder).read_text().splitlines()]
