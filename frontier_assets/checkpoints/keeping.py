"""Which versions stay: pinning them, and deleting what nothing holds."""

from collections.abc import Iterable, Sequence

from frontier_assets.checkpoints.comparing import Compared
from frontier_assets.registry.batch import Attempt, Named, change_each, change_together
from frontier_assets.registry.pins import Pin, PinSubject
from frontier_assets.types import Ref, Version


class Kept(Compared):
    """Pins and deletions of versions."""

    def delete(self, ref: str | Ref, *, reason: str) -> Version:
        """Delete a version and return it; its bytes go with the next collections of its store.

        Its number is never given out again, and lineage and history go on naming it.

        Raises:
            VersionNotFoundError: there is no such version, or it was deleted before.
            VersionProtectedError: it is staged, in production, in the rollback window, the head of
                its branch or pinned.
        """
        version = self._registry.versions.get(ref)
        delete = self._registry.tombstones.delete
        return delete(version.model, version.number, actor=self._actor, reason=reason)

    def delete_many(
        self, versions: Iterable[Named], *, reason: str, atomic: bool = False
    ) -> Sequence[Attempt[Version]]:
        """Delete each of the versions that nothing holds, and say what came of each.

        With ``atomic`` all are deleted, or none: they are of one model, and the first that is held
        is the error that is raised.
        """
        if not atomic:
            return change_each(versions, lambda ref: self.delete(ref, reason=reason))
        delete = self._registry.tombstones.delete_several
        return change_together(
            versions,
            self._registry.versions.get,
            lambda model, numbers: delete(model, numbers, actor=self._actor, reason=reason),
        )

    def pin(self, ref: str | Ref, reason: str) -> Pin:
        """Keep a version from being deleted, and what it was made from from retention."""
        version = self._registry.versions.get(ref)
        add = self._registry.pins.add
        return add(
            version.model, PinSubject.VERSION, version.number, actor=self._actor, reason=reason
        )

    def unpin(self, ref: str | Ref) -> Pin:
        """Take the pin of a version away and return it.

        Raises:
            PinNotFoundError: it is not pinned.
        """
        version = self._registry.versions.get(ref)
        remove = self._registry.pins.remove
        return remove(version.model, PinSubject.VERSION, version.number, actor=self._actor)
