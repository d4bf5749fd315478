"""The sensors' cursor: how far each model's change sequence has been seen."""

import json
from collections.abc import Iterator

from frontier_assets.registry.audit import AuditEntry
from frontier_assets.workspace import Workspace


def read_cursor(text: str | None) -> dict[str, int]:
    """Return the last seen change per model; a new sensor has seen nothing."""
    return {str(model): int(sequence) for model, sequence in json.loads(text or "{}").items()}


def write_cursor(seen: dict[str, int]) -> str:
    """Return the cursor's text."""
    return json.dumps(seen, sort_keys=True)


def changes(
    workspace: Workspace, models: list[str], seen: dict[str, int]
) -> Iterator[tuple[str, list[AuditEntry]]]:
    """Yield every model that has changed with its new audit entries, and advance ``seen``."""
    heads = workspace.audit.heads()
    for model in models:
        head, last = heads.get(model, 0), seen.get(model, 0)
        if head > last:
            entries = list(workspace.audit.entries(model, after=last))
            seen[model] = entries[-1].sequence
            yield model, entries
