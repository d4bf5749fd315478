"""What a server can do to a registry that a file cannot: close, restart, refuse, deadlock."""

import select
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import sqlalchemy as sa

from frontier_assets.errors import ChangeUncertainError, RegistryUnavailableError
from frontier_assets.registry import Registry
from frontier_assets.registry.ledger import open_change
from frontier_assets_tests.postgres_server import Postgres, postgres_running, shut_down
from frontier_assets_tests.registry.conftest import Samples
from frontier_assets_tests.servers import LOOPBACK, free_port

SEVEN_MORE = sa.text("UPDATE models SET version_sequence = version_sequence + 7")


@pytest.fixture
def database(server_url: str) -> str:
    return server_url.rpartition("/")[2]


@pytest.fixture
def registry(server_url: str) -> Iterator[Registry]:
    with Registry.open(server_url) as registry:
        yield registry


def disconnect(postgres: Postgres, database: str) -> None:
    query = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = :name"
    assert all(done for (done,) in postgres.execute(query, name=database))


@pytest.mark.feature("DB-24")
def test_the_pool_is_used_to_its_size_and_never_beyond(server_url: str) -> None:
    three = threading.Barrier(3)
    count = sa.text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
    with Registry.open(f"{server_url}?pool_size=2&max_overflow=1") as registry:

        def connections(_: int) -> object:
            with registry._database.read() as reading:
                three.wait(60)
                return reading.scalar(count)

        with ThreadPoolExecutor(12) as threads:
            assert set(threads.map(connections, range(12))) == {3}


@pytest.mark.feature("DB-24")
def test_a_pool_that_is_used_up_is_an_error_that_names_its_settings(server_url: str) -> None:
    small = f"{server_url}?pool_size=1&max_overflow=0&pool_timeout=0"
    with Registry.open(small) as registry, registry._database.read():
        with pytest.raises(RegistryUnavailableError, match=r"in use.*pool_size") as caught:
            registry.models.get("m")
        assert caught.value.retryable


@pytest.mark.feature("DB-24")
def test_one_connection_is_enough_for_every_operation(server_url: str, samples: Samples) -> None:
    with Registry.open(f"{server_url}?pool_size=1&max_overflow=0&pool_timeout=0") as registry:
        policy = samples.specification()
        registry.policies.record(policy, actor="ann")
        first, second = samples.release(registry, 2)
        samples.evaluate(registry, second)
        registry.stages.evidence("m", second)
        registry.stages.rollback("m", actor="ann", reason="it fell over")
        assert registry.versions.get("m@production").number == first


def test_a_connection_that_the_server_closed_is_replaced_unnoticed(
    registry: Registry, samples: Samples, postgres: Postgres, database: str
) -> None:
    registry.models.get("m")
    disconnect(postgres, database)
    assert samples.register(registry).number == "1.0.0"


def test_a_change_that_loses_its_connection_is_not_made(
    registry: Registry, samples: Samples, postgres: Postgres, database: str
) -> None:
    def change() -> None:
        with open_change(registry._database, "m", actor="ann") as ledger:
            ledger.connection.execute(SEVEN_MORE)
            disconnect(postgres, database)
            ledger.connection.execute(SEVEN_MORE)

    with pytest.raises(RegistryUnavailableError, match=rf"{database} cannot be .*then try again"):
        change()
    assert samples.register(registry).sequence == 1
    assert registry.audit.verify() == 2


def test_a_connection_that_is_lost_before_the_commit_leaves_the_outcome_to_be_looked_up(
    registry: Registry, samples: Samples, postgres: Postgres, database: str
) -> None:
    def change() -> None:
        with registry._database.write() as connection:
            connection.execute(SEVEN_MORE)
            disconnect(postgres, database)

    with pytest.raises(ChangeUncertainError, match=rf"{database} was lost .* not at all"):
        change()
    assert samples.register(registry).sequence == 1


def test_a_commit_whose_answer_is_lost_is_not_said_to_have_changed_nothing(
    registry: Registry, samples: Samples, postgres: Postgres, server_url: str
) -> None:
    answers_are_lost = threading.Event()

    def change(distant: Registry) -> None:
        with distant._database.write() as connection:
            connection.execute(SEVEN_MORE)
            answers_are_lost.set()

    uncertain = pytest.raises(ChangeUncertainError, match="frontier audit export")
    with socket.create_server((LOOPBACK, 0)) as listener, ThreadPoolExecutor(1) as thread:
        thread.submit(pass_on, listener, postgres.port, answers_are_lost)
        port = listener.getsockname()[1]
        distant_url = server_url.replace(str(postgres.port), str(port))
        with Registry.open(distant_url) as distant, uncertain as caught:
            change(distant)
    assert not caught.value.retryable
    assert samples.register(registry).sequence == 8


def pass_on(listener: socket.socket, port: int, answers_are_lost: threading.Event) -> None:
    """Pass on what client and server say, until an answer is lost."""
    client, _ = listener.accept()
    with client, socket.create_connection((LOOPBACK, port)) as server:
        while True:
            for speaker in select.select([client, server], [], [])[0]:
                said = speaker.recv(1 << 16)
                if not said or (speaker is server and answers_are_lost.is_set()):
                    return
                (client if speaker is server else server).sendall(said)


@pytest.mark.feature("DB-23")
def test_a_server_that_restarts_is_missed_and_found_again(samples: Samples) -> None:
    server = Postgres(free_port())
    url = server.url("postgres")
    with TemporaryDirectory() as name:
        with postgres_running(server.port, Path(name)) as process:
            Registry.upgrade(url)
            registry = Registry.open(url)
            registry.models.ensure("m", actor="ann")
            shut_down(process)
            with pytest.raises(RegistryUnavailableError, match=f"{server.port}.*try again"):
                samples.register(registry)
        with postgres_running(server.port, Path(name)):
            assert samples.register(registry).number == "1.0.0"
            assert registry.audit.verify() == 2
            registry.close()


@pytest.mark.feature("DB-23")
def test_a_database_that_is_not_there_is_named(postgres: Postgres) -> None:
    with pytest.raises(RegistryUnavailableError, match='database "nowhere" does not exist'):
        Registry.open(postgres.url("nowhere"))


def test_a_server_that_never_answers_is_given_up() -> None:
    with socket.create_server((LOOPBACK, 0)) as silent:
        port = silent.getsockname()[1]
        url = f"postgresql://ann@{LOOPBACK}:{port}/registry?connect_timeout=1"
        with pytest.raises(RegistryUnavailableError, match="timeout expired"):
            Registry.open(url)


def test_the_limits_that_a_url_sets_are_kept(server_url: str) -> None:
    limited = f"{server_url}?options=-c%20statement_timeout%3D20ms"
    refusal = pytest.raises(RegistryUnavailableError, match="due to statement timeout")
    with Registry.open(limited) as registry, refusal, registry._database.read() as reading:
        reading.execute(sa.text("SELECT pg_sleep(60)"))


def test_a_deadlock_is_an_error_worth_retrying_for_one_of_the_two(server_url: str) -> None:
    both = threading.Barrier(2)
    with Registry.open(f"{server_url}?options=-c%20deadlock_timeout%3D20ms") as registry:
        registry.models.ensure("n", actor="ann")

        def lock(first: str, second: str) -> str:
            try:
                with open_change(registry._database, first, actor="ann") as change:
                    both.wait(60)
                    query = sa.text("SELECT id FROM models WHERE name = :name FOR UPDATE")
                    change.connection.execute(query, {"name": second})
            except RegistryUnavailableError as error:
                return error.problem
            return "locked"

        with ThreadPoolExecutor(2) as threads:
            assert set(threads.map(lock, "mn", "nm")) == {"locked", "deadlock detected"}


def test_a_server_set_to_serializable_refuses_no_writer(
    server_url: str, postgres: Postgres, database: str, samples: Samples
) -> None:
    setting = "default_transaction_isolation = 'serializable'"
    postgres.execute(f"ALTER DATABASE {database} SET {setting}")
    with Registry.open(server_url) as registry, ThreadPoolExecutor(8) as threads:
        made = threads.map(lambda _: samples.register(registry).sequence, range(16))
        assert set(made) == set(range(1, 17))


def test_a_server_that_only_reads_says_so_when_it_is_written_to(
    server_url: str, postgres: Postgres, database: str, samples: Samples
) -> None:
    postgres.execute(f"ALTER DATABASE {database} SET default_transaction_read_only = on")
    with Registry.open(server_url) as registry:
        assert registry.models.get("m").change_sequence == 1
        with pytest.raises(RegistryUnavailableError, match="read-only transaction"):
            samples.register(registry)


def test_a_user_without_privileges_is_told(
    server_url: str, postgres: Postgres, database: str
) -> None:
    postgres.execute("CREATE ROLE stranger LOGIN")
    with pytest.raises(RegistryUnavailableError, match="permission denied for table"):
        Registry.open(server_url.replace("tester", "stranger"))
    postgres.execute("DROP ROLE stranger")
