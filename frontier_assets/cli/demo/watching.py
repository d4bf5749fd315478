"""Waiting for Dagster's runs, and showing them meanwhile."""

import time
from collections.abc import Callable, Sequence

from rich.console import Console
from rich.live import Live

from frontier_assets.cli.demo.outlook import Outlook, Runs, look
from frontier_assets.cli.demo.progress import news, progress
from frontier_assets.cli.server import DagsterServer
from frontier_assets.workspace import Workspace

_TIMEOUT_S = 900
_POLL_S = 1.0
_RUNS_PER_MODEL = 25  # a version takes four; a cold start may repeat some


class Watching:
    """The runs of one demo. After a quarter of an hour, what is still waited for is given up."""

    def __init__(self, console: Console, workspace: Workspace, server: DagsterServer) -> None:
        self.workspace, self.server, self.models = workspace, server, server.models()
        self.console = console
        self._deadline = time.monotonic() + _TIMEOUT_S
        self._limit = _RUNS_PER_MODEL * len(self.models)
        self._before = {run["runId"] for run in server.runs(self._limit)}
        self._printed: dict[str, str] = {}

    def say(self, text: str) -> None:
        """Print a line that stays."""
        self.console.print(text, highlight=False)

    def until(
        self,
        outlook: Outlook,
        is_over: Callable[[Outlook, Runs], bool] = lambda _outlook, _runs: False,
    ) -> Outlook:
        """Return the outlook as soon as it has ended, or what is awaited of it is over."""
        (ended,) = self.until_all([outlook], is_over)
        return ended

    def until_all(
        self,
        outlooks: Sequence[Outlook],
        is_over: Callable[[Outlook, Runs], bool] = lambda _outlook, _runs: False,
    ) -> Sequence[Outlook]:
        """Return the outlooks as soon as this is so of all of them."""
        # `Live` redraws on a terminal; elsewhere each change of a run is one line.
        with Live(console=self.console, refresh_per_second=4, transient=True) as live:
            while True:
                runs = self._runs()
                outlooks = [self._in_time(look(self.workspace, item, runs)) for item in outlooks]
                live.update(progress(self.workspace, runs, outlooks))
                if not self.console.is_terminal:
                    for line in news(runs, self._printed):
                        self.say(line)
                if all(item.end is not None or is_over(item, runs) for item in outlooks):
                    return outlooks
                time.sleep(_POLL_S)

    def _runs(self) -> Runs:
        return [run for run in self.server.runs(self._limit) if run["runId"] not in self._before]

    def _in_time(self, outlook: Outlook) -> Outlook:
        if outlook.end is not None or time.monotonic() <= self._deadline:
            return outlook
        return outlook.ended(f"Gave up on {outlook.model} after {_TIMEOUT_S} s.", failed=True)
