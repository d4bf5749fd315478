"""Assigning units for as long as a service runs: the plan is looked up now and then, no more."""

import logging
import threading
import time
from collections.abc import Callable, Sequence

from frontier_assets.errors import FrontierAssetsError
from frontier_assets.experiments.assignment import Assignment, Indices

_log = logging.getLogger(__name__)


class Assigner:
    """Assigns the units of one experiment. Thread-safe.

    Every ``refresh_s`` seconds one call looks the experiment up, for its coverage, its weights and
    whether it goes on; all others are arithmetic. Once it has ended, every unit gets control. While
    the registry is away the last plan stands: `age_s` grows and `problem` says why.
    """

    def __init__(self, find: Callable[[], Assignment], *, refresh_s: float) -> None:
        self._find, self._refresh_s = find, refresh_s
        self._refreshing = threading.Lock()
        self._plan, self._asked_at = find(), time.monotonic()
        self._due = self._asked_at + refresh_s
        self.problem: FrontierAssetsError | None = None

    @property
    def plan(self) -> Assignment:
        """The plan that units are assigned by now."""
        if time.monotonic() >= self._due and self._refreshing.acquire(blocking=False):
            try:
                self._refresh()
            finally:
                self._refreshing.release()
        return self._plan

    @property
    def age_s(self) -> float:
        """Seconds since the registry confirmed the plan."""
        return time.monotonic() - self._asked_at

    def assign(self, unit: str) -> str | None:
        """Return the version that serves a unit; None of a unit that does not take part.

        Who does not take part is served as without the experiment, and not recorded.
        """
        return self.plan.variant(unit)

    def assign_many(self, units: Sequence[str]) -> Indices:
        """Return the place of each unit's version in ``plan.variants``; -1: it takes no part."""
        return self.plan.indices(units)

    def refresh(self) -> None:
        """Look the experiment up now."""
        with self._refreshing:
            self._refresh()

    def _refresh(self) -> None:
        asked_at = time.monotonic()
        self._due = asked_at + self._refresh_s
        try:
            self._plan, self._asked_at, self.problem = self._find(), asked_at, None
        except FrontierAssetsError as error:
            self.problem = error
            _log.warning("the experiment goes on as it was: %s", error)
