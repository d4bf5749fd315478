"""A ``.ckpt`` of Lightning: a dict of ``torch.save`` with keys of its own.

Source: Lightning 2, ``trainer/connectors/checkpoint_connector.py``, ``dump_checkpoint``. A folder
of that name is a sharded checkpoint, which is not read.
"""

import math
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from typing_extensions import override

from frontier_assets.checkpoints.discovery.layout import Content, Layout, as_count, metrics_of
from frontier_assets.checkpoints.discovery.torch_file import WEIGHTS, content_of
from frontier_assets.codecs.objects import ObjectPolicy
from frontier_assets.codecs.torch_file import read_torch_file

_SUFFIX = ".ckpt"
_VERSION = "pytorch-lightning_version"
_WEIGHTS, _PARAMETERS = "state_dict", "hyper_parameters"
_PLAIN = (str, int, float, bool)


class Lightning(Layout):
    """``epoch=3-step=100.ckpt``; one that Lightning did not write is read as any other file."""

    @override
    def location_of(self, path: PurePosixPath) -> PurePosixPath | None:
        parts = [part for part in (path, *path.parents) if part.suffix == _SUFFIX]
        return parts[-1] if parts else None

    @override
    def awaited(self, location: PurePosixPath, paths: Collection[PurePosixPath]) -> str:
        return "" if location in paths else "one file in its place, since no sharded one is read"

    @override
    def read(self, folder: Path, location: PurePosixPath, policy: ObjectPolicy) -> Content:
        value = read_torch_file(folder / location, str(location), policy=policy)
        if not isinstance(value, Mapping) or not {_VERSION, _WEIGHTS} <= value.keys():
            return content_of(value, str(location))
        rest = {name: part for name, part in value.items() if name != _WEIGHTS}
        given = value.get(_PARAMETERS)
        parameters = given if isinstance(given, Mapping) else {}
        return Content(
            {WEIGHTS: value[_WEIGHTS], **rest},
            step=as_count(value.get("global_step")),
            epoch=as_count(value.get("epoch")),
            metrics=metrics_of(dict(_monitored(value.get("callbacks")))),
            parameters={str(k): v for k, v in parameters.items() if _is_plain(v)},
        )


def _monitored(callbacks: object) -> Iterator[tuple[str, Any]]:
    """Yield what the callbacks that choose checkpoints measured for this one."""
    states = callbacks.values() if isinstance(callbacks, Mapping) else []
    for state in states:
        if isinstance(state, Mapping) and isinstance(state.get("monitor"), str):
            yield state["monitor"], state.get("current_score")


def _is_plain(value: object) -> bool:
    return type(value) in _PLAIN and not (isinstance(value, float) and not math.isfinite(value))
