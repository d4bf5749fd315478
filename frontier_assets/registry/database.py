"""The registry: one database, and the parts that work on it."""

import contextlib
from types import TracebackType
from typing import Self

from frontier_assets.registry import schema
from frontier_assets.registry.annotations import Annotations
from frontier_assets.registry.approvals import Approvals
from frontier_assets.registry.artifacts import Artifacts
from frontier_assets.registry.attachments import Attachments
from frontier_assets.registry.audit import Audit
from frontier_assets.registry.branches import Branches
from frontier_assets.registry.builds import Builds
from frontier_assets.registry.catalogue import Catalogue
from frontier_assets.registry.checkpoints import Checkpoints
from frontier_assets.registry.collection import Collection
from frontier_assets.registry.connection import Database
from frontier_assets.registry.copies import Copies
from frontier_assets.registry.discoveries import Discoveries
from frontier_assets.registry.evaluations import Evaluations
from frontier_assets.registry.experiments import Experiments
from frontier_assets.registry.failures import Failures
from frontier_assets.registry.freezes import Freezes
from frontier_assets.registry.models import Models
from frontier_assets.registry.observations import Observations
from frontier_assets.registry.pins import Pins
from frontier_assets.registry.policies import Policies
from frontier_assets.registry.stages import Stages
from frontier_assets.registry.tombstones import Tombstones
from frontier_assets.registry.training_runs import TrainingRuns
from frontier_assets.registry.versions import Versions
from frontier_assets.signatures import AllowedSigners


class Registry:
    """The record of every model. Safe to share between threads; each process opens its own.

    Every state change is one transaction that also appends to the model's audit trail.
    """

    def __init__(self, database: Database, signers: AllowedSigners | None = None) -> None:
        """Work on a ``database`` whose schema is known to fit; `open` is the usual way."""
        self._database = database
        self.models = Models(database)
        self.catalogue = Catalogue(database)
        self.policies = Policies(database)
        self.training_runs = TrainingRuns(database)
        self.checkpoints = Checkpoints(database)
        self.pins = Pins(database)
        self.discoveries = Discoveries(database)
        self.versions = Versions(database)
        self.branches = Branches(database)
        self.annotations = Annotations(database)
        self.tombstones = Tombstones(database)
        self.artifacts = Artifacts(database)
        self.attachments = Attachments(database)
        self.evaluations = Evaluations(database)
        self.failures = Failures(database)
        self.builds = Builds(database)
        self.stages = Stages(database, signers)
        self.approvals = Approvals(database, signers)
        self.freezes = Freezes(database)
        self.experiments = Experiments(database)
        self.observations = Observations(database)
        self.collection = Collection(database)
        self.copies = Copies(database)
        self.audit = Audit(database, signers)

    @classmethod
    def open(cls, url: str, *, signers: AllowedSigners | None = None) -> Self:
        """Open the registry at a SQLAlchemy ``url``; a missing SQLite file is created, once.

        ``signers`` are those whose approvals, and signatures on the heads of audit trails, count.

        Raises:
            SettingsError: the URL is not one of a SQLite file or of PostgreSQL.
            RegistrySchemaError: the schema is older, newer, or not a registry's.
            RegistryUnavailableError: the database does not answer.
        """
        database = Database(url)
        with contextlib.ExitStack() as unless_ready:
            unless_ready.callback(database.close)
            schema.prepare(database)
            unless_ready.pop_all()
        return cls(database, signers)

    @classmethod
    def upgrade(cls, url: str) -> tuple[str | None, str]:
        """Bring the schema up to this release; return its revision before and after."""
        database = Database(url)
        try:
            return schema.upgrade(database)
        finally:
            database.close()

    @classmethod
    def current(cls, url: str) -> tuple[str | None, str]:
        """Return the schema's revision (None: empty) and the one of this release."""
        database = Database(url)
        try:
            return schema.current(database), schema.HEAD
        finally:
            database.close()

    @property
    def url(self) -> str:
        """Where the registry is, without a password."""
        return self._database.shown

    def close(self) -> None:
        """Close the database's connections."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
