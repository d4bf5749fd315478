from collections.abc import Iterator
from pathlib import Path

import pytest

from frontier_assets_tests.upkeep.kept import Kept


@pytest.fixture(params=["file", "memory"])
def kept(request: pytest.FixtureRequest, tmp_path: Path, empty_registry: Path) -> Iterator[Kept]:
    """A registry and a store, on local files and in memory."""
    place = "store" if request.param == "file" else tmp_path.as_posix().strip("/")
    with Kept(tmp_path, empty_registry, f"{request.param}:{place}") as opened:
        yield opened
