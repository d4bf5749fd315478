"""One finding of ``frontier check``, and how an error becomes one."""

import contextlib
import dataclasses
import enum
import sys
from collections.abc import Iterable, Iterator

from frontier_assets.errors import FrontierAssetsError


class State(enum.StrEnum):
    """How a finding is to be taken; a warning stops nothing."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it is, and what to do about it where there is anything to do."""

    subject: str
    state: State
    detail: str
    remedy: str = ""


def attempted(subject: str, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the ``findings``; an error that ends them is the last one, under ``subject``.

    What other people's code prints goes to stderr: stdout is the command's answer.
    """
    remaining = iter(findings)
    while True:
        try:
            with contextlib.redirect_stdout(sys.stderr):
                finding = next(remaining)
        except StopIteration:
            return
        except (FrontierAssetsError, OSError) as error:
            yield Finding(subject, State.FAILED, " ".join(str(error).split()))
            return
        yield finding
