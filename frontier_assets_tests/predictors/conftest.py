import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from frontier_assets.workspace import Workspace
from frontier_assets_tests import tabular_yaml
from frontier_assets_tests.predictors.followed import followers, promote, register


@pytest.fixture
def served(workspace: Workspace, tmp_path: Path) -> Workspace:
    """A workspace whose model multiplies sums: by 2 in 1.0.0, which has production."""
    workspace.record_policy(tabular_yaml.custom("from_bytes"))
    promote(workspace, register(workspace, tmp_path, 2.0))
    return workspace


@pytest.fixture
def no_thread_is_left() -> Iterator[None]:
    yield
    if followers():
        gc.collect()  # takes a second with every framework in memory
    for thread in followers():
        thread.join(10)
    assert followers() == []
