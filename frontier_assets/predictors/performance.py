"""What a converted artifact costs to run, as it is kept: speed, size and memory."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, Self

from frontier_assets.stats.intervals import Interval
from frontier_assets.stats.latency import Timing, speedup

_MB = 1e6


@dataclasses.dataclass(frozen=True, slots=True)
class Performance:
    """The figures of one benchmark, in which the artifact and its original took turns.

    ``own`` and ``original`` have a timing per batch size that both took part in, ``machine`` what
    they ran on. ``runtime`` of this ``release`` computes on ``device``. ``peak_memory_bytes`` is
    that of a process which serves the largest batch; None where that failed. ``problems`` say what
    did.
    """

    runtime: str
    release: str
    device: str
    machine: Mapping[str, str | int]
    size_bytes: int
    peak_memory_bytes: int | None
    own: tuple[Timing, ...]
    original: tuple[Timing, ...]
    problems: tuple[str, ...] = ()

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """Return what `as_json` made of it."""
        timings = {
            side: tuple(
                Timing(**{**item, "rounds": tuple(item["rounds"])}) for item in values[side]
            )
            for side in ("own", "original")
        }
        return cls(**{**values, **timings, "problems": tuple(values["problems"])})

    def as_json(self) -> dict[str, Any]:
        """Return plain values to keep."""
        return dataclasses.asdict(self)

    @property
    def metrics(self) -> dict[str, float]:
        """What gates judge, by name; what could not be measured is not there.

        Latencies, in milliseconds, and `speedup` against the original are those of the first batch
        size. ``throughput`` is the highest of any, in examples per second; a megabyte has 10^6
        bytes.
        """
        found = {"size_mb": self.size_bytes / _MB}
        if self.peak_memory_bytes is not None:
            found["peak_memory_mb"] = self.peak_memory_bytes / _MB
        if self.own:
            first = self.own[0]
            found |= {
                "p50_latency_ms": first.p50_ms,
                "p95_latency_ms": first.p95_ms,
                "p99_latency_ms": first.p99_ms,
                "throughput": max(item.throughput for item in self.own),
                "speedup": self.speedups[0].estimate,
            }
        return found

    @property
    def speedups(self) -> Sequence[Interval]:
        """How many times faster than the original it is, by batch size."""
        return [speedup(*pair) for pair in zip(self.own, self.original, strict=True)]

    @property
    def where(self) -> str:
        """The runtime with its release and what it computes on."""
        return f"{self.runtime} {self.release}, {self.device}"
