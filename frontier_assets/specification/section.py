"""What every part of the YAML has in common: immutable, strict, with a digest."""

import json

from blake3 import blake3
from pydantic import BaseModel, ConfigDict

from frontier_assets.types import Digest

# A user's function: a dotted module, a colon and a name at the module's top level.
ENTRYPOINT = r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*$"


class Section(BaseModel):
    """A part of the YAML: immutable, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def canonical(self) -> str:
        """Return the one JSON text that stands for this value, whatever the YAML's layout."""
        values = self.model_dump(mode="json", by_alias=True)
        return json.dumps(values, sort_keys=True, separators=(",", ":"))

    @property
    def digest(self) -> Digest:
        """The blake3 of the canonical text."""
        return Digest(blake3(self.canonical().encode()).hexdigest())
