import contextlib
import logging
import random
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from frontier_assets.checkpoints.session import Session
from frontier_assets.errors import InvalidValueError
from frontier_assets.types import Checkpoint
from frontier_assets.workspace import Workspace
from frontier_assets_tests.checkpoints.damage import flip
from frontier_assets_tests.servers import LOOPBACK, free_port
from frontier_assets_tests.storage.redis_server import redis_running

STEPS = 8


class Training:
    """A network with everything that a training may hold, and random numbers of every kind."""

    def __init__(self) -> None:
        import torch

        torch.manual_seed(0)
        np.random.seed(0)  # noqa: NPY002 - what training code draws from
        random.seed(0)
        self.model = torch.nn.Sequential(
            torch.nn.Linear(4, 8),
            torch.nn.BatchNorm1d(8),
            torch.nn.Dropout(0.3),
            torch.nn.Linear(8, 1),
        )
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=0.1)
        self.scheduler = torch.optim.lr_scheduler.StepLR(self.optimizer, 3)
        self.generator = torch.Generator().manual_seed(1)
        self.average = torch.zeros(1)
        self.losses: dict[int, float] = {}

    def session(self, workspace: Workspace, run: str = "r1") -> Session:
        parts = {
            "model": self.model,
            "optimizer": self.optimizer,
            "scheduler": self.scheduler,
            "generator": self.generator,
            "average": self.average,
            "best": float("inf"),
        }
        return workspace.checkpoints.session("m", run=run, state=parts)

    def train(self, session: Session, *, until: int = STEPS) -> None:
        import torch

        for step in session.steps(until):
            rows = torch.randn(16, 4, generator=self.generator) * random.random()
            loss = (self.model(rows) - float(np.random.rand())).square().mean()  # noqa: NPY002
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            self.scheduler.step()
            self.average += loss.detach()
            session.state["best"] = min(session.state["best"], loss.item())
            self.losses[step] = loss.item()
            session.save(step, metrics={"loss": loss})


def train(workspace: Workspace, run: str = "r1", *, until: int = STEPS) -> tuple[Training, Session]:
    training = Training()
    with training.session(workspace, run) as session:
        training.train(session, until=until)
    return training, session


@pytest.mark.feature("CKP-1", "CKP-6")
def test_a_run_that_is_continued_is_the_run_that_never_stopped(workspace: Workspace) -> None:
    import torch

    whole, done = train(workspace, "whole")
    first, _ = train(workspace, until=3)
    second, _ = train(workspace, until=5)
    third, session = train(workspace)
    assert list(second.losses) == [4, 5]
    assert first.losses | second.losses | third.losses == whole.losses
    assert session.state["best"] == done.state["best"] == min(whole.losses.values())
    assert torch.equal(third.average, whole.average)
    pairs = zip(third.model.state_dict().values(), whole.model.state_dict().values(), strict=True)
    assert all(torch.equal(one, other) for one, other in pairs)


def test_a_run_that_is_done_has_no_steps_left(workspace: Workspace) -> None:
    train(workspace)
    again, session = train(workspace)
    assert (again.losses, session.step) == ({}, STEPS)


def test_metrics_and_epochs_are_those_of_the_checkpoint(workspace: Workspace) -> None:
    training, _ = train(workspace, until=2)
    with training.session(workspace) as session:
        session.save(7, epoch=3)
    saved = workspace.checkpoints.list("m")
    assert [item.step for item in saved] == [1, 2, 7]
    assert saved[1].metrics == {"loss": pytest.approx(training.losses[2])}
    assert saved[2].epoch == 3


@contextlib.contextmanager
def stopped_store(tmp_path: Path) -> Iterator[tuple[Workspace, Any]]:
    """A workspace whose store is a server that was stopped and does not answer."""
    port = free_port()
    with (
        redis_running(port) as server,
        Workspace.open(
            registry_url=f"sqlite:///{tmp_path}/registry.db",
            stores={"default": f"redis://{LOOPBACK}:{port}/0"},
            actor="ann",
        ) as workspace,
    ):
        workspace.checkpoints.save("m", run="before", step=1, state={"value": 0})
        server.send_signal(signal.SIGSTOP)
        try:
            yield workspace, server
        finally:
            server.send_signal(signal.SIGCONT)


@pytest.mark.feature("CKP-1")
def test_training_goes_on_while_the_store_does_not_answer(tmp_path: Path) -> None:
    import torch

    with stopped_store(tmp_path) as (workspace, server):
        weight = torch.full((1000,), 1.0)
        with workspace.checkpoints.session("m", run="r1", state={"weight": weight}) as session:
            session.save(1)
            # The store does not have it, and training has gone on already.
            weight += 1
            assert workspace.checkpoints.list("m", run="r1") == []
            second = threading.Thread(target=session.save, args=(2,))
            second.start()
            second.join(timeout=0.2)
            server.send_signal(signal.SIGCONT)
            second.join()
        saved = [workspace.checkpoints.load("m", f"r1-step-{step}")["weight"] for step in (1, 2)]
    assert [set(tensor.tolist()) for tensor in saved] == [{1.0}, {2.0}]


def test_checkpoints_are_reported_from_the_loops_own_thread(workspace: Workspace) -> None:
    reported: list[tuple[str, threading.Thread]] = []

    def report(checkpoint: Checkpoint) -> None:
        reported.append((checkpoint.key, threading.current_thread()))

    with workspace.checkpoints.session(
        "m", run="r1", state={"value": 1}, on_checkpoint=report
    ) as session:
        session.save(1)
        session.flush()
        assert [key for key, _ in reported] == ["r1-step-1"]
        session.save(2)
    assert reported == [(f"r1-step-{step}", threading.current_thread()) for step in (1, 2)]


def test_what_goes_wrong_in_the_background_is_raised_by_the_next_save(
    workspace: Workspace,
) -> None:
    with workspace.checkpoints.session("m", run="r1", state={"value": 1}) as session:
        session.save(1, metrics={"loss": float("nan")})
        with pytest.raises(InvalidValueError, match="nan"):
            session.save(2)
        session.save(3)
    assert [item.step for item in workspace.checkpoints.list("m")] == [3]


def test_what_goes_wrong_in_the_last_save_is_raised_by_the_end_of_the_block(
    workspace: Workspace,
) -> None:
    session = workspace.checkpoints.session("m", run="r1", state={"value": 1})
    with pytest.raises(InvalidValueError, match="nan"), session:
        session.save(1, metrics={"loss": float("nan")})


def save_and_fail(session: Session, *, loss: float) -> None:
    with session:
        session.save(1, metrics={"loss": loss})
        raise RuntimeError("out of memory")


def test_what_ends_the_training_is_raised_and_what_was_being_saved_is_kept(
    workspace: Workspace,
) -> None:
    session = workspace.checkpoints.session("m", run="r1", state={"value": 1})
    with pytest.raises(RuntimeError, match="out of memory") as ended:
        save_and_fail(session, loss=0.5)
    assert [item.step for item in workspace.checkpoints.list("m")] == [1]
    assert not hasattr(ended.value, "__notes__")
    session = workspace.checkpoints.session("m", run="r2", state={"value": 1})
    with pytest.raises(RuntimeError, match="out of memory") as failed:
        save_and_fail(session, loss=float("nan"))
    (note,) = failed.value.__notes__
    assert note.startswith("The checkpoint of step 1 was not saved: Metric 'loss' nan")


@pytest.mark.feature("CKP-6")
@pytest.mark.parametrize("part", ["model.0.weight", "optimizer.state.0.exp_avg", "generator"])
def test_a_damaged_checkpoint_is_passed_over_with_a_warning(
    workspace: Workspace, part: str, caplog: pytest.LogCaptureFixture
) -> None:
    whole, _ = train(workspace, "whole")
    train(workspace, until=5)
    flip(workspace, "m", "r1-step-5", part)
    with caplog.at_level(logging.WARNING):
        resumed, session = train(workspace)
    assert [item.key for item in session.skipped] == ["r1-step-5"]
    assert "the content is not what was saved" in session.skipped[0].reason
    assert "Checkpoint r1-step-5 of m is skipped" in caplog.text
    assert list(resumed.losses) == [5, 6, 7, 8]
    assert resumed.losses.items() <= whole.losses.items()


@pytest.mark.feature("CKP-6")
def test_what_is_done_again_after_damage_does_not_refer_to_the_damaged_bytes(
    workspace: Workspace,
) -> None:
    import torch

    weight = torch.zeros(100)
    state = {"weight": weight, "clock": 0}
    with workspace.checkpoints.session("m", run="r1", state=state) as session:
        for step in session.steps(2):
            weight += 1
            session.save(step)
    flip(workspace, "m", "r1-step-2", "weight")
    with workspace.checkpoints.session("m", run="r1", state={**state, "clock": 1}) as session:
        assert session.step == 1
        weight += 1
        session.state["clock"] = 1
        session.save(2)
    assert workspace.checkpoints.load("m", "r1-step-2")["weight"].tolist() == [2.0] * 100


def test_tensors_are_filled_in_place_and_others_of_their_shape_refused(
    workspace: Workspace,
) -> None:
    import torch

    with workspace.checkpoints.session("m", run="r1", state={"w": torch.ones(3)}) as session:
        session.save(1)
    weight = torch.zeros(3)
    with workspace.checkpoints.session("m", run="r1", state={"w": weight}):
        assert weight.tolist() == [1.0, 1.0, 1.0]
    other = workspace.checkpoints.session("m", run="r1", state={"w": torch.zeros(4)})
    with pytest.raises(InvalidValueError, match=r"Tensor 'w' 'float32 \[4\]'.*float32 \[3\]"):
        other.resume()


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ({"value": 1, "more": 2}, "State key 'more'"),
        ({"random": 1}, "the random numbers are kept under it"),
    ],
)
def test_a_state_that_is_not_the_saved_one_is_refused(
    workspace: Workspace, state: dict[str, int], message: str
) -> None:
    with workspace.checkpoints.session("m", run="r1", state={"value": 1}) as session:
        session.save(1)
    with pytest.raises(InvalidValueError, match=message):
        workspace.checkpoints.session("m", run="r1", state=state).resume()
