"""The versions of each model: registering the next one and finding them by ref."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import sqlalchemy as sa

from frontier_assets.errors import VersionExistsError, VersionNotFoundError
from frontier_assets.registry.canonical import checked_json, checked_metrics
from frontier_assets.registry.claims import Stored, claim
from frontier_assets.registry.connection import Database
from frontier_assets.registry.ledger import AuditAction, Change, open_change
from frontier_assets.registry.lookup import (
    MAIN,
    latest_row,
    resolve,
    select_versions,
    to_version,
    version_row,
)
from frontier_assets.registry.models import model_id
from frontier_assets.registry.numbering import Numbering, explicit_number, next_number
from frontier_assets.registry.tables import models, versions
from frontier_assets.types import BuildStatus, ChangeClass, Ref, Stage, Version


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class NewVersion:
    """What is known of a version before it has a number.

    ``signature`` holds the names, dtypes and shapes of inputs, outputs and architecture.
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

    def checked(self) -> "NewVersion":
        """Return the same with every mapping as the registry keeps it, or refuse by name."""
        return dataclasses.replace(
            self,
            tags=checked_json("Version tags", dict(self.tags)),
            parameters=checked_json("Version parameters", dict(self.parameters)),
            metrics=checked_metrics(self.metrics),
            signature=checked_json("Version signature", dict(self.signature)),
            data_digests=checked_json("Data digests", dict(self.data_digests)),
            environment=checked_json("Version environment", dict(self.environment)),
        )


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
        actor: str,
        run_id: str | None = None,
    ) -> Version:
        """Give ``new`` the next number and return the registered version.

        ``auto`` compares with the highest number on main; an explicit class or ``number`` wins.
        The same ``run_id`` and checkpoint return the version that they gave before: a step that is
        tried again registers nothing twice.

        Raises:
            ModelNotFoundError: there is no such model.
            VersionExistsError: the explicit number was used before.
            InvalidValueError: a value cannot be kept.
            BlobsCollectedError: bytes of the version were deleted since its save began.
        """
        new = new.checked()
        wanted = None if number is None else explicit_number(number)
        with open_change(self._database, new.model, actor=actor, run_id=run_id) as ledger:
            claim(ledger.connection, new.stored)
            known = _registered_before(ledger, new) if wanted is None else None
            if known is not None:
                return known
            row = latest_row(ledger.connection, ledger.model_id)
            parent = None if row is None else to_version(row)
            numbering = next_number(parent, new, change=change, number=wanted)
            return _insert(ledger, new, numbering, parent)

    def of_run(self, model: str, run_ids: Sequence[str]) -> Version | None:
        """Return what one of these runs registered, the newest of several; None if nothing."""
        with self._database.read() as connection:
            query = select_versions(model_id(connection, model)).where(
                versions.c.run_id.in_(run_ids)
            )
            row = connection.execute(query.order_by(versions.c.sequence.desc())).first()
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

    def list(self, model: str) -> list[Version]:
        """Return the versions in the order in which they were registered."""
        with self._database.read() as connection:
            query = select_versions(model_id(connection, model)).order_by(versions.c.sequence)
            return [to_version(row) for row in connection.execute(query)]


def _registered_before(ledger: Change, new: NewVersion) -> Version | None:
    if ledger.run_id is None or new.checkpoint is None:
        return None
    query = select_versions(ledger.model_id).where(
        versions.c.run_id == ledger.run_id, versions.c.checkpoint == new.checkpoint
    )
    row = ledger.connection.execute(query.order_by(versions.c.sequence)).first()
    return None if row is None else to_version(row)


def _insert(
    ledger: Change, new: NewVersion, numbering: Numbering, parent: Version | None
) -> Version:
    number = str(numbering.number)
    used = sa.select(versions.c.id).where(
        versions.c.model_id == ledger.model_id, versions.c.number == number
    )
    if ledger.connection.scalar(used) is not None:
        raise VersionExistsError(ledger.model, number)
    given = {field.name: getattr(new, field.name) for field in dataclasses.fields(new)}
    del given["model"], given["stored"]
    ledger.connection.execute(
        sa.insert(versions).values(
            **given,
            **new.stored.columns(),
            **_placed(ledger, numbering),
            model_id=ledger.model_id,
            parent=None if parent is None else parent.number,
            run_id=ledger.run_id,
            created_by=ledger.actor,
            created_at=ledger.at,
        )
    )
    version = to_version(version_row(ledger.connection, ledger.model, number))
    ledger.record(
        AuditAction.VERSION_REGISTERED,
        version=number,
        after={"digest": version.digest, "parent": version.parent, "change": version.change},
    )
    return version


def _placed(ledger: Change, numbering: Numbering) -> dict[str, Any]:
    # The counter and not the highest row: what was used once is never given out again.
    sequence = ledger.connection.execute(
        sa.update(models)
        .where(models.c.id == ledger.model_id)
        .values(version_sequence=models.c.version_sequence + 1)
        .returning(models.c.version_sequence, models.c.policy_digest)
    ).one()
    number = numbering.number
    return {
        "number": str(number),
        "major": number.major,
        "minor": number.minor,
        "patch": number.patch,
        "sequence": sequence.version_sequence,
        "branch": MAIN,
        "change": numbering.change.value,
        "change_reason": numbering.reason,
        "build_status": BuildStatus.TRAINED.value,
        "stage": Stage.DEVELOPMENT.value,
        "policy_digest": sequence.policy_digest,
    }
