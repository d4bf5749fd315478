"""Performances as benchmarks find them, for the tests of what reads them."""

import numpy as np

from frontier_assets.predictors.performance import Performance
from frontier_assets.stats.latency import Timing, timing


def steady(milliseconds: float, rows: int = 1) -> Timing:
    """Return the timing of a model whose calls take equally long."""
    return timing(np.full((9, 12), milliseconds / 1000), rows)


def performance(milliseconds: float = 1.0, beside: float = 2.0, **values: object) -> Performance:
    """Return what a benchmark with one and eight examples found."""
    facts = {
        "runtime": "onnxruntime",
        "release": "1.20",
        "device": "CPU",
        "machine": {"processor": "one", "cpus": 2, "threads": 1},
        "size_bytes": 3_000_000,
        "peak_memory_bytes": 80_000_000,
        "own": (steady(milliseconds), steady(milliseconds * 4, rows=8)),
        "original": (steady(beside), steady(beside * 4, rows=8)),
        **values,
    }
    return Performance(**facts)  # type: ignore[arg-type] # a test's own facts
