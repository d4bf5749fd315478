import shutil
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from frontier_assets_tests.tiny_project import PROJECT, Project, definitions_of, tiny_attributes


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    shutil.copy(PROJECT / "dagster.yaml", tmp_path)
    with dg.DagsterInstance.ephemeral() as instance:
        yield Project(tmp_path, instance, definitions_of(tmp_path, tiny_attributes()))
