"""Evidence on a version that lacks nothing, and a team whose approval its production needs."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from frontier_assets.registry.evidence import Evidence
from frontier_assets.workspace import Workspace
from frontier_assets_tests.promotion.approving import REVOKED, SIGNERS, Team
from frontier_assets_tests.promotion.complete import complete
from frontier_assets_tests.ssh import new_key


@pytest.fixture
def evidence() -> Evidence:
    return complete()


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("keys")
    return {name: new_key(folder, name) for name in ("ann", "bea", "carl", "dan")}


@pytest.fixture
def team(tmp_path: Path, empty_registry: Path, keys: dict[str, Path]) -> Iterator[Team]:
    shutil.copy(empty_registry, tmp_path)
    (tmp_path / REVOKED).touch()
    with Workspace.open(
        registry_url=f"sqlite:///{tmp_path}/registry.db",
        stores={"default": f"file:{tmp_path}/store"},
        actor="ann",
        allowed_signers=tmp_path / SIGNERS,
        revoked_signers=tmp_path / REVOKED,
    ) as workspace:
        team = Team(workspace, keys, tmp_path)
        team.allow(ann="ann", bea="bea", carl="carl")
        team.policy()
        yield team
