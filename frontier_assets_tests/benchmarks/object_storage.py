"""Saving to S3 against boto3's `upload_file` of a file that is there already."""

import itertools
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from frontier_assets_tests.benchmarks import ours, peers, s3rver, states
from frontier_assets_tests.benchmarks.outcomes import Missing, Outcome, Ratio
from frontier_assets_tests.benchmarks.plan import Plan
from frontier_assets_tests.benchmarks.rounds import in_turn, timed
from frontier_assets_tests.benchmarks.states import Weights

FIRST_AT_LEAST, UNCHANGED_AT_LEAST = 1.5, 8.0
_FIRST, _UNCHANGED = (
    f"{what} to S3 ÷ boto3 upload_file" for what in ("first save", "90 % unchanged tensors")
)


def measure(plan: Plan, folder: Path) -> Iterator[Outcome]:
    """Compare first saves, and saves of which nine tenths are in the store."""
    server = s3rver.command()
    if server is None:
        yield from (Missing(name, s3rver.MISSING) for name in (_FIRST, _UNCHANGED))
        return
    state = states.weights(plan.width)
    file = folder / "model.safetensors"
    peers.save_safetensors(state, file)
    objects = folder / "objects"
    objects.mkdir()
    with s3rver.serving(server, objects) as endpoint:
        rivals = _Rivals(folder, objects, endpoint)
        found = in_turn(
            {"ours": lambda: rivals.first_save(state), "boto3": lambda: rivals.upload(file)},
            plan,
        )
        yield Ratio(_FIRST, found["ours"], found["boto3"], FIRST_AT_LEAST)
        found = in_turn(
            {"ours": lambda: rivals.next_save(state), "boto3": lambda: rivals.upload(file)},
            plan,
        )
        yield Ratio(_UNCHANGED, found["ours"], found["boto3"], UNCHANGED_AT_LEAST)


class _Rivals:
    """Each save or upload begins with a bucket that holds nothing, or the save before alone."""

    def __init__(self, folder: Path, objects: Path, endpoint: str) -> None:
        self._folder, self._objects, self._endpoint = folder, objects, endpoint
        self._seeds = itertools.count(1)
        self._client = _client(endpoint)

    def first_save(self, state: Weights) -> float:
        """Return the seconds of saving ``state`` to an empty bucket."""
        return self._save(state)

    def next_save(self, state: Weights) -> float:
        """Return the seconds of saving ``state`` with one block of ten changed after ``state``."""
        seed = next(self._seeds)
        changed = states.with_new_block(state, seed % states.BLOCKS, seed=seed)
        return self._save(state, changed)

    def upload(self, file: Path) -> float:
        """Return the seconds of uploading ``file``."""
        s3rver.empty(self._objects)
        os.sync()
        return timed(lambda: self._client.upload_file(str(file), s3rver.BUCKET, file.name))[0]

    def _save(self, *saved: Weights) -> float:
        s3rver.empty(self._objects)
        url = s3rver.store_url(self._endpoint, "ours")
        seconds = 0.0
        with (
            tempfile.TemporaryDirectory(dir=self._folder) as own,
            ours.opened(Path(own), url) as workspace,
        ):
            for step, state in enumerate(saved):
                os.sync()
                seconds, _ = timed(
                    lambda step=step, state=state: workspace.checkpoints.save(  # type: ignore[misc]
                        ours.MODEL, run="r", step=step, state={"model": state}
                    )
                )
        return seconds


def _client(endpoint: str) -> Any:
    import boto3
    from botocore.config import Config

    # The server takes a trailing checksum for content.
    checksums = Config(request_checksum_calculation="when_required")
    return boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1", config=checksums)
