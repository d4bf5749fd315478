"""One registry for a store: announced when something is recorded there, required to collect."""

from collections.abc import Collection

from frontier_assets.errors import InvalidValueError, SettingsError, SharedStoreError
from frontier_assets.registry.database import Registry
from frontier_assets.storage.artifacts import ArtifactStore
from frontier_assets.storage.blob import BlobInfo
from frontier_assets.storage.tenants import Tenant


def announced(registry: Registry, store: ArtifactStore) -> bool:
    """Tell a store whose artifacts it holds; return False while nothing identifies the registry."""
    if store.tenants.knows(registry.url):
        return True
    identity = registry.audit.identity()
    if identity is None:
        return False
    store.tenants.announce(identity, registry.url)
    return True


def refuse_others(
    registry: Registry, store: ArtifactStore, old: Collection[BlobInfo], *, dry_run: bool
) -> None:
    """Refuse to collect what may be another registry's.

    ``old`` is what is there for longer than the grace period, listed before this look: whoever
    recorded something of it has announced itself by now. What this registry recorded under an
    earlier release is announced here.

    Raises:
        SharedStoreError: another registry keeps artifacts in the store.
        SettingsError: something is old, and this registry never recorded anything in the store.
    """
    own, tenants = registry.audit.identity(), store.tenants.all()
    for identity, tenant in tenants.items():
        if identity != own:
            raise SharedStoreError(store.name, store.blobs.url, identity, tenant.described)
    if own in tenants:
        return
    if own is not None and store.name in registry.collection.stores():
        if not dry_run:
            store.tenants.announce(own, registry.url)
    elif old:
        raise SettingsError(
            "FRONTIER_REGISTRY_URL",
            f"names a registry ({registry.url}) that never recorded anything in store "
            f"'{store.name}' ({store.blobs.url}), so that the {len(old)} blobs there would be "
            "garbage",
            "name the registry that they belong to, or delete them by hand",
        )


def forget(registry: Registry, store: ArtifactStore, identity: str) -> Tenant:
    """Take another registry for gone: what it alone recorded in the store is garbage then.

    Raises:
        InvalidValueError: no other registry has this identity there.
    """
    others = store.tenants.others(registry.audit.identity())
    if identity not in others:
        known = ", ".join(f"{name} ({tenant.described})" for name, tenant in others.items())
        expected = f"expected one that uses store '{store.name}' too: {known or 'there is none'}"
        raise InvalidValueError("Registry", identity, expected)
    store.tenants.forget(identity)
    return others[identity]
