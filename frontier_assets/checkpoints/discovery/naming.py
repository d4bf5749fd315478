"""What the names of a checkpoint's file and folders say: run, step, epoch and metrics."""

import dataclasses
import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from frontier_assets.checkpoints.discovery.layout import as_count, metrics_of

_ENDINGS = re.compile(r"(?:\.safetensors\.index\.json|\.safetensors|\.(?:ckpt|pth?)(?:\.tar)?)$")
_STEP = re.compile(r"(?:^|[-_.])(?:global[-_]?step|step|iteration|iter)[-_=]?(\d+)", re.IGNORECASE)
_EPOCH = re.compile(r"(?:^|[-_.])(?:epoch|ep)[-_=]?(\d+)", re.IGNORECASE)
_LAST = re.compile(r"(?:^|[-_.=])(\d+)$")
_METRIC = re.compile(r"([A-Za-z][\w/]*)=(-?\d+(?:\.\d+)?(?:e[-+]?\d+)?)")
# A folder of one checkpoint, as opposed to one of a run.
_FOLDER = re.compile(
    r"(?:checkpoint|ckpt|global[-_]?step|step|iteration|iter|epoch)[-_=]?\d+", re.IGNORECASE
)
_COUNTS = ("epoch", "step", "global_step", "iteration", "iter", "ep")
# Where Lightning keeps the files of a run, below a folder that is the run's own.
_NO_RUNS = ("checkpoints",)
_OTHERS = re.compile(r"[^A-Za-z0-9_.-]+|\.{2,}")


@dataclasses.dataclass(frozen=True, slots=True)
class Label:
    """What names alone say; None or empty where they say nothing."""

    run: str
    step: int | None
    epoch: int | None
    metrics: Mapping[str, float]


def label_of(location: PurePosixPath, *, top: str) -> Label:
    """Read the names of a file or folder; ``top`` is the run of what lies right in the place."""
    stem = _ENDINGS.sub("", location.name)
    folders = list(location.parts[:-1])
    step, epoch = _numbers(stem)
    if folders and _FOLDER.fullmatch(folders[-1]):
        name = folders.pop()
        if step is None and epoch is None:
            step, epoch = _numbers(name)
    parts = [_OTHERS.sub("-", part).strip("-.") for part in folders if part not in _NO_RUNS]
    found = {name: float(text) for name, text in _METRIC.findall(stem) if name not in _COUNTS}
    return Label("-".join(filter(None, parts)) or top, step, epoch, metrics_of(found))


def top_run(location: str, given: str) -> str:
    """Return the run of what lies right in a watched location: as given, or its last part."""
    path = location.partition("?")[0].rstrip("/")
    return given or _OTHERS.sub("-", re.split(r"[/:]", path)[-1]).strip("-.") or "watched"


def _numbers(name: str) -> tuple[int | None, int | None]:
    step, epoch = _STEP.search(name), _EPOCH.search(name)
    if step is None and epoch is None:
        step = _LAST.search(name)
    return as_count(step and step[1]), as_count(epoch and epoch[1])
