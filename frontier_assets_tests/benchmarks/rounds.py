"""Contestants that take turns in a shuffled order, so that a busy machine slows all of them."""

import ctypes
import gc
import random
import resource
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from frontier_assets_tests.benchmarks.outcomes import Samples
from frontier_assets_tests.benchmarks.plan import Plan

# A contestant prepares what it needs, does its work once, and returns the seconds of the work.
Contestant = Callable[[], float]
_Result = TypeVar("_Result")


def in_turn(contestants: Mapping[str, Contestant], plan: Plan) -> dict[str, Samples]:
    """Return what each contestant measured, after one round that does not count.

    That round imports modules and fills caches; a quick plan, whose timings mean little, does
    without. The order is shuffled anew in every round, the same way in every run.
    """
    order = random.Random(0)
    uncounted = 0 if plan.quick else 1
    samples: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(uncounted + plan.rounds):
        for name in order.sample(list(contestants), len(contestants)):
            samples[name].append(contestants[name]())
    return {name: tuple(found[uncounted:]) for name, found in samples.items()}


def timed(work: Callable[[], _Result]) -> tuple[float, _Result]:
    """Return the seconds that ``work`` takes, and what it returned: freeing that is not timed."""
    gc.collect()
    begin = time.perf_counter()
    result = work()
    return time.perf_counter() - begin, result


def give_freed_memory_back() -> None:
    """Let the C library return to the system what was freed, as far as it can be told to.

    By itself it does so within the time of whoever comes next: after a `torch.load` of 500 MB, in
    some processes, that takes 4 ms.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's
    if trim is not None:
        gc.collect()
        trim(0)


def cpu_seconds_of(command: Sequence[str], cwd: str, environment: dict[str, str]) -> float:
    """Run a command and return the CPU seconds of its whole process tree."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=cwd, env=environment, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)
