"""Run every benchmark, print a table and JSON, and exit 1 below a stated bar."""

import dataclasses
import json
import statistics
import sys

from rich.console import Console
from rich.table import Table

from frontier_assets_tests.benchmarks import loading
from frontier_assets_tests.benchmarks.rounds import Bar

SUITES = (loading,)


def main() -> int:
    bars = [bar for suite in SUITES for bar in suite.benchmarks()]
    Console().print(_table(bars))
    rows = [{**dataclasses.asdict(b), "ratio": b.ratio, "is_met": b.is_met} for b in bars]
    print(json.dumps(rows))  # noqa: T201 - the machine-readable half of the output
    return 0 if all(bar.is_met for bar in bars) else 1


def _table(bars: list[Bar]) -> Table:
    table = Table("Benchmark", "Unit", "Ours", "Peer", "Ratio", "Bar", "")
    for bar in bars:
        table.add_row(
            bar.name,
            bar.unit,
            _spread(bar.ours),
            _spread(bar.peer),
            f"{bar.ratio:.2f}",
            f"<= {bar.limit:g}",
            "met" if bar.is_met else "MISSED",
        )
    return table


def _spread(values: tuple[float, ...]) -> str:
    return f"{statistics.median(values):.3g} ({min(values):.3g}-{max(values):.3g})"


if __name__ == "__main__":
    sys.exit(main())
