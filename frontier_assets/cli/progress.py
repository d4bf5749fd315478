"""What is shown while a command works: one line per step and check of a build, and a bar."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import Any

_INTERRUPTED = "DagsterExecutionInterruptedError"
_CHECKS_FAILED = "DagsterAssetCheckFailedError"
_MAXIMUM_LENGTH = 600  # the run's log has the rest


class BuildProgress:
    """Listens to a run.

    ``failure`` is the first failed step with its problem, if one failed; ``interrupted`` says that
    somebody ended the run.
    """

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._failed_checks: list[str] = []
        self.failure: tuple[str, str] | None = None
        self.interrupted = False

    def on_event(self, entry: Any) -> None:  # noqa: ANN401 - Dagster's event log entry
        """Tell about one event of the run; most of them are of no interest."""
        event = entry.dagster_event
        if event is None:
            return
        # The step of asset a/b is named a__b.
        step = (event.step_key or "").replace("__", "/")
        match event.event_type_value:
            case "STEP_START":
                self._failed_checks = []
                self._tell(f"{step} started")
            case "STEP_SUCCESS":
                seconds = event.event_specific_data.duration_ms / 1000
                self._tell(f"{step} done in {seconds:.1f} s")
            case "STEP_SKIPPED":
                self._tell(f"{step} skipped")
            case "ASSET_CHECK_EVALUATION":
                self._check(step, event.event_specific_data)
            case "STEP_FAILURE":
                self._fail(step, event.event_specific_data)

    def _check(self, step: str, check: Any) -> None:  # noqa: ANN401 - Dagster's evaluation
        outcome = "passed" if check.passed else f"failed ({check.severity.value.lower()})"
        description = f": {check.description}" if check.description else ""
        line = f"{check.check_name} {outcome}{description}"
        self._tell(f"{step} check {line}")
        if not check.passed:
            self._failed_checks.append(line)

    def _fail(self, step: str, failure: Any) -> None:  # noqa: ANN401 - Dagster's failure
        if failure.error.cls_name == _INTERRUPTED:
            self.interrupted = True
            self._tell(f"{step} interrupted")
            return
        checks = failure.error.cls_name == _CHECKS_FAILED
        problem = "; ".join(self._failed_checks) if checks else _problem(failure)
        self._tell(f"{step} failed: {problem}")
        if self.failure is None:
            self.failure = (step, problem)


@contextlib.contextmanager
def bar(title: str, *, counts_bytes: bool = True) -> Iterator[Callable[[int, int], None]]:
    """Give a function that is told how many bytes, or other things, are done of how many.

    A terminal shows a bar on stderr; nothing is shown elsewhere.
    """
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console  # noqa: PLC0415 - a pipe does without
    from rich.progress import BarColumn, DownloadColumn, Progress  # noqa: PLC0415 - see above
    from rich.progress import MofNCompleteColumn as Counted  # noqa: PLC0415 - see above
    from rich.progress import TimeRemainingColumn as Remaining  # noqa: PLC0415 - see above

    done_of = DownloadColumn(binary_units=True) if counts_bytes else Counted()
    columns = (title, BarColumn(), done_of, Remaining())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(title, total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)


def _problem(failure: Any) -> str:  # noqa: ANN401 - Dagster's failure
    described = failure.user_failure_data and failure.user_failure_data.description
    # Dagster wraps what a step raises; the cause is what happened.
    error = failure.error.cause or failure.error
    text = " ".join((described or error.message).split())
    return text if len(text) <= _MAXIMUM_LENGTH else f"{text[:_MAXIMUM_LENGTH]}..."
