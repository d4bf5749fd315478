"""Checks what a model's `watch` section names: the place itself, and what was refused there."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from frontier_assets.checkpoints.discovery.layouts import candidates_in
from frontier_assets.checkpoints.discovery.places import open_place
from frontier_assets.cli.checks.finding import Finding, State
from frontier_assets.errors import ModelNotFoundError
from frontier_assets.specification import ModelSpecification

if TYPE_CHECKING:
    from frontier_assets.registry.database import Registry
    from frontier_assets.registry.discoveries import DiscoveryRecord

_SHOWN = 5


def check_watch(
    specification: ModelSpecification, registry: "Registry | None", root: Path | None
) -> Iterator[Finding]:
    """Look at the place, where there is one; nothing is recorded, and no file is opened."""
    if specification.watch is None:
        return
    subject = f"{specification.name} watch"
    place = open_place(specification.watch.location, root=root)
    found = candidates_in(place.files())
    known = _known(specification.name, registry)
    taken = sum(1 for item in known if item.checkpoint is not None)
    waiting = sum(1 for item in found.values() if item.awaited)
    detail = f"{place.url} has {len(found)} checkpoints, {waiting} unfinished; {taken} taken in"
    if found or known:
        yield Finding(subject, State.OK, detail)
    else:
        yield Finding(
            subject,
            State.WARNING,
            f"{place.url} has no checkpoints, or does not exist",
            "nothing, if training has not begun; otherwise correct `watch.location`",
        )
    refused = [item for item in known if item.problem]
    for item in refused[:_SHOWN]:
        detail = f"{item.location} was refused: {item.problem}"
        yield Finding(subject, State.WARNING, detail, "write it again, or remove it")
    if more := refused[_SHOWN:]:
        remedy = f"frontier checkpoints list {specification.name} --watched"
        yield Finding(subject, State.WARNING, f"{len(more)} more were refused", remedy)


def _known(model: str, registry: "Registry | None") -> "list[DiscoveryRecord]":
    try:
        return registry.discoveries.list(model) if registry is not None else []
    except ModelNotFoundError:
        return []
