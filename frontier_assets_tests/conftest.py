import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import dagster as dg
import psutil
import pytest
from hypothesis import HealthCheck, settings

from frontier_assets.registry import Registry
from frontier_assets.workspace import Workspace
from frontier_assets_tests.postgres_server import Postgres, postgres_running
from frontier_assets_tests.servers import free_port
from frontier_assets_tests.tiny_project import PROJECT, Project, definitions_of, tiny_attributes

# No test looks at a clock: a machine that is busy, or imports something first, is no failure.
settings.register_profile(
    "suite", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("suite")

DIALECTS = ("sqlite", "postgresql")
MEMORY, DISK = Path("/dev/shm"), Path("/var/tmp")
_LONGEST = frozenset({"end_to_end", "benchmarks"})
_ENOUGH = 6 * 2**30  # bytes free, for files and processes


def pytest_configure() -> None:
    """Keep the tests' files in memory where it has room: thousands of commits wait for no disk.

    What has to be on a disk when the power goes is shown by the order of calls (`power_loss`). A
    `TMPDIR` that is set stays.
    """
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK):
        return
    # Tests install programs too.
    runs_programs = not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC
    free = min(shutil.disk_usage(MEMORY).free, psutil.virtual_memory().available)
    if runs_programs and free >= _ENOUGH:
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take minutes: at the end, other workers would wait for them."""
    items.sort(key=lambda item: _LONGEST.isdisjoint(item.path.parts))


def pytest_collection_finish() -> None:
    """Look for garbage less often: with torch and Dagster loaded, each time takes a while.

    A tenth of the suite's time went there.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what asks for a database by its ``dialect`` on each; what opens a file, on SQLite.

    A test that names its dialects itself has them alone.
    """
    marks = metafunc.definition.iter_markers("parametrize")
    if "dialect" in metafunc.fixturenames and not any("dialect" in mark.args[0] for mark in marks):
        opens_the_file = "path" in metafunc.fixturenames
        metafunc.parametrize("dialect", DIALECTS[:1] if opens_the_file else DIALECTS)


@pytest.fixture
def on_disk() -> Iterator[Path]:
    """A folder on a disk, for what asks how a file is cached."""
    with TemporaryDirectory(dir=DISK) as folder:
        yield Path(folder)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    shutil.copy(PROJECT / "dagster.yaml", tmp_path)
    with dg.DagsterInstance.ephemeral() as instance:
        yield Project(tmp_path, instance, definitions_of(tmp_path, tiny_attributes()))


@pytest.fixture
def unconverted(project: Project) -> None:
    """Convert to nothing what is not about conversions: each starts a process with torch in it."""
    project.change(conversions=[])


@pytest.fixture(scope="session")
def empty_registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database to copy: migrating takes longer than most tests."""
    path = tmp_path_factory.mktemp("template") / "registry.db"
    Registry.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    port = free_port()
    # Not a folder of pytest's: those are its user's alone, and the server is not that user's.
    with TemporaryDirectory() as folder, postgres_running(port, Path(folder)):
        yield Postgres(port)


@pytest.fixture(scope="session")
def postgres_registry(postgres: Postgres) -> Iterator[str]:
    """The name of a migrated database on the server, to be a template."""
    with postgres.database() as name:
        Registry.upgrade(postgres.url(name))
        yield name


@pytest.fixture
def empty_url(dialect: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """A database without tables, on SQLite (where no file is there yet) and on PostgreSQL."""
    if dialect == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.db"
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    with postgres.database() as name:
        yield postgres.url(name)


@pytest.fixture
def registry_url(
    dialect: str, tmp_path: Path, empty_registry: Path, request: pytest.FixtureRequest
) -> Iterator[str]:
    """An empty registry of its own, on SQLite and on PostgreSQL."""
    if dialect == "sqlite":
        yield f"sqlite:///{shutil.copy(empty_registry, tmp_path / 'registry.db')}"
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    template = request.getfixturevalue("postgres_registry")
    with postgres.database(template=template) as name:
        yield postgres.url(name)


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
