"""The `watch` section: where checkpoints come from that no run of Dagster saves."""

import re
from typing import Literal

from pydantic import Field, field_validator

from frontier_assets.specification.section import Section
from frontier_assets.types import checked_segment

_SCHEMES = ("az", "file", "gs", "s3")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+):")


class Watch(Section):
    """Where a trainer outside Dagster writes the checkpoints of the model."""

    first_keys = frozenset({"direction", "location", "metric", "register", "run"})

    location: str = Field(
        description="The folder or the bucket prefix: `runs/` (relative to the project), "
        "`file:/data/runs`, `s3://bucket/prefix?endpoint=...`, `gs:` or `az:`.",
    )
    run: str = Field(
        "",
        description="Run that files right in `location` belong to; its last part when left out. "
        "Files below belong to the run named like their folder.",
    )
    register_: Literal["never", "latest", "best"] = Field(
        "never",
        alias="register",
        description="Which checkpoints become versions as they are found: none, every one that is "
        "the newest of its run, or every one that is the best of its run so far.",
    )
    metric: str = Field(
        "loss",
        description="Checkpoint metric that decides which is best; `training.metric` does where "
        "there is that section.",
    )
    direction: Literal["lower", "higher"] = Field(
        "lower", description="Whether lower or higher values of the metric are better."
    )

    @field_validator("location")
    @classmethod
    def _check_location(cls, location: str) -> str:
        scheme = _SCHEME.match(location)
        if not location.strip() or (scheme and scheme[1] not in _SCHEMES):
            raise ValueError(
                "`watch.location` is no folder and no bucket: write a path such as `runs/`, or a "
                f"URL that begins with {', '.join(f'{name}:' for name in _SCHEMES)}"
            )
        return location

    @field_validator("run")
    @classmethod
    def _check_run(cls, run: str) -> str:
        return checked_segment("Run name", run) if run else run
