"""safetensors: one file, or several with an index beside them, which is written last."""

import re
from collections.abc import Collection
from pathlib import Path, PurePosixPath

from typing_extensions import override

from frontier_assets.checkpoints.discovery.layout import Content, Layout, as_count, as_metric
from frontier_assets.checkpoints.discovery.torch_file import WEIGHTS
from frontier_assets.codecs.objects import ObjectPolicy
from frontier_assets.codecs.safetensors_file import metadata_in_file, tensors_in_file

SUFFIX = ".safetensors"
INDEX = f"{SUFFIX}.index.json"
_SHARD = re.compile(r"(?P<stem>.+)-\d{5}-of-(?P<count>\d{5})\.safetensors")
_STEPS = ("global_step", "step")


class Safetensors(Layout):
    """``model.safetensors`` or ``model-00001-of-00002.safetensors`` with its index."""

    @override
    def location_of(self, path: PurePosixPath) -> PurePosixPath | None:
        shard = _SHARD.fullmatch(path.name)
        if shard:
            return path.with_name(f"{shard['stem']}{INDEX}")
        return path if path.name.endswith((SUFFIX, INDEX)) else None

    @override
    def awaited(self, location: PurePosixPath, paths: Collection[PurePosixPath]) -> str:
        if location not in paths:
            return location.name
        shards = [found for path in paths if (found := _SHARD.fullmatch(path.name))]
        wanted = max((int(shard["count"]) for shard in shards), default=0)
        missing = wanted - len(shards)
        return f"{missing} of {wanted} files" if missing > 0 else ""

    @override
    def read(self, folder: Path, location: PurePosixPath, policy: ObjectPolicy) -> Content:
        path = folder / location
        tensors = tensors_in_file(path)
        noted = metadata_in_file(path) if path.name.endswith(SUFFIX) else {}
        step = next((as_count(noted[name]) for name in _STEPS if name in noted), None)
        others = {name: text for name, text in noted.items() if name not in (*_STEPS, "epoch")}
        metrics = {name: as_metric(text) for name, text in others.items()}
        return Content(
            {WEIGHTS: tensors},
            step=step,
            epoch=as_count(noted.get("epoch")),
            metrics={name: value for name, value in metrics.items() if value is not None},
        )
