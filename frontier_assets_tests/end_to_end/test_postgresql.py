"""Dagster and the registry on one PostgreSQL server, as a deployment would have them."""

import re
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
import yaml

from frontier_assets.errors import RegistrySchemaError
from frontier_assets.registry import Registry
from frontier_assets_tests.postgres_server import Postgres
from frontier_assets_tests.tiny_project import (
    MODEL,
    PROJECT,
    Project,
    definitions_of,
    tiny_attributes,
)

README = (PROJECT / "README.md").read_text("utf-8")


@pytest.fixture
def dagster_url(postgres: Postgres) -> Iterator[str]:
    with postgres.database() as name:
        yield postgres.url(name)


@pytest.fixture
def project(
    tmp_path: Path,
    postgres: Postgres,
    postgres_registry: str,
    dagster_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Project]:
    """A project whose `dagster.yaml` has the storage that README says."""
    (storage,) = re.findall(r"`(storage: \{postgres.*?)`", README)
    settings = yaml.safe_load((PROJECT / "dagster.yaml").read_text("utf-8"))
    text = yaml.safe_dump(settings | yaml.safe_load(storage))
    (tmp_path / "dagster.yaml").write_text(text, "utf-8")
    driver = dagster_url.replace("postgresql:", "postgresql+psycopg2:")
    monkeypatch.setenv("DAGSTER_POSTGRES_URL", driver)
    with postgres.database(template=postgres_registry) as name:
        monkeypatch.setenv("FRONTIER_REGISTRY_URL", f"{postgres.url(name)}?pool_size=2")
        with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
            yield Project(tmp_path, instance, definitions_of(tmp_path, tiny_attributes()))


@pytest.mark.feature("DB-22", "DB-23")
def test_a_model_is_trained_built_and_released_on_one_server(
    project: Project, dagster_url: str
) -> None:
    number = project.train()
    assert project.run("build", partition=number).success
    for stage in ("staging", "production"):
        assert project.promote(number, stage).success
    with project.workspace() as workspace:
        assert workspace.registry.url.startswith("postgresql")
        assert workspace.versions.get(f"{MODEL}@production").number == number
        assert workspace.audit.verify()
    version = project.instance.get_latest_materialization_event(dg.AssetKey([MODEL, "version"]))
    assert version is not None
    with pytest.raises(RegistrySchemaError, match="not a registry: it holds other tables"):
        Registry.open(dagster_url)
