"""The models as a whole: what each of them is, and the end of one."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime

from frontier_assets.registry.catalogue import DEFAULT_LIMIT, ModelSummary
from frontier_assets.registry.database import Registry
from frontier_assets.registry.models import Model
from frontier_assets.registry.search.page import Page
from frontier_assets.specification import Framework, ModelDescription, Task
from frontier_assets.types import Digest, Stage, Version


@dataclasses.dataclass(frozen=True, slots=True)
class ModelRecord:
    """What is on record about a model; its YAML says it where it has one (``policy_digest``)."""

    name: str
    title: str
    description: str
    task: Task | None
    framework: Framework | None
    owners: tuple[str, ...]
    tags: Mapping[str, str]
    policy_digest: Digest | None
    created_at: datetime


class Models:
    """Every model. A model comes by its first checkpoint, version, import or recorded YAML."""

    def __init__(self, registry: Registry, *, actor: str) -> None:
        self._registry = registry
        self._actor = actor

    def list(
        self,
        *,
        where: str | None = None,
        framework: str | None = None,
        team: str | None = None,
        tags: Mapping[str, str] | None = None,
        stage: Stage | str | None = None,
        page: int = 1,
        limit: int = DEFAULT_LIMIT,
    ) -> Page[ModelSummary]:
        """Return the models that meet every condition given, ordered by name.

        ``where`` has to fit one of the model's versions, and ``stage`` be that of one; the others
        speak of the model, where the team ``risk`` is the owner ``team:risk``.

        Raises:
            QueryError: ``where`` cannot be read; the error has the column.
            InvalidValueError: there is no such stage, or page or limit are out of their ranges.
        """
        return self._registry.catalogue.list(
            where=where,
            framework=framework,
            team=team,
            tags=tags,
            stage=stage,
            page=page,
            limit=limit,
        )

    def numbers(self) -> Mapping[str, Sequence[str]]:
        """Return the numbers of every model's versions as they were registered, by model."""
        return self._registry.catalogue.numbers()

    def get(self, name: str) -> ModelRecord:
        """Return a model.

        Raises:
            ModelNotFoundError: there is none of this name.
        """
        return self._record(self._registry.models.get(name))

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
    ) -> ModelRecord:
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

    def _record(self, model: Model) -> ModelRecord:
        specification = self._registry.policies.current(model.name)
        said = model.description if specification is None else ModelDescription.of(specification)
        return ModelRecord(
            name=model.name,
            title=said.title,
            description=said.description,
            task=said.task,
            framework=said.framework,
            owners=tuple(said.owners),
            tags=said.tags,
            policy_digest=model.policy_digest,
            created_at=model.created_at,
        )
