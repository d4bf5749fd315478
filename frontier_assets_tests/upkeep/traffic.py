"""Saves, deletions and collections without end, in this thread or as a process of their own."""

import contextlib
import random
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import numpy as np
import sqlalchemy as sa

from frontier_assets.errors import BlobsCollectedError, NotFoundError
from frontier_assets.registry.tables import checkpoints
from frontier_assets.workspace import Workspace

MODEL = "m"


def work(workspace: Workspace, seed: int, rounds: int) -> None:
    """Save, save again, register and delete, each of a few things, so that they meet."""
    chosen = random.Random(seed)
    for _ in range(rounds):
        numbers, step = chosen.sample(range(6), 2), chosen.randrange(4)
        until_done(lambda numbers=numbers, step=step: save(workspace, numbers, step))  # type: ignore[misc]
        match chosen.randrange(4):
            case 0:
                # Somebody else may have deleted the latest meanwhile.
                with contextlib.suppress(NotFoundError):
                    until_done(lambda: workspace.versions.register(MODEL, checkpoint="latest"))
            case 1:
                forget(workspace, step)


def save(workspace: Workspace, numbers: list[int], step: int) -> object:
    weights = {f"t{number}": np.full(64, number) for number in sorted(numbers)}
    return workspace.checkpoints.save(MODEL, run="r", step=step, state={"model": weights})


def forget(workspace: Workspace, step: int) -> None:
    with workspace.registry._database.write() as connection:
        connection.execute(sa.delete(checkpoints).where(checkpoints.c.step == step))


def until_done(action: Callable[[], object]) -> None:
    """Repeat what collections came between, as somebody who is told to would."""
    while True:
        with contextlib.suppress(BlobsCollectedError):
            action()
            return


def collect_until(workspace: Workspace, ended: threading.Event, grace: timedelta) -> None:
    """Collect until then."""
    while not ended.is_set():
        with contextlib.suppress(BlobsCollectedError):
            workspace.store.collect(grace=grace)
        ended.wait(0.01)


@contextlib.contextmanager
def collecting(workspace: Workspace, *graces: timedelta) -> Iterator[None]:
    """Let as many threads collect all the while; none may meet an error."""
    ended, errors = threading.Event(), list[BaseException]()

    def collect(grace: timedelta) -> None:
        try:
            collect_until(workspace, ended, grace)
        except BaseException as error:
            errors.append(error)
            raise

    threads = [threading.Thread(target=collect, args=[grace]) for grace in graces]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        for thread in threads:
            thread.join()
    assert errors == []


def main(registry_url: str, store_url: str, seed: str, rounds: str) -> None:
    with Workspace.open(
        registry_url=registry_url, stores={"default": store_url}, actor="ann"
    ) as workspace:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        work(workspace, int(seed), int(rounds))


if __name__ == "__main__":
    main(*sys.argv[1:])
