"""A hundred million observations within half a gibibyte, the process and all."""

from pathlib import Path

import pytest

from frontier_assets_tests.benchmarks import experiments_probe
from frontier_assets_tests.benchmarks.experiments import ROWS, UNITS, probed

_LIMIT_BYTES = 512 << 20


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("analysis", ["row", "unit"])
def test_a_hundred_million_rows_fit(tmp_path: Path, analysis: str) -> None:
    path = tmp_path / "observations.parquet"
    experiments_probe.write_observations(path, rows=ROWS, units=UNITS)
    assert probed(f"ours-{analysis}", *[path] * 10)["peak_bytes"] <= _LIMIT_BYTES
