"""A loaded model that follows a ref: when another version holds it, that one takes over."""

import dataclasses
import logging
import math
import threading
import time
import weakref
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from frontier_assets.errors import FollowingStoppedError, FrontierAssetsError, InvalidValueError
from frontier_assets.predictors.serving import LoadedModel
from frontier_assets.types import Ref, Selector, Version

if TYPE_CHECKING:
    import numpy as np

_log = logging.getLogger(__name__)
_MOVING = (Selector.LATEST, Selector.STAGE, Selector.BRANCH)
# A version that cannot be loaded is read in whole at each try, so the tries become rarer: after
# 1, 2, 4 ... looks without one, and at most as many as these.
_LONGEST_PAUSE = 64


class FollowedModel:
    """The version that a ref points at, in memory, ready to predict. Thread-safe.

    A daemon thread asks the registry every ``refresh_s`` seconds. Another version is loaded and
    verified beside the one that serves, so both are in memory for a while; then it takes over at
    once, and a prediction under way ends on the version that it began with. While the registry or
    the store is away, the ref points at nothing, or the other version cannot be loaded, the last
    good one goes on serving: `age_s` grows, `problem` says why and the log has a warning.

    `close`, the end of the workspace or the last reference to this object ends the thread; what is
    in memory still predicts. A fork keeps no threads: load in each worker process, after the fork.
    """

    def __init__(
        self,
        ref: str | Ref,
        *,
        find: Callable[[], Version],
        load: Callable[[Version], LoadedModel],
        refresh_s: float,
    ) -> None:
        parsed = ref if isinstance(ref, Ref) else Ref.parse(ref)
        if parsed.selector not in _MOVING:
            raise InvalidValueError(
                "Ref to follow",
                str(ref),
                "it always means the same version; follow MODEL, MODEL@production, MODEL@staging "
                "or MODEL@<branch>, or load it without `follow`",
            )
        if not (math.isfinite(refresh_s) and refresh_s > 0):
            raise InvalidValueError("refresh_s", refresh_s, "expected a number of seconds above 0")
        self._follower = _Follower(parsed, find=find, load=load, refresh_s=refresh_s)
        # The thread knows the follower alone, so that this object can go while it runs.
        self._thread = threading.Thread(
            target=self._follower.run, name=f"following {parsed}", daemon=True
        )
        self._stop = weakref.finalize(self, self._follower.stopped.set)
        self._thread.start()

    @property
    def current(self) -> LoadedModel:
        """The version that serves now with its model, for who has to say which one answered."""
        return self._follower.held.model

    @property
    def version(self) -> Version:
        """The version that serves now, as the registry last described it."""
        return self.current.version

    @property
    def signature(self) -> Mapping[str, Any]:
        """What the version that serves now takes and gives."""
        return self.current.signature

    @property
    def age_s(self) -> float:
        """Seconds since the registry last confirmed that the ref points at this version."""
        return time.monotonic() - self._follower.held.confirmed_at

    @property
    def problem(self) -> FrontierAssetsError | None:
        """Why the last look did not confirm what is served; None when it did."""
        if not self._thread.is_alive():
            return FollowingStoppedError(str(self._follower.ref))
        return self._follower.held.problem

    def predict(self, inputs: "Mapping[str, np.ndarray[Any, Any]]") -> "np.ndarray[Any, Any]":
        """Return the output of one version for named inputs; the first axis is the example."""
        return self.current.predict(inputs)

    def refresh(self) -> None:
        """Look now, in this thread, and load what is to be loaded; `problem` says if it failed."""
        self._follower.look(patient=False)

    def close(self) -> None:
        """End the thread, after a load that is under way."""
        self._stop()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


@dataclasses.dataclass(frozen=True, slots=True)
class _Held:
    """What is served, when it was confirmed and what is wrong since: replaced as one."""

    model: LoadedModel
    confirmed_at: float
    problem: FrontierAssetsError | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class _Failure:
    """A version that could not be loaded, and how many of its ``pause`` looks are ``left``."""

    version: int
    error: FrontierAssetsError
    pause: int
    left: int


class _Follower:
    """Looks where the ref points, again and again, until it is told to stop."""

    def __init__(
        self,
        ref: Ref,
        *,
        find: Callable[[], Version],
        load: Callable[[Version], LoadedModel],
        refresh_s: float,
    ) -> None:
        self.ref, self._refresh_s = ref, refresh_s
        self._find, self._load = find, load
        self._looking = threading.Lock()
        self._failure: _Failure | None = None
        self.stopped = threading.Event()
        asked_at = time.monotonic()
        self.held = _Held(load(find()), asked_at)

    def run(self) -> None:
        while not self.stopped.wait(self._refresh_s):
            self.look(patient=True)

    def look(self, *, patient: bool) -> None:
        """Serve what the ref points at; if ``patient``, leave alone for a while what failed."""
        with self._looking:
            asked_at = time.monotonic()
            try:
                model = self._model_of(self._find(), patient=patient)
            except FrontierAssetsError as error:
                self._report(_bare(error))
                return
            if model.version.id != self.held.model.version.id:
                _log.info("%s is served by %s from now on", self.ref, model.version.number)
            self.held, self._failure = _Held(model, asked_at), None

    def _model_of(self, found: Version, *, patient: bool) -> LoadedModel:
        served = self.held.model
        if found.id == served.version.id:
            return dataclasses.replace(served, version=found)
        failure = self._failure
        if failure is not None and failure.version != found.id:
            failure = None
        if failure is not None and failure.left and patient:
            self._failure = dataclasses.replace(failure, left=failure.left - 1)
            raise failure.error
        try:
            return self._load(found)
        except FrontierAssetsError as error:
            pause = 1 if failure is None else min(2 * failure.pause, _LONGEST_PAUSE)
            self._failure = _Failure(found.id, error, pause=pause, left=pause)
            raise

    def _report(self, problem: FrontierAssetsError) -> None:
        known = self.held.problem
        self.held = dataclasses.replace(self.held, problem=problem)
        if str(known) != str(problem):
            served = self.held.model.version.number
            _log.warning("%s is still served by %s: %s", self.ref, served, problem)


def _bare(error: FrontierAssetsError) -> FrontierAssetsError:
    """Return an ``error`` that is kept without the memory of the frames it came through."""
    error.__traceback__ = error.__cause__ = error.__context__ = None
    return error
