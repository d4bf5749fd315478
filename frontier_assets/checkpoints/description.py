"""What a caller says of a version beside its content."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from frontier_assets.checkpoints.environment import current_environment
from frontier_assets.registry.canonical import checked_json, checked_metrics
from frontier_assets.registry.labels import checked_free_text, checked_tags
from frontier_assets.registry.versions import NewVersion


@dataclasses.dataclass(frozen=True, slots=True)
class Said:
    """Facts that the content does not tell, or that a caller knows better."""

    description: str
    tags: Mapping[str, str] | Sequence[str]
    metrics: Mapping[str, float]
    parameters: Mapping[str, Any]

    def checked(self) -> "Said":
        """Return the same as the registry keeps it, or refuse it: before anything is stored."""
        return Said(
            description=checked_free_text("Version description", self.description),
            tags=checked_tags(self.tags),
            metrics=checked_metrics(self.metrics),
            parameters=checked_json("Version parameters", dict(self.parameters)),
        )

    def completing(self, new: NewVersion) -> NewVersion:
        """Return ``new`` with these facts, and with the software that is installed here."""
        return dataclasses.replace(
            new,
            description=self.description,
            tags=checked_tags(self.tags),
            metrics={**new.metrics, **self.metrics},
            parameters={**new.parameters, **self.parameters},
            environment=current_environment(),
        )
