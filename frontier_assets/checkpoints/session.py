"""The block around a training loop: it resumes by itself, and saves while training goes on."""

import types
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any, Self, SupportsFloat

from frontier_assets.checkpoints.random_state import random_state, restore_random_state
from frontier_assets.checkpoints.resumption import Skipped
from frontier_assets.checkpoints.stored_state import StoredState
from frontier_assets.codecs.snapshot import Snapshot
from frontier_assets.codecs.tensors import is_tensor
from frontier_assets.errors import InvalidValueError
from frontier_assets.types import Checkpoint

if TYPE_CHECKING:
    from frontier_assets.checkpoints.checkpoints import Checkpoints

_RANDOM = "random"


class Session:
    """Saves a run's state in the background, and carries on from what was saved.

    Entering the block loads the run's newest whole checkpoint into ``state``: objects by their
    ``load_state_dict``, random generators by their ``set_state``, tensors in place. Plain values
    are to be read from ``state`` and assigned there. The random numbers of Python, numpy and torch
    go on where they stood, so that the losses are those of a run that never stopped.

    ``step`` is the last step that is in a checkpoint, 0 without one. ``skipped`` are the
    checkpoints that were damaged. Use it from one thread.
    """

    def __init__(
        self,
        checkpoints: "Checkpoints",
        model: str,
        *,
        run: str,
        state: Mapping[str, Any],
        recipe: Mapping[str, Any],
        on_checkpoint: Callable[[Checkpoint], None],
    ) -> None:
        """``recipe`` is what every `Checkpoints.save` of the run is given besides."""
        if _RANDOM in state:
            raise InvalidValueError("State key", _RANDOM, "the random numbers are kept under it")
        self.state = dict(state)
        self.step = 0
        self.skipped: tuple[Skipped, ...] = ()
        self._checkpoints = checkpoints
        self._model = model
        self._run = run
        self._recipe = dict(recipe)
        self._on_checkpoint = on_checkpoint
        self._objects = checkpoints.allowed(model)
        self._snapshot = Snapshot()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="checkpoint")
        self._saving: Future[Checkpoint] | None = None

    def resume(self) -> int:
        """Load the newest whole checkpoint, if there is one, and return its step.

        The block does this itself; a damaged checkpoint is passed over with a warning in the log.

        Raises:
            IntegrityError: all checkpoints of the run are damaged.
            InvalidValueError: the checkpoint is of another state; tensors may have changed.
        """
        found = self._checkpoints.newest_whole(self._model, self._run, load=self._read)
        if found is not None:
            for name, content in found.state.items():
                self._restore(name, content)
            self.step, self.skipped = found.checkpoint.step, found.skipped
        return self.step

    def steps(self, total: int) -> Iterator[int]:
        """Yield the numbers of the steps that are still to be done, the last one is ``total``.

        A save that failed in the meantime is raised before the next step.
        """
        for step in range(self.step + 1, total + 1):
            if self._saving is not None and self._saving.done():
                self.flush()
            yield step

    def save(
        self,
        step: int,
        *,
        metrics: Mapping[str, SupportsFloat] | None = None,
        epoch: int | None = None,
    ) -> None:
        """Copy the state to main memory and store the copy in the background.

        There is one copy at a time: while the one before is being stored, this waits for it.

        Raises:
            InvalidValueError: a part of the state cannot be stored.
            FrontierAssetsError: the save before failed, for the reason that is raised.
        """
        self.flush()
        state = {name: _captured(value) for name, value in self.state.items()}
        state[_RANDOM] = random_state()
        encoded = self._snapshot.take(state, objects=self._objects)
        self._saving = self._thread.submit(
            self._checkpoints.save,
            self._model,
            run=self._run,
            step=step,
            state=encoded,
            metrics={name: _number(value) for name, value in (metrics or {}).items()},
            epoch=epoch,
            **self._recipe,
        )
        self.step = step

    def flush(self) -> None:
        """Wait until what was saved is durable and named; raise what the save raised."""
        if self._saving is not None:
            wait([self._saving])
            saved, self._saving = self._saving, None
            self._on_checkpoint(saved.result())

    def __enter__(self) -> Self:
        self.resume()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: types.TracebackType | None,
    ) -> None:
        self._thread.shutdown()
        problem = self._saving.exception() if self._saving else None
        if error is not None and problem is not None:
            # What ended the training is what its author has to see first.
            error.add_note(f"The checkpoint of step {self.step} was not saved: {problem}")
            return
        self.flush()

    def _read(self, stored: StoredState) -> dict[str, Any]:
        found = {name: _loaded(value, stored.part(name)) for name, value in self.state.items()}
        return {**found, _RANDOM: stored.part(_RANDOM).load()}

    def _restore(self, name: str, content: Any) -> None:  # noqa: ANN401 - a part of a state
        value: Any = self.state.get(name)
        if name == _RANDOM:
            restore_random_state(content)
        elif hasattr(value, "load_state_dict"):
            value.load_state_dict(content)
        elif hasattr(value, "set_state"):
            value.set_state(content)
        else:
            self.state[name] = content


def _number(value: Any) -> float:  # noqa: ANN401 - a number or a tensor of one
    # Torch warns when `float` takes a loss that still has its gradients.
    return float(value.item() if hasattr(value, "item") else value)


def _captured(value: Any) -> Any:  # noqa: ANN401 - any part of a state
    if hasattr(value, "state_dict"):
        return value.state_dict()
    return value.get_state() if hasattr(value, "get_state") else value


def _loaded(value: Any, stored: StoredState) -> Any:  # noqa: ANN401 - any part of a state
    """Return what is stored, in the tensors of ``value`` where they are the same ones."""
    if is_tensor(value):
        return stored.load_into(value)
    if hasattr(value, "load_state_dict"):
        try:
            return stored.load_into(value.state_dict())
        except InvalidValueError:
            # An optimizer that has made no step has none of its tensors yet.
            return stored.load()
    return stored.load()
