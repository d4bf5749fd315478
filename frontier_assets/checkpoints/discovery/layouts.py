"""The table of layouts, and what of a place's files each of them claims."""

import dataclasses
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from blake3 import blake3

from frontier_assets.checkpoints.discovery.hugging_face import HuggingFace
from frontier_assets.checkpoints.discovery.layout import Layout
from frontier_assets.checkpoints.discovery.lightning import Lightning
from frontier_assets.checkpoints.discovery.places import FoundFile
from frontier_assets.checkpoints.discovery.safetensors import Safetensors
from frontier_assets.checkpoints.discovery.torch_file import TorchFile

# The first that claims a file has it.
LAYOUTS: Mapping[str, Layout] = {
    "hugging_face": HuggingFace(),
    "safetensors": Safetensors(),
    "lightning": Lightning(),
    "torch": TorchFile(),
}
_FINGERPRINT_LETTERS = 32


@dataclasses.dataclass(frozen=True, slots=True)
class Candidate:
    """Files that may be a checkpoint. ``location`` is a file or folder in the place."""

    layout: Layout
    location: PurePosixPath
    files: tuple[FoundFile, ...]

    @property
    def awaited(self) -> str:
        """What is still to be written; empty when every file is there."""
        return self.layout.awaited(self.location, {file.path for file in self.files})

    @property
    def read_files(self) -> list[FoundFile]:
        """The files that reading it opens."""
        return [file for file in self.files if self.layout.reads(file.path)]

    @property
    def fingerprint(self) -> str:
        """Something that changes with every file of it."""
        lines = sorted(f"{file.path}\n{file.size_bytes}\n{file.modified}" for file in self.files)
        return blake3("\n\n".join(lines).encode()).hexdigest()[:_FINGERPRINT_LETTERS]


def candidates_in(files: Iterable[FoundFile]) -> dict[PurePosixPath, Candidate]:
    """Return the candidates by location; files that no layout knows belong to none."""
    claimed: dict[tuple[str, PurePosixPath], list[FoundFile]] = {}
    for file in files:
        for name, layout in LAYOUTS.items():
            location = layout.location_of(file.path)
            if location is not None:
                claimed.setdefault((name, location), []).append(file)
                break
    return {
        location: Candidate(LAYOUTS[name], location, tuple(members))
        for (name, location), members in claimed.items()
    }
