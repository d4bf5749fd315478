"""All the models at a glance, and finding some of them."""

import dataclasses
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from frontier_assets.errors import InvalidValueError, ModelNotFoundError
from frontier_assets.registry.columns import written_out
from frontier_assets.registry.connection import Database
from frontier_assets.registry.freezes import Freeze, freeze_in
from frontier_assets.registry.lookup import latest_row
from frontier_assets.registry.models import all_models
from frontier_assets.registry.search.conditions import fitting
from frontier_assets.registry.search.grammar import parse_where
from frontier_assets.registry.search.page import Page, checked_limit, checked_page
from frontier_assets.registry.tables import models, policies, training_runs, versions
from frontier_assets.specification import Framework, ModelDescription, Task
from frontier_assets.types import BuildStatus, Digest, Stage

DEFAULT_LIMIT = 100


@dataclasses.dataclass(frozen=True, slots=True)
class ModelSummary:
    """A model: what its YAML says of it, and its versions by stage.

    Where no YAML was recorded (``policy_digest`` is None) it is what somebody said instead:
    ``task`` and ``framework`` may be None, the rest empty. ``latest`` is the highest number on
    main, ``last_training`` how the training run that began last stands, ``frozen`` who stopped
    promotions.
    """

    model: str
    title: str
    description: str
    task: Task | None
    framework: Framework | None
    owners: tuple[str, ...]
    tags: Mapping[str, str]
    policy_digest: Digest | None
    created_at: datetime
    versions: int
    latest: str | None
    staging: tuple[str, ...]
    production: str | None
    last_training: BuildStatus | None
    frozen: Freeze | None


class Catalogue:
    """Says of one model what is known of it, and lists models page by page."""

    def __init__(self, database: Database) -> None:
        """Work on ``database``."""
        self._database = database

    def get(self, name: str) -> ModelSummary:
        """Return a model.

        Raises:
            ModelNotFoundError: there is none of this name.
        """
        with self._database.read() as connection:
            row = connection.execute(_DESCRIBED.where(models.c.name == name)).one_or_none()
            if row is None:
                raise ModelNotFoundError(name)
            return _summary(connection, row)

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
        speak of its YAML, where the team ``risk`` is the owner ``team:risk``.

        Raises:
            QueryError: ``where`` cannot be read; the error has the column.
            InvalidValueError: there is no such stage, or page or limit are out of their ranges.
        """
        checked_limit(limit)
        start = (checked_page(page) - 1) * limit
        expression = None if where is None else parse_where(where)
        named = None if stage is None else _stage(stage)
        with self._database.read() as connection:
            rows: Iterable[sa.Row[Any]] = connection.execute(_DESCRIBED)
            chosen = [row for row in rows if _says(row, framework, team, tags or {})]
            if expression is not None:
                fits = fitting(expression, all_models(connection))
                chosen = _with_versions(connection, chosen, versions.c.id.in_(fits.query))
            if named is not None:
                chosen = _with_versions(connection, chosen, _is_in(named))
            found = [_summary(connection, row) for row in chosen[start : start + limit]]
        return Page(found, total=len(chosen), limit=limit, offset=start)

    def numbers(self) -> Mapping[str, Sequence[str]]:
        """Return the numbers of every model's versions as they were registered, by model."""
        with self._database.read() as connection:
            names = connection.scalars(sa.select(models.c.name).order_by(models.c.name))
            found: dict[str, list[str]] = {name: [] for name in names}
            query = sa.select(models.c.name, versions.c.number).join(
                versions,
                sa.and_(versions.c.model_id == models.c.id, versions.c.deleted_at.is_(None)),
            )
            for name, number in connection.execute(query.order_by(versions.c.id)):
                found[name].append(number)
        return found


_DESCRIBED = (
    sa.select(models, policies.c.document)
    .outerjoin(policies, policies.c.digest == models.c.policy_digest)
    .order_by(models.c.name)
)


def _stage(stage: Stage | str) -> Stage:
    try:
        return Stage(stage)
    except ValueError as error:
        raise InvalidValueError("Stage", stage, f"expected one of {', '.join(Stage)}") from error


def _says(
    row: sa.Row[Any], framework: str | None, team: str | None, tags: Mapping[str, str]
) -> bool:
    if framework is None and team is None and not tags:
        return True
    said = _said(row)
    if framework is not None and said.framework != framework:
        return False
    is_owner = team is None or f"team:{team.removeprefix('team:')}" in said.owners
    return is_owner and tags.items() <= said.tags.items()


def _said(row: sa.Row[Any]) -> ModelDescription:
    """Return what the YAML says, or what was said where there is none."""
    if row.document is None:
        return ModelDescription.model_validate(row.description or {})
    written = json.loads(row.document)
    known = {name: written[name] for name in ModelDescription.model_fields if name in written}
    return ModelDescription.model_validate(known)


def _with_versions(
    connection: sa.Connection, rows: Iterable[sa.Row[Any]], condition: sa.ColumnElement[bool]
) -> list[sa.Row[Any]]:
    owners = set(connection.scalars(sa.select(versions.c.model_id).where(condition).distinct()))
    return [row for row in rows if row.id in owners]


def _is_in(stage: Stage) -> sa.ColumnElement[bool]:
    return versions.c.stage == written_out(stage.value)


def _summary(connection: sa.Connection, row: sa.Row[Any]) -> ModelSummary:
    of_model = sa.and_(versions.c.model_id == row.id, versions.c.deleted_at.is_(None))
    counted = sa.select(versions.c.stage, sa.func.count()).where(of_model)
    # By stage, so that one that no release wrote is told of.
    counts = {
        Stage(stage): count
        for stage, count in connection.execute(counted.group_by(versions.c.stage))
    }
    staged = sa.select(versions.c.number).where(of_model, _is_in(Stage.STAGING))
    produced = sa.select(versions.c.number).where(of_model, _is_in(Stage.PRODUCTION))
    runs = sa.select(training_runs.c.status).where(training_runs.c.model_id == row.id)
    trained = connection.scalar(runs.order_by(training_runs.c.id.desc()).limit(1))
    latest, said = latest_row(connection, row.id), _said(row)
    return ModelSummary(
        model=row.name,
        title=said.title,
        description=said.description,
        task=said.task,
        framework=said.framework,
        owners=tuple(said.owners),
        tags=said.tags,
        policy_digest=Digest(row.policy_digest) if row.policy_digest else None,
        created_at=row.created_at,
        versions=sum(counts.values()),
        latest=None if latest is None else latest.number,
        staging=tuple(connection.scalars(staged.order_by(versions.c.sequence))),
        production=connection.scalar(produced),
        last_training=None if trained is None else BuildStatus(trained),
        frozen=freeze_in(row),
    )
