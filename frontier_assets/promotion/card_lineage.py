"""The picture of a version's lineage in the model card, as a Mermaid flowchart."""

from collections.abc import Iterator

from frontier_assets.promotion.markdown import number
from frontier_assets.registry.lineage import Lineage
from frontier_assets.types import Version

# A dialog is narrow; `frontier lineage` has all of them.
MAXIMUM_ANCESTORS = 6
_VERSION = "version"
_UNKNOWN = "unknown"


def lineage_section(lineage: Lineage) -> str:
    """Return what the version came from and what was made of it; a missing link is unknown."""
    lines = [*_origins(lineage), *_family(lineage), *_outcomes(lineage)]
    return "\n".join(["```mermaid", "flowchart LR", *(f"  {line}" for line in lines), "```"])


def _origins(lineage: Lineage) -> Iterator[str]:
    version = lineage.version
    run = lineage.training_run.name if lineage.training_run else _UNKNOWN
    if version.checkpoint is None:
        made_from = "no checkpoint: registered from outside"
    elif lineage.checkpoint is None:
        made_from = f"checkpoint {version.checkpoint}, {_UNKNOWN}: no longer on record"
    else:
        made_from = f"checkpoint {version.checkpoint}, training run {run}"
    data = [f"data {name} {digest[:12]}" for name, digest in sorted(version.data_digests.items())]
    for index, text in enumerate(data or [f"data {_UNKNOWN}"]):
        yield f"{_node(f'data{index}', text)} --> checkpoint"
    yield f"{_node('checkpoint', made_from)} --> {_VERSION}"


def _family(lineage: Lineage) -> Iterator[str]:
    nearest = lineage.ancestors[:MAXIMUM_ANCESTORS]
    names = {item.number: f"v{item.sequence}" for item in nearest}
    names[lineage.version.number] = _VERSION
    yield _node(_VERSION, lineage.version.ref)
    yield from (_node(names[item.number], item.number) for item in nearest)
    for item in (lineage.version, *nearest):
        yield from _parents(item, names, {ancestor.number for ancestor in lineage.ancestors})


def _parents(version: Version, names: dict[str, str], known: set[str]) -> Iterator[str]:
    own = names[version.number]
    for parent, arrow in ((version.parent, "-->"), (version.merged_from, "-- merged -->")):
        if parent in names:
            yield f"{names[parent]} {arrow} {own}"
        elif parent in known:
            yield f"{_node('earlier', 'earlier versions')} {arrow} {own}"
        elif parent is not None:
            yield f"{_node(f'gone{version.sequence}', f'{parent}, {_UNKNOWN}')} {arrow} {own}"


def _outcomes(lineage: Lineage) -> Iterator[str]:
    for index, item in enumerate(lineage.evaluations):
        scores = ", ".join(f"{name} {number(value)}" for name, value in item.metrics.items())
        node = _node(f"evaluation{index}", f"evaluation {item.dataset}: {scores}")
        yield f"{_VERSION} --> {node}"
    if not lineage.evaluations:
        yield f"{_VERSION} --> {_node('evaluation', f'evaluation {_UNKNOWN}: none recorded')}"
    for index, record in enumerate(lineage.conversions):
        proof = "verified" if record.verified_at else "not verified"
        node = _node(f"artifact{index}", f"{record.name} {record.digest.short}, {proof}")
        yield f"{_VERSION} --> {node}"


def _node(name: str, text: str) -> str:
    # Quoted, a label may hold anything but quotes, breaks and what Markdown ends the block by.
    words = " ".join(text.split()).replace('"', "#quot;").replace("`", "#96;")
    return f'{name}["{words}"]'
