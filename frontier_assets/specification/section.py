"""What every part of the YAML has in common: immutable, strict, with a digest."""

import functools
import json
import re
from typing import Annotated, Any, ClassVar, Self

from blake3 import blake3
from pydantic import AfterValidator, BaseModel, ConfigDict, FiniteFloat
from typing_extensions import override

from frontier_assets.types import Digest

_ENTRYPOINT = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")


def _check_entrypoint(text: str) -> str:
    if not _ENTRYPOINT.fullmatch(text):
        raise ValueError(
            f"entrypoint '{text}' is not valid: expected `module:function`, "
            "e.g. `my_project.model:train`"
        )
    return text


# A user's function: a dotted module, a colon and a name at the module's top level.
Entrypoint = Annotated[str, AfterValidator(_check_entrypoint)]


def _check_order(bounds: tuple[float, float]) -> tuple[float, float]:
    low, high = bounds
    if low > high:
        raise ValueError(f"[{low:g}, {high:g}] is empty; write the lower bound first")
    return bounds


# Both bounds are inside.
Range = Annotated[tuple[FiniteFloat, FiniteFloat], AfterValidator(_check_order)]


class Section(BaseModel):
    """A part of the YAML: immutable, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    # The keys of the first release. A key that came later is left out of the canonical text while
    # it has its default: what was recorded without it keeps its digest, and with that its verdicts.
    first_keys: ClassVar[frozenset[str]] = frozenset()

    def canonical(self) -> str:
        """Return the one JSON text that stands for this value, whatever the YAML's layout."""
        return json.dumps(self.canonical_values(), sort_keys=True, separators=(",", ":"))

    def canonical_values(self) -> dict[str, Any]:
        """Return what `canonical` is the text of."""
        values = self.model_dump(mode="json", by_alias=True)
        for name, (key, default) in _keys_of(type(self)).items():
            value = getattr(self, name)
            if key not in self.first_keys and value == default:
                del values[key]
            elif isinstance(value, Section):
                values[key] = value.canonical_values()
            elif isinstance(value, list):
                values[key] = [
                    item.canonical_values() if isinstance(item, Section) else dumped
                    for item, dumped in zip(value, values[key], strict=True)
                ]
        return values

    @functools.cached_property
    def digest(self) -> Digest:
        """The blake3 of the canonical text."""
        return Digest(blake3(self.canonical().encode()).hexdigest())

    @override
    def __copy__(self) -> Self:
        copied = super().__copy__()
        copied.__dict__.pop("digest", None)  # of `model_copy`, which changes the copy
        return copied


@functools.cache
def _keys_of(section: type[Section]) -> dict[str, tuple[str, object]]:
    """Return the key in the YAML and the default of every field; they are compared with alone."""
    return {
        name: (field.alias or name, field.get_default(call_default_factory=True))
        for name, field in section.model_fields.items()
    }
