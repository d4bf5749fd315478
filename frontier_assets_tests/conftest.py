import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import dagster as dg
import pytest

from frontier_assets_tests.tiny_project import PROJECT, Project, definitions_of, tiny_attributes


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    shutil.copy(PROJECT / "dagster.yaml", tmp_path)
    with dg.DagsterInstance.ephemeral() as instance:
        yield Project(tmp_path, instance, definitions_of(tmp_path, tiny_attributes()))


def require(what: str, reason: str) -> NoReturn:
    """Skip the test for want of ``what``, or fail it where `FRONTIER_TESTS_REQUIRE` names that.

    The variable lists what has to be there, separated by commas, e.g. ``browser``.
    """
    wanted = os.environ.get("FRONTIER_TESTS_REQUIRE", "").split(",")
    if what in {name.strip() for name in wanted}:
        pytest.fail(f"FRONTIER_TESTS_REQUIRE names {what}: {reason}")
    pytest.skip(reason)
