"""The table for people and the JSON for programs."""

import os
import platform
from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

from rich.table import Table

from frontier_assets_tests.benchmarks.outcomes import Outcome
from frontier_assets_tests.benchmarks.plan import Plan

_LIBRARIES = ("torch", "safetensors", "blake3", "boto3", "obstore", "onnxruntime")


def table(outcomes: Iterable[Outcome]) -> Table:
    """Return one line for each outcome; samples are medians with their quartiles."""
    made = Table("Measure", "Ours", "Peer", "Peer ÷ ours", "Of minima", "Bar", "")
    for outcome in outcomes:
        made.add_row(outcome.name, *outcome.cells(), outcome.verdict)
    return made


def as_json(outcomes: Iterable[Outcome], plan: Plan) -> dict[str, Any]:
    """Return every outcome with all samples, and what they were taken on."""
    return {
        "cpus": os.cpu_count(),
        "load": os.getloadavg(),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in _LIBRARIES},
        "rounds": plan.rounds,
        "quick": plan.quick,
        "outcomes": [outcome.record() for outcome in outcomes],
    }
