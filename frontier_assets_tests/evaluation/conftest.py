"""The counted model in a registry of its own."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from frontier_assets.workspace import Workspace
from frontier_assets_tests.evaluation.counted import MODULE, Counted


@pytest.fixture
def counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Counted]:
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, MODULE, raising=False)
    with Workspace.open(
        registry_url=f"sqlite:///{tmp_path}/registry.db",
        stores={"default": f"file:{tmp_path}/store"},
        actor="ann",
    ) as workspace:
        yield Counted(tmp_path, workspace)
