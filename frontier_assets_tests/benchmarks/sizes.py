"""What checkpoints take in a store against what `torch.save` takes for them; both are exact."""

import io
from collections.abc import Mapping
from pathlib import Path

from frontier_assets.workspace import Workspace
from frontier_assets_tests.benchmarks import ours
from frontier_assets_tests.benchmarks.outcomes import Figure


class SavedRun:
    """The checkpoints of one run, alone in a workspace whose folder is ``folder``."""

    def __init__(self, workspace: Workspace, folder: Path) -> None:
        self._workspace, self._folder = workspace, folder
        self._peer_bytes = 0

    def save(self, step: int, state: Mapping[str, object]) -> None:
        """Save one more checkpoint, and count what `torch.save` makes of it."""
        import torch

        self._workspace.checkpoints.save(ours.MODEL, run="r", step=step, state=state)
        file = io.BytesIO()
        torch.save(state, file)
        self._peer_bytes += file.getbuffer().nbytes

    def as_saved(self, name: str, at_most: float) -> Figure:
        """Return the bytes of the store ÷ those of all files of `torch.save`."""
        stored = ours.stored_bytes(self._folder)
        ratio = stored / self._peer_bytes
        return Figure(name, ratio, at_most, "of torch.save", stored, self._peer_bytes)

    def repacked(self, name: str, at_most: float) -> Figure:
        """Return the same once the store has repacked them."""
        ours.repack(self._workspace)
        return self.as_saved(name, at_most)
