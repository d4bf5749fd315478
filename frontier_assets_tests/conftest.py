import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import dagster as dg
import pytest

from frontier_assets.registry import Registry
from frontier_assets.workspace import Workspace
from frontier_assets_tests.tiny_project import PROJECT, Project, definitions_of, tiny_attributes


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    shutil.copy(PROJECT / "dagster.yaml", tmp_path)
    with dg.DagsterInstance.ephemeral() as instance:
        yield Project(tmp_path, instance, definitions_of(tmp_path, tiny_attributes()))


@pytest.fixture(scope="session")
def empty_registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database to copy: migrating takes longer than most tests."""
    path = tmp_path_factory.mktemp("template") / "registry.db"
    Registry.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def workspace(tmp_path: Path, empty_registry: Path) -> Iterator[Workspace]:
    """A registry and a store in the test's folder, without a project around them."""
    shutil.copy(empty_registry, tmp_path)
    with Workspace.open(
        registry_url=f"sqlite:///{tmp_path}/registry.db",
        stores={"default": f"file:{tmp_path}/store"},
        actor="ann",
    ) as opened:
        yield opened


def require(what: str, reason: str) -> NoReturn:
    """Skip the test for want of ``what``, or fail it where `FRONTIER_TESTS_REQUIRE` names that.

    The variable lists what has to be there, separated by commas, e.g. ``browser``.
    """
    wanted = os.environ.get("FRONTIER_TESTS_REQUIRE", "").split(",")
    if what in {name.strip() for name in wanted}:
        pytest.fail(f"FRONTIER_TESTS_REQUIRE names {what}: {reason}")
    pytest.skip(reason)
