"""What a step used of its machine, and what that costs where the machine has a price."""

import resource
import time
from collections.abc import Mapping

import dagster as dg

from frontier_assets.orchestration.pages.pictures import Metadata
from frontier_assets.predictors.memory import peak_bytes

_HOUR_S = 3600


def cost(seconds: float, price_per_hour: float | None) -> str:
    """Return what ``seconds`` of a machine cost, in the currency of the price."""
    if price_per_hour is None:
        return "not priced: FRONTIER_PRICES says what an hour costs"
    return f"{seconds / _HOUR_S * price_per_hour:.6g}"


class Usage:
    """What this process and its ended children have used since it was made.

    ``prices`` of an hour are those of machines by ``cpu`` and ``gpu``.
    """

    def __init__(self, prices: Mapping[str, float], machine: str = "cpu") -> None:
        """Begin to measure."""
        self._price, self._machine = prices.get(machine), machine
        self._began, self._cpu = time.monotonic(), self._cpu_seconds()

    def metadata(self) -> Metadata:
        """Return seconds, processor seconds, the process's largest memory so far and the cost."""
        seconds = time.monotonic() - self._began
        return {
            "used_s": dg.MetadataValue.float(seconds),
            "used_cpu_s": dg.MetadataValue.float(self._cpu_seconds() - self._cpu),
            "used_memory_mb": dg.MetadataValue.float(peak_bytes() / 1e6),
            "used_machine": dg.MetadataValue.text(self._machine),
            "cost": dg.MetadataValue.text(cost(seconds, self._price)),
        }

    @staticmethod
    def _cpu_seconds() -> float:
        both = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        used = [resource.getrusage(who) for who in both]
        return sum(item.ru_utime + item.ru_stime for item in used)
