"""The models as a whole: what each of them is, and the end of one."""

from collections.abc import Mapping, Sequence

from frontier_assets.registry.catalogue import ModelSummary
from frontier_assets.registry.database import Registry
from frontier_assets.types import Version


class Models:
    """Every model. A model comes by its first checkpoint, version, import or recorded YAML.

    ``list``, ``get`` and ``numbers`` are those of the registry's `Catalogue`.
    """

    def __init__(self, registry: Registry, *, actor: str) -> None:
        self._registry = registry
        self._actor = actor
        catalogue = registry.catalogue
        self.list, self.get, self.numbers = catalogue.list, catalogue.get, catalogue.numbers

    def update(
        self,
        name: str,
        *,
        title: str | None = None,
        description: str | None = None,
        task: str | None = None,
        framework: str | None = None,
        owners: Sequence[str] | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> ModelSummary:
        """Change what is said of a model that has no YAML; what is not given stays.

        The name itself cannot change: assets, partitions and audit trails are kept by it. The title
        is free.

        Raises:
            ModelNotFoundError: there is no such model.
            InvalidValueError: a field has an impossible value, or the model's YAML describes it.
        """
        known = self._registry.models.get(name).description
        updated = known.updated(
            title=title,
            description=description,
            task=task,
            framework=framework,
            owners=None if owners is None else list(owners),
            tags=None if tags is None else dict(tags),
        )
        self._registry.models.describe(name, updated, actor=self._actor)
        return self.get(name)

    def delete(self, name: str, *, reason: str) -> Sequence[Version]:
        """Delete every version and checkpoint of a model, or nothing; return the versions.

        Its name, numbers and trail stay on record: a version that is registered later goes on
        counting.

        Raises:
            ModelNotFoundError: there is no such model.
            VersionProtectedError: a version is staged, in production or pinned.
            CheckpointProtectedError: a checkpoint is pinned, or a training run needs it.
        """
        return self._registry.tombstones.delete_all(name, actor=self._actor, reason=reason)
