"""A registry with one model, and the values that its tests put into it."""

import contextlib
import dataclasses
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from frontier_assets.registry import Registry
from frontier_assets.registry.evaluation_records import Evaluation
from frontier_assets.registry.evidence import Condition, Decision, Evidence
from frontier_assets.registry.moves import StageMove
from frontier_assets.registry.versions import NewVersion
from frontier_assets.specification import Gate, ModelSpecification
from frontier_assets.types import Digest, Stage, Verdict, Version
from frontier_assets_tests.postgres_server import Postgres
from frontier_assets_tests.stored import stored
from frontier_assets_tests.verdicts import verdict_on

DATA = Digest("d" * 64)
NewRegistry = Callable[[], AbstractContextManager[Registry]]


def allow(_evidence: Evidence) -> Decision:
    return Decision(())


def refuse(_evidence: Evidence) -> Decision:
    return Decision((Condition("gate", "unmet", "accuracy is too low"),))


@dataclasses.dataclass(frozen=True)
class Samples:
    """Makes the values that the tests need; every argument has a default."""

    allow = staticmethod(allow)
    refuse = staticmethod(refuse)

    def new_version(self, **values: object) -> NewVersion:
        facts: dict[str, Any] = {"model": "m", **values}
        names = {"digest", "store", "size_bytes", "stored_bytes"} & facts.keys()
        facts["stored"] = stored(**{name: facts.pop(name) for name in names})
        return NewVersion(**facts)

    def register(self, registry: Registry, number: str | None = None, **values: object) -> Version:
        new = self.new_version(**values)
        return registry.versions.register(new, change="auto", number=number, actor="ann")

    def move(self, registry: Registry, number: str, to: Stage, **values: object) -> StageMove:
        given: dict[str, Any] = {"actor": "ann", "reason": "because", "decide": allow}
        given.update(values)
        return registry.stages.move("m", number, to, **given)

    def promote(self, registry: Registry, number: str) -> StageMove:
        self.move(registry, number, Stage.STAGING)
        return self.move(registry, number, Stage.PRODUCTION)

    def release(self, registry: Registry, count: int) -> list[str]:
        """Register ``count`` versions and put each in production, one after the other."""
        numbers = [self.register(registry).number for _ in range(count)]
        for number in numbers:
            self.promote(registry, number)
        return numbers

    def specification(self, **values: object) -> ModelSpecification:
        facts: dict[str, Any] = {
            "name": "m",
            "task": "classification",
            "training": {"entrypoint": "a.b:train"},
            "architecture": {
                "entrypoint": "a.b:build",
                "inputs": {"image": ["batch", 4]},
                "outputs": "logits",
            },
            "datasets": [
                {"name": name, "entrypoint": "a.b:data"} for name in ("train", "holdout", "noisy")
            ],
            "evaluation": {"datasets": ["holdout", "noisy"], "metrics": ["accuracy"]},
            "gates": [
                {"dataset": "holdout", "metric": "accuracy", "threshold": 0.9},
                {"dataset": "holdout", "metric": "accuracy", "versus": "production"},
            ],
        }
        return ModelSpecification.model_validate({**facts, **values})

    def verdict(self, gate: Gate, **values: object) -> Verdict:
        return verdict_on(gate, **values)

    def evaluate(self, registry: Registry, number: str, **values: object) -> Evaluation:
        specification = self.specification()
        facts: dict[str, Any] = {
            "dataset": "holdout",
            "dataset_digest": DATA,
            "rows": 100,
            "metrics": {"accuracy": 0.97},
            "verdicts": [self.verdict(gate) for gate in specification.gates],
            "policy_digest": specification.digest,
            "actor": "ann",
        }
        facts.update(values)
        return registry.evaluations.record("m", number, **facts)


@pytest.fixture(scope="session")
def samples() -> Samples:
    return Samples()


@pytest.fixture(scope="session")
def registry_of_m(tmp_path_factory: pytest.TempPathFactory, empty_registry: Path) -> Path:
    """A database with the model 'm', to copy."""
    path = Path(shutil.copy(empty_registry, tmp_path_factory.mktemp("template")))
    with Registry.open(f"sqlite:///{path}") as registry:
        registry.models.ensure("m", actor="ann")
    return path


@pytest.fixture(scope="session")
def postgres_of_m(postgres: Postgres, postgres_registry: str) -> Iterator[str]:
    """The name of a database with the model 'm' on the server, to be a template."""
    with postgres.database(template=postgres_registry) as name:
        with Registry.open(postgres.url(name)) as registry:
            registry.models.ensure("m", actor="ann")
        yield name


@pytest.fixture
def path(tmp_path: Path, registry_of_m: Path) -> Path:
    """The file of the database; a test that asks for it runs on SQLite alone."""
    return Path(shutil.copy(registry_of_m, tmp_path / "registry.db"))


@pytest.fixture
def server_url(postgres: Postgres, postgres_of_m: str) -> Iterator[str]:
    """A registry of its own on PostgreSQL that knows the model 'm'."""
    with postgres.database(template=postgres_of_m) as name:
        yield postgres.url(name)


@pytest.fixture
def url(dialect: str, request: pytest.FixtureRequest) -> str:
    """A registry of its own that knows the model 'm', on SQLite and on PostgreSQL."""
    if dialect == "sqlite":
        return f"sqlite:///{request.getfixturevalue('path')}"
    return str(request.getfixturevalue("server_url"))


@pytest.fixture
def registry(url: str) -> Iterator[Registry]:
    with Registry.open(url) as registry:
        yield registry


@pytest.fixture
def new_registry(dialect: str, registry_of_m: Path, request: pytest.FixtureRequest) -> NewRegistry:
    """Open registries of their own that know the model 'm', on SQLite and on PostgreSQL."""

    @contextlib.contextmanager
    def on_a_file() -> Iterator[Registry]:
        with TemporaryDirectory() as folder:
            path = shutil.copy(registry_of_m, folder)
            with Registry.open(f"sqlite:///{path}") as registry:
                yield registry

    @contextlib.contextmanager
    def on_a_server() -> Iterator[Registry]:
        postgres: Postgres = request.getfixturevalue("postgres")
        with (
            postgres.database(template=request.getfixturevalue("postgres_of_m")) as name,
            Registry.open(postgres.url(name)) as registry,
        ):
            yield registry

    return on_a_file if dialect == "sqlite" else on_a_server


@pytest.fixture
def policy(registry: Registry, samples: Samples) -> ModelSpecification:
    specification = samples.specification()
    registry.policies.record(specification, actor="ann")
    return specification
