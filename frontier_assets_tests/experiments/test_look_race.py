"""Two processes look at once: one of them decides, and what it decided is acted on once."""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from frontier_assets.errors import ExperimentLookError
from frontier_assets.registry.ledger import AuditAction
from frontier_assets.types import ExperimentState
from frontier_assets_tests.experiments import looking_process
from frontier_assets_tests.experiments.conftest import MODEL, TREATMENT, Lab

EXPERIMENTS = 6
_HARM = {"metric": "latency_ms", "direction": "lower", "margin": 0.1}


@pytest.fixture
def url(
    dialect: str, tmp_path: Path, empty_registry: Path, request: pytest.FixtureRequest
) -> Iterator[str]:
    if dialect == "sqlite":
        (tmp_path / "registry.db").write_bytes(empty_registry.read_bytes())
        yield f"sqlite:///{tmp_path}/registry.db"
        return
    server = request.getfixturevalue("postgres")
    with server.database(template=request.getfixturevalue("postgres_registry")) as name:
        yield server.url(name)


def race(url: str, folder: Path, experiments: list[str]) -> list[list[str]]:
    """Return what each of the two processes was told of each experiment."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([looking_process.__name__])
    with ProcessPoolExecutor(
        2, mp_context=context, initializer=looking_process.prepare, initargs=(context.Barrier(2),)
    ) as pool:
        now = datetime.now(UTC)
        looks = [pool.submit(looking_process.look, url, folder, experiments, now) for _ in range(2)]
        return [process.result() for process in looks]


@pytest.mark.feature("ABT-12", "ABT-13")
def test_of_two_processes_one_decides_and_the_other_changes_nothing(
    url: str, tmp_path: Path
) -> None:
    with looking_process.opened(url, tmp_path) as workspace:
        for content in ("first", "second"):
            path = tmp_path / "weights.bin"
            path.write_text(content, encoding="utf-8")
            workspace.versions.register(MODEL, files={"weights.bin": path})
        lab, made = Lab(workspace), []
        for at in range(EXPERIMENTS):
            running = lab.running(namespace=str(at), guardrails=[_HARM])
            made.append(running.id)
            slower = 100 if at % 2 else 150
            table = lab.draw(2000, seed=at, accuracy=(0.8, 0.88), latency_ms=(100, slower))
            lab.experiments.record_many(running.id, table)
        told = race(url, tmp_path, made)
        expected = ["guardrail_stop", "treatment"] * (EXPERIMENTS // 2)
        for experiment, decision, answers in zip(
            made, expected, zip(*told, strict=True), strict=True
        ):
            # The slower one is refused, or finds the experiment decided and says the same again.
            assert decision in answers
            assert {*answers} <= {decision, str(ExperimentLookError(experiment))}
            ended = lab.experiments.get(experiment)
            assert (ended.state, ended.decision) == (ExperimentState.DECIDED, decision)
            assert ended.subjects == (TREATMENT,)
            assert [item.number for item in lab.experiments.looks(experiment)] == [1]
        trail = [entry.action for entry in workspace.audit.entries(MODEL)]
        assert trail.count(AuditAction.EXPERIMENT_DECIDED) == EXPERIMENTS
        assert trail.count(AuditAction.EXPERIMENT_LOOKED) == EXPERIMENTS
        workspace.audit.verify()
