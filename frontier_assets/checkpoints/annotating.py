"""What can be said of versions after they were registered, and what was said of each."""

from collections.abc import Iterable, Mapping, Sequence

from frontier_assets.registry.annotations import MetricValue
from frontier_assets.registry.batch import Attempt, Named, change_each, change_together
from frontier_assets.registry.database import Registry
from frontier_assets.types import Ref, Version


class Annotated:
    """Tags, descriptions and further metrics of versions."""

    def __init__(self, registry: Registry, *, actor: str) -> None:
        self._registry = registry
        self._actor = actor

    def tag(
        self,
        ref: str | Ref,
        tags: Mapping[str, str] | Sequence[str] = (),
        *,
        remove: Iterable[str] = (),
    ) -> Version:
        """Set tags, given by name or as ``["name:value"]``, and take others away.

        Raises:
            InvalidValueError: a tag is not valid, or one to ``remove`` is not there.
        """
        version = self._registry.versions.get(ref)
        return self._registry.annotations.tag(
            version.model, version.number, tags, remove=remove, actor=self._actor
        )

    def tag_many(
        self,
        versions: Iterable[Named],
        tags: Mapping[str, str] | Sequence[str] = (),
        *,
        remove: Iterable[str] = (),
        atomic: bool = True,
    ) -> Sequence[Attempt[Version]]:
        """Tag versions, such as those that `list` found, and say what came of each.

        All are tagged or none: they are of one model, and the first that is refused is the error
        that is raised. Without ``atomic`` each is tagged for itself.

        Raises:
            InvalidValueError: the versions are of several models; or as for `tag`.
        """
        removed = tuple(remove)
        if not atomic:
            return change_each(versions, lambda ref: self.tag(ref, tags, remove=removed))
        tag = self._registry.annotations.tag_several
        return change_together(
            versions,
            self._registry.versions.get,
            lambda model, numbers: tag(model, numbers, tags, remove=removed, actor=self._actor),
        )

    def describe(self, ref: str | Ref, description: str) -> Version:
        """Replace the description of a version."""
        version = self._registry.versions.get(ref)
        return self._registry.annotations.describe(
            version.model, version.number, description, actor=self._actor
        )

    def log_metrics(
        self, ref: str | Ref, metrics: Mapping[str, float], *, split: str = ""
    ) -> Version:
        """Add metrics, measured on a ``split`` such as ``test``; older values are kept.

        Without a split they join those that the version was registered with. Gates judge
        evaluations alone and never read them.

        Raises:
            InvalidValueError: a metric is not finite, there is none, or the split's name is wrong.
        """
        version = self._registry.versions.get(ref)
        return self._registry.annotations.log_metrics(
            version.model, version.number, metrics, split=split, actor=self._actor
        )

    def metrics(self, ref: str | Ref) -> Mapping[str, Mapping[str, float]]:
        """Return the metrics of a version by split; under an empty one what was registered."""
        version = self._registry.versions.get(ref)
        return self._registry.annotations.metrics(version.model, version.number)

    def metric_history(self, ref: str | Ref) -> Sequence[MetricValue]:
        """Return every value that any metric of a version had, oldest first."""
        version = self._registry.versions.get(ref)
        return self._registry.annotations.metric_history(version.model, version.number)
