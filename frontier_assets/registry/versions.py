"""The versions of each model: registering the next one and finding them by ref."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from frontier_assets.errors import VersionNotFoundError
from frontier_assets.registry.canonical import checked_json, checked_metrics
from frontier_assets.registry.claims import Stored, claim
from frontier_assets.registry.connection import Database
from frontier_assets.registry.insertion import insert, place_on_branch, place_on_main
from frontier_assets.registry.labels import checked_free_text, checked_tags
from frontier_assets.registry.ledger import Change, open_change
from frontier_assets.registry.lookup import (
    required,
    resolve,
    select_recorded,
    select_versions,
    to_version,
)
from frontier_assets.registry.models import all_models, model_id
from frontier_assets.registry.numbering import explicit_number
from frontier_assets.registry.origins import row_of_origin
from frontier_assets.registry.search.page import Page, checked_limit, checked_offset
from frontier_assets.registry.search.search import search
from frontier_assets.registry.tables import versions
from frontier_assets.types import MAIN, ChangeClass, Ref, Version


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class NewVersion:
    """What is known of a version before it has a number.

    ``signature`` holds the names, dtypes and shapes of inputs, outputs and architecture. ``author``
    signed the registration; None where nobody did. ``origin`` says where an imported one comes
    from.
    """

    model: str
    stored: Stored
    checkpoint: str | None = None
    description: str = ""
    tags: Mapping[str, str] = dataclasses.field(default_factory=dict)
    parameters: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    metrics: Mapping[str, float] = dataclasses.field(default_factory=dict)
    signature: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    data_digests: Mapping[str, str] = dataclasses.field(default_factory=dict)
    environment: Mapping[str, str] = dataclasses.field(default_factory=dict)
    author: str | None = None
    author_key: str | None = None
    author_signature: str | None = None
    origin: Mapping[str, str] | None = None

    def checked(self) -> "NewVersion":
        """Return the same with every mapping as the registry keeps it, or refuse by name."""
        return dataclasses.replace(
            self,
            description=checked_free_text("Version description", self.description),
            tags=checked_tags(self.tags),
            parameters=checked_json("Version parameters", dict(self.parameters)),
            metrics=checked_metrics(self.metrics),
            signature=checked_json("Version signature", dict(self.signature)),
            data_digests=checked_json("Data digests", dict(self.data_digests)),
            environment=checked_json("Version environment", dict(self.environment)),
            origin=None if self.origin is None else checked_json("Origin", dict(self.origin)),
        )


_FACTS = [
    field.name for field in dataclasses.fields(NewVersion) if field.name not in {"model", "stored"}
]


class Versions:
    """Registers versions and finds them."""

    def __init__(self, database: Database) -> None:
        """Work on ``database``."""
        self._database = database

    def register(
        self,
        new: NewVersion,
        *,
        change: ChangeClass | Literal["auto"] = "auto",
        number: str | None = None,
        branch: str = MAIN,
        parent: Ref | None = None,
        actor: str,
        run_id: str | None = None,
    ) -> Version:
        """Give ``new`` the next number on main or on a ``branch``; return the registered version.

        Its parent is main's latest or the branch's head, unless an earlier version is named.
        ``auto`` compares with the parent; an explicit class or, on main, ``number`` wins.
        The same ``run_id`` and checkpoint, or the same origin, return the version that they gave
        before: what is tried again registers nothing twice.

        Raises:
            ModelNotFoundError: there is no such model.
            BranchNotFoundError: there is no such branch.
            VersionNotFoundError: there is no such ``parent``.
            VersionExistsError: the explicit number was used before.
            InvalidValueError: a value cannot be kept.
            BlobsCollectedError: bytes of the version were deleted since its save began.
        """
        new = new.checked()
        own = None if branch == MAIN else branch
        wanted = None if number is None else explicit_number(number, branch=own)
        with open_change(self._database, new.model, actor=actor, run_id=run_id) as ledger:
            claim(ledger.connection, new.stored)
            known = _registered_before(ledger, new, branch) if wanted is None else None
            if known is not None:
                return known
            given = None if parent is None else to_version(required(ledger.connection, parent))
            place = (
                place_on_main(ledger, new, change=change, number=wanted, parent=given)
                if own is None
                else place_on_branch(ledger, new, branch=own, change=change, parent=given)
            )
            facts = {name: getattr(new, name) for name in _FACTS} | new.stored.columns()
            return insert(ledger, facts, place)

    def of_run(self, model: str, run_ids: Sequence[str]) -> Version | None:
        """Return what one of these runs registered, the newest of several; None if nothing."""
        with self._database.read() as connection:
            query = select_versions(model_id(connection, model)).where(
                versions.c.run_id.in_(run_ids)
            )
            row = connection.execute(query.order_by(versions.c.sequence.desc())).first()
        return None if row is None else to_version(row)

    def of_origin(self, model: str, origin: Mapping[str, str]) -> Version | None:
        """Return what was imported from ``origin``, a deleted version too; None before that.

        Raises:
            ModelNotFoundError: there is no such model.
        """
        with self._database.read() as connection:
            row = row_of_origin(connection, model_id(connection, model), origin)
        return None if row is None else to_version(row)

    def get(self, ref: Ref | str) -> Version:
        """Return the version that ``ref`` points at now.

        Raises:
            ModelNotFoundError: there is no such model.
            VersionNotFoundError: the model has no such version; the text is as it was typed.
        """
        text = str(ref)
        parsed = ref if isinstance(ref, Ref) else Ref.parse(ref)
        with self._database.read() as connection:
            row = resolve(connection, parsed)
            if row is None:
                raise VersionNotFoundError(parsed.model, text.partition("@")[2] or "latest")
            return to_version(row)

    def list(
        self,
        model: str | None,
        *,
        where: str | None = None,
        order_by: str | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> Page[Version]:
        """Return the versions of a model, of every model without one, that ``where`` fits.

        Without ``order_by`` they come in the order in which they were registered.
        `frontier_assets.registry.search` has the languages of ``where`` and ``order_by``.

        Raises:
            ModelNotFoundError: there is no such model.
            QueryError: ``where`` or ``order_by`` cannot be read; the error has the column.
            InvalidValueError: ``limit`` or ``offset`` is out of its range.
        """
        limit, offset = checked_limit(limit), checked_offset(offset)
        with self._database.read() as connection:
            owners = all_models(connection) if model is None else [model_id(connection, model)]
            return search(tuple(owners), where, order_by, limit, offset).run(connection)

    def recorded(self, model: str) -> Sequence[Version]:
        """Return every version that there ever was, deleted ones too, as they were registered."""
        with self._database.read() as connection:
            query = select_recorded(model_id(connection, model)).order_by(versions.c.sequence)
            return [to_version(row) for row in connection.execute(query)]


def _registered_before(ledger: Change, new: NewVersion, branch: str) -> Version | None:
    if new.origin is not None:
        # A deleted one too: importing the same again brings nothing back.
        row = row_of_origin(ledger.connection, ledger.model_id, new.origin)
        return None if row is None else to_version(row)
    if ledger.run_id is None or new.checkpoint is None:
        return None
    query = select_versions(ledger.model_id).where(
        versions.c.run_id == ledger.run_id,
        versions.c.checkpoint == new.checkpoint,
        versions.c.branch == branch,
    )
    row = ledger.connection.execute(query.order_by(versions.c.sequence)).first()
    return None if row is None else to_version(row)
