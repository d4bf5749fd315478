"""The folder ``checkpoint-<step>`` of the Hugging Face ``Trainer``.

It writes the weights first, then the optimizer, the scheduler and the generators' states, and
``trainer_state.json`` last. Releases before 4.41 write the generators' states after it, as other
processes of one training still may: a second look at an unchanged folder stands for those.

Source: Transformers, ``trainer.py``, ``_save_checkpoint``. ``training_args.bin`` is a pickle of
Python objects that resuming does not need, and is left out, as are tokenizers and configurations.
"""

import json
import re
from collections.abc import Collection, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from typing_extensions import override

from frontier_assets.checkpoints.discovery.layout import Content, Layout, as_count, metrics_of
from frontier_assets.checkpoints.discovery.safetensors import INDEX, SUFFIX
from frontier_assets.checkpoints.discovery.torch_file import WEIGHTS
from frontier_assets.codecs.objects import ObjectPolicy
from frontier_assets.codecs.safetensors_file import tensors_in_file
from frontier_assets.codecs.torch_file import read_torch_file
from frontier_assets.errors import InvalidValueError

_FOLDER = re.compile(r"checkpoint-\d+")
_STATE = "trainer_state.json"
_TENSORS = (f"model{SUFFIX}", f"model{INDEX}", f"adapter_model{SUFFIX}")
_PICKLED = "pytorch_model.bin"
_PARTS = re.compile(r"(?:optimizer|scheduler|scaler)\.pt|rng_state(?:_\d+)?\.pth")
_SHARD = re.compile(r"model-\d{5}-of-\d{5}\.safetensors")
_NO_METRICS = ("epoch", "step", "total_flos")


class HuggingFace(Layout):
    """Everything below such a folder belongs to it."""

    @override
    def location_of(self, path: PurePosixPath) -> PurePosixPath | None:
        folders = [folder for folder in path.parents if _FOLDER.fullmatch(folder.name)]
        return folders[-1] if folders else None

    @override
    def awaited(self, location: PurePosixPath, paths: Collection[PurePosixPath]) -> str:
        return "" if location / _STATE in paths else _STATE

    @override
    def reads(self, path: PurePosixPath) -> bool:
        wanted = (_STATE, *_TENSORS, _PICKLED)
        is_part = _PARTS.fullmatch(path.name) or _SHARD.fullmatch(path.name)
        is_ours = path.name in wanted or is_part is not None
        return is_ours and _FOLDER.fullmatch(path.parent.name) is not None

    @override
    def read(self, folder: Path, location: PurePosixPath, policy: ObjectPolicy) -> Content:
        at = folder / location
        noted = _trainer_state(at / _STATE, str(location / _STATE))
        state = {WEIGHTS: _weights(at, location, policy)}
        for part in sorted(at.iterdir()):
            if _PARTS.fullmatch(part.name):
                name = str(location / part.name)
                state[part.stem] = read_torch_file(part, name, policy=policy)
        return Content(
            {**state, "trainer_state": noted},
            step=as_count(noted.get("global_step")),
            # A fraction while an epoch is under way; counted are those that are behind.
            epoch=as_count((noted.get("epoch") or 0) // 1),
            metrics=_last_metrics(noted.get("log_history")),
        )


def _trainer_state(path: Path, name: str) -> dict[str, Any]:
    try:
        noted = json.loads(path.read_text("utf-8"))
        if isinstance(noted, dict) and isinstance(noted.get("epoch"), int | float | None):
            return noted
        problem = "expected what the Trainer writes there"
    except (OSError, ValueError) as error:
        problem = f"it cannot be read ({error})"
    raise InvalidValueError("File", name, problem)


def _weights(at: Path, location: PurePosixPath, policy: ObjectPolicy) -> object:
    for name in _TENSORS:
        if (at / name).is_file():
            return tensors_in_file(at / name)
    if (at / _PICKLED).is_file():
        return read_torch_file(at / _PICKLED, str(location / _PICKLED), policy=policy)
    raise InvalidValueError(
        "Folder",
        str(location),
        f"it has no weights; expected one of {', '.join((*_TENSORS, _PICKLED))}",
    )


def _last_metrics(history: object) -> dict[str, float]:
    """Return the last value of everything that was logged."""
    metrics: dict[str, float] = {}
    for entry in history if isinstance(history, list) else []:
        if isinstance(entry, Mapping):
            metrics |= metrics_of({k: v for k, v in entry.items() if k not in _NO_METRICS})
    return metrics
