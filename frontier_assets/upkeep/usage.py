"""How much the stores hold: by store as it lies there, by model as it would be without sharing."""

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from frontier_assets.registry.database import Registry
from frontier_assets.registry.references import Reference
from frontier_assets.storage.artifacts import ArtifactStore
from frontier_assets.storage.blob import BlobInfo
from frontier_assets.storage.collect import blobs_by_artifact, saved_blobs
from frontier_assets.storage.stores import ArtifactStores
from frontier_assets.types import Digest


@dataclasses.dataclass(frozen=True, slots=True)
class StoreUsage:
    """The blobs of a store. What is not live waits to be collected, or to be recorded."""

    store: str
    url: str
    blobs: int
    stored_bytes: int
    live_bytes: int
    condemned_bytes: int


@dataclasses.dataclass(frozen=True, slots=True)
class ModelUsage:
    """What a model has in a store.

    ``logical_bytes`` counts the content of each of its artifacts, ``stored_bytes`` the blobs that
    hold them, and ``shared_bytes`` those of the blobs that other models need as well.
    """

    store: str
    model: str
    artifacts: int
    logical_bytes: int
    stored_bytes: int
    shared_bytes: int


@dataclasses.dataclass(frozen=True, slots=True)
class Usage:
    """What all stores hold."""

    stores: tuple[StoreUsage, ...]
    models: tuple[ModelUsage, ...]


def measure(registry: Registry, stores: ArtifactStores) -> Usage:
    """Return the usage of every named store.

    Raises:
        UnreadableManifestError: a recorded artifact cannot be accounted for.
    """
    of_stores: list[StoreUsage] = []
    of_models: list[ModelUsage] = []
    for store in stores.values():
        references = registry.collection.references(store.name)
        blobs = blobs_by_artifact(store, {reference.digest for reference in references})
        # Listed last: what is recorded is among it.
        saved = saved_blobs(store.blobs)
        live = {name for names in blobs.values() for name in names}
        of_stores.append(_of_store(store, saved, live, registry.collection.condemned(store.name)))
        of_models += _of_models(store.name, references, blobs, saved)
    return Usage(tuple(of_stores), tuple(of_models))


def _of_store(
    store: ArtifactStore, saved: Mapping[str, BlobInfo], live: set[str], condemned: Iterable[str]
) -> StoreUsage:
    return StoreUsage(
        store=store.name,
        url=store.blobs.url,
        blobs=len(saved),
        stored_bytes=_size_bytes(saved, saved),
        live_bytes=_size_bytes(saved, live),
        condemned_bytes=_size_bytes(saved, condemned),
    )


def _of_models(
    store: str,
    references: Sequence[Reference],
    blobs: Mapping[Digest, Sequence[str]],
    saved: Mapping[str, BlobInfo],
) -> Iterator[ModelUsage]:
    by_model: dict[str, list[Reference]] = defaultdict(list)
    for reference in references:
        by_model[reference.model].append(reference)
    needed = {
        model: {name for reference in found for name in blobs[reference.digest]}
        for model, found in by_model.items()
    }
    users = Counter(name for names in needed.values() for name in names)
    for model, names in sorted(needed.items()):
        yield ModelUsage(
            store=store,
            model=model,
            artifacts=len(by_model[model]),
            logical_bytes=sum(reference.size_bytes for reference in by_model[model]),
            stored_bytes=_size_bytes(saved, names),
            shared_bytes=_size_bytes(saved, (name for name in names if users[name] > 1)),
        )


def _size_bytes(saved: Mapping[str, BlobInfo], names: Iterable[str]) -> int:
    return sum(saved[name].size_bytes for name in names if name in saved)
