"""Interleaved rounds of two ways to do a thing, and their ratio."""

import dataclasses
import resource
import statistics
import subprocess
from collections.abc import Callable, Sequence

ROUNDS = 5


@dataclasses.dataclass(frozen=True)
class Bar:
    """A ratio that has to stay at or below ``limit``."""

    name: str
    unit: str
    ours: tuple[float, ...]
    peer: tuple[float, ...]
    limit: float

    @property
    def ratio(self) -> float:
        """Our median over the peer's."""
        return statistics.median(self.ours) / statistics.median(self.peer)

    @property
    def is_met(self) -> bool:
        """Whether the ratio is within the limit."""
        return self.ratio <= self.limit


def interleaved(
    ours: Callable[[], float], peer: Callable[[], float], *, rounds: int = ROUNDS
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Measure both in turn, so that a busy machine slows both."""
    pairs = [(ours(), peer()) for _ in range(rounds)]
    return tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs)


def cpu_seconds_of(command: Sequence[str], cwd: str, environment: dict[str, str]) -> float:
    """Run a command and return the CPU seconds of its whole process tree."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=cwd, env=environment, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)
