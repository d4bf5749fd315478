from collections.abc import Iterator
from pathlib import Path

import pytest

from frontier_assets.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.open(
        registry_url=f"sqlite:///{tmp_path}/registry.db",
        stores={"default": f"file:{tmp_path}/store"},
        actor="ann",
    ) as opened:
        yield opened
