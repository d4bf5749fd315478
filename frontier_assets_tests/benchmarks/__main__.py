"""Run benchmarks, print a table, write JSON, and exit 1 below a stated bar."""

import argparse
import importlib
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console

from frontier_assets_tests.benchmarks import report
from frontier_assets_tests.benchmarks.outcomes import Outcome, exit_status
from frontier_assets_tests.benchmarks.plan import ROUNDS, Plan

# Each is a module of this package with `measure(plan, folder)`.
BENCHMARKS = (
    "loading",
    "first_save",
    "verified_load",
    "unchanged",
    "single_tensor",
    "fine_tune",
    "full_training",
    "tracking",
    "registry_rates",
    "registry_growth",
    "object_storage",
    "memory",
    "serving",
    "experiments",
    "conversions",
)
JSON_FILE = Path(".cache/benchmarks.json")


def main(arguments: Sequence[str] | None = None) -> int:
    """Return 1 when a bar was missed."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.names if name not in BENCHMARKS]:
        parser.error(f"there is no benchmark '{unknown[0]}'; known: {', '.join(BENCHMARKS)}")
    plan = Plan.of(rounds=options.rounds, quick=options.quick)
    outcomes = []
    # Progress goes to the terminal, so that stdout can be pure JSON.
    progress = Console(stderr=True)
    for name in options.names or BENCHMARKS:
        progress.print(f"{name} …")
        outcomes += list(run(name, plan))
    text = json.dumps(report.as_json(outcomes, plan), indent=1)
    if options.json:
        print(text)  # noqa: T201 - the product
    else:
        JSON_FILE.parent.mkdir(exist_ok=True)
        JSON_FILE.write_text(text, encoding="utf-8")
        Console().print(report.table(outcomes))
        Console().print(f"Every sample is in {JSON_FILE}.")
    return exit_status(outcomes)


def run(name: str, plan: Plan) -> Iterator[Outcome]:
    """Run one benchmark in a folder of its own (`TMPDIR` says where) that is removed again."""
    module = importlib.import_module(f"frontier_assets_tests.benchmarks.{name}")
    with tempfile.TemporaryDirectory() as folder:
        yield from module.measure(plan, Path(folder))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m frontier_assets_tests.benchmarks", description=__doc__
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)}")
    parser.add_argument("--rounds", type=int, help=f"{ROUNDS} by default")
    parser.add_argument(
        "--quick", action="store_true", help="small states and one round: proves that it runs"
    )
    parser.add_argument("--json", action="store_true", help="JSON to stdout instead of the table")
    return parser


if __name__ == "__main__":
    sys.exit(main())
