"""The lease on each version's build: one run builds a version at a time."""

import dataclasses
import enum
from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from frontier_assets.errors import BuildInProgressError, InvalidValueError
from frontier_assets.registry.canonical import checked_text
from frontier_assets.registry.connection import Database
from frontier_assets.registry.ledger import AuditAction, Change, open_change
from frontier_assets.registry.lookup import version_row
from frontier_assets.registry.prepared import Prepared
from frontier_assets.registry.tables import builds

_OF_VERSION = Prepared(sa.select(builds).where(builds.c.version_id == sa.bindparam("of_version")))


class BuildState(enum.StrEnum):
    """Whether a build is still going on, as far as anybody said."""

    RUNNING = "running"
    COMPLETED = "completed"


@dataclasses.dataclass(frozen=True, slots=True)
class Build:
    """Who builds or built a version. The lease lasts while ``state`` is ``running``."""

    run_id: str
    state: BuildState
    started_at: datetime
    completed_at: datetime | None

    def described(self) -> str:
        """Return its state for people; whether a begun one goes on is known to its run alone."""
        word = "completed" if self.state is BuildState.COMPLETED else "begun and not completed"
        return f"{word} by run {self.run_id}"


class Builds:
    """Hands out the lease and records the end of a build."""

    def __init__(self, database: Database) -> None:
        """Work on ``database``."""
        self._database = database

    def acquire(
        self,
        model: str,
        number: str,
        *,
        run_id: str,
        is_over: Callable[[str], bool],
        actor: str,
    ) -> Build:
        """Take the lease for ``run_id``, or join when that run has it already.

        A completed build, and one whose run ``is_over`` says has ended, is taken over.

        Raises:
            BuildInProgressError: another run holds the lease.
            VersionNotFoundError: there is no such version.
        """
        checked_text("Run", run_id)
        while True:
            # The question goes to another system, so it is not asked inside the transaction.
            seen = self.get(model, number)
            if seen is not None and _holds(seen, against=run_id) and not is_over(seen.run_id):
                raise BuildInProgressError(f"{model}@{number}", seen.run_id)
            with open_change(self._database, model, actor=actor, run_id=run_id) as ledger:
                version = version_row(ledger.connection, model, number)
                current = build_of(ledger.connection, version.id)
                if current is not None and current.run_id == run_id:
                    return current
                if current == seen:
                    return _start(ledger, version, current)

    def complete(self, model: str, number: str, *, run_id: str, actor: str) -> Build:
        """Record that the build of ``run_id`` is complete; doing so again changes nothing.

        Raises:
            BuildInProgressError: another run has the lease by now.
            InvalidValueError: nobody has started a build.
        """
        ref = f"{model}@{number}"
        with open_change(self._database, model, actor=actor, run_id=run_id) as ledger:
            version = version_row(ledger.connection, model, number)
            current = build_of(ledger.connection, version.id)
            if current is None:
                raise InvalidValueError("Run", run_id, f"no build of {ref} was started")
            if current.run_id != run_id:
                raise BuildInProgressError(ref, current.run_id)
            if current.state is BuildState.COMPLETED:
                return current
            ledger.connection.execute(
                sa.update(builds)
                .where(builds.c.version_id == version.id)
                .values(state=BuildState.COMPLETED.value, completed_at=ledger.at)
            )
            after = dataclasses.replace(current, state=BuildState.COMPLETED, completed_at=ledger.at)
            ledger.record(
                AuditAction.BUILD_COMPLETED,
                version=number,
                before=_audited(current),
                after=_audited(after),
            )
            return after

    def get(self, model: str, number: str) -> Build | None:
        """Return the version's build; None when none was ever started."""
        with self._database.read() as connection:
            return build_of(connection, version_row(connection, model, number).id)


def build_of(connection: sa.Connection, version: int) -> Build | None:
    """Return the build of the version with this row id."""
    row = _OF_VERSION(connection, {"of_version": version}).one_or_none()
    if row is None:
        return None
    return Build(row.run_id, BuildState(row.state), row.started_at, row.completed_at)


def _holds(build: Build, *, against: str) -> bool:
    return build.state is BuildState.RUNNING and build.run_id != against


def _start(ledger: Change, version: sa.Row[Any], replaced: Build | None) -> Build:
    started = Build(str(ledger.run_id), BuildState.RUNNING, ledger.at, None)
    values = dataclasses.asdict(started)
    ledger.connection.execute(
        sa.insert(builds).values(version_id=version.id, **values)
        if replaced is None
        else sa.update(builds).where(builds.c.version_id == version.id).values(values)
    )
    ledger.record(
        AuditAction.BUILD_STARTED,
        version=version.number,
        before={} if replaced is None else _audited(replaced),
        after=_audited(started),
    )
    return started


def _audited(build: Build) -> dict[str, str]:
    return {"run_id": build.run_id, "state": build.state}
