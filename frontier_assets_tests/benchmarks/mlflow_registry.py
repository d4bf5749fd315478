"""MLflow's registry as a side of a comparison: its Python store, without HTTP."""

import importlib
import itertools
from pathlib import Path

import sqlalchemy as sa
from typing_extensions import override

from frontier_assets_tests.benchmarks.ours import MODEL
from frontier_assets_tests.benchmarks.registry_sides import Facts, Side, copy_rows

_ALIAS = "production"


class MlflowRegistry(Side):
    """A registry in which ``registered`` versions were registered and each copied ``times`` times.

    The copies are made by SQL, with their tags. A move is its change of stage that archives the
    version which had production, as ours does. SQLite in its own default durability, which is
    `synchronous=FULL` as well, with a rollback journal.
    """

    def __init__(self, folder: Path, registered: int, *, times: int = 1) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        stores = importlib.import_module("mlflow.store.model_registry.sqlalchemy_store")
        self._tag = importlib.import_module("mlflow.entities.model_registry").ModelVersionTag
        self._store = stores.SqlAlchemyStore(f"sqlite:///{folder}/mlflow.db")
        self._store.create_registered_model(MODEL)
        for number in range(registered):
            self.register(Facts(number))
        with self._store.engine.begin() as connection:
            for block in range(1, times):
                for table in (stores.SqlModelVersion, stores.SqlModelVersionTag):
                    _copy(connection, table.__table__, registered, block * registered)
        self._numbers = itertools.cycle(range(1, registered + 1))
        self.rename()

    @override
    def register(self, facts: Facts) -> None:
        # It has no metrics of versions: its users write them as tags.
        written = {**facts.tags, **{name: str(value) for name, value in facts.metrics.items()}}
        tags = [self._tag(name, value) for name, value in written.items()]
        self._store.create_model_version(MODEL, f"s3://bucket/{facts.number}", tags=tags)

    @override
    def prepare_move(self) -> None:
        """Nothing has to be so."""

    @override
    def move(self) -> None:
        self._store.transition_model_version_stage(
            MODEL, next(self._numbers), "Production", archive_existing_versions=True
        )

    @override
    def rename(self) -> None:
        self._store.set_registered_model_alias(MODEL, _ALIAS, next(self._numbers))

    @override
    def resolve(self) -> None:
        self._store.get_model_version_by_alias(MODEL, _ALIAS)

    @override
    def search(self) -> int:
        wanted = f"name = '{MODEL}' and tag.team = 'vision'"
        return len(self._store.search_model_versions(wanted, max_results=20))


def _copy(connection: sa.Connection, table: sa.Table, registered: int, more: int) -> None:
    first = table.c.version <= registered
    copy_rows(connection, table, {"version": table.c.version + more}, table, first)
