"""A state that lies in a store, whole or a part of it, ready to be loaded."""

import dataclasses
from typing import Any

from frontier_assets.codecs.filling import load_into
from frontier_assets.codecs.objects import ObjectPolicy
from frontier_assets.codecs.state import JSON, decode, subtree
from frontier_assets.storage.stored import StoredArtifact


@dataclasses.dataclass(frozen=True, slots=True)
class StoredState:
    """``structure`` says which part of ``stored`` it is, ``path`` what messages call the part."""

    stored: StoredArtifact
    structure: JSON
    objects: ObjectPolicy
    path: str = ""

    def part(self, key: str) -> "StoredState":
        """Return what lies under ``key`` of the outermost dict; raises as `subtree` does."""
        structure, _ = subtree(self.structure, key)
        return dataclasses.replace(self, structure=structure, path=key)

    def load(self) -> Any:  # noqa: ANN401 - the state as saved
        """Return the state; raises as `decode` does, and `IntegrityError`."""
        return decode(self.structure, self.stored.view_entry, objects=self.objects)

    def load_into(self, state: Any) -> Any:  # noqa: ANN401 - the state as saved
        """Return the state in the tensors of ``state``; raises as the codec's `load_into` does."""
        return load_into(
            self.structure,
            state,
            read=self.stored.read_entry,
            fill=self.stored.read_into,
            objects=self.objects,
            path=self.path,
        )
