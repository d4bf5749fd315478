"""Imports and exports: every way in which models come from elsewhere and go there."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path

from frontier_assets.integrations.directory import import_directory
from frontier_assets.integrations.intake import Imported, Intake
from frontier_assets.integrations.mlflow_import import import_mlflow
from frontier_assets.integrations.mlflow_server import MlflowServer
from frontier_assets.integrations.registry_folder import export_registry, import_registry
from frontier_assets.integrations.registry_json import Entry
from frontier_assets.registry.database import Registry
from frontier_assets.storage.stores import ArtifactStores
from frontier_assets.types import Version
from frontier_assets.upkeep.progress import Progress


class Exchange:
    """What comes from other registries, and what goes to them.

    An import is an iterator over what became of each version; each of them is registered when it is
    yielded. Importing again brings what is new: what has one source, name and version there is one
    version here, for ever. ``renamed`` has the model names of those that the rule of
    `integrations.names` would not give. Nothing is loaded and nothing promoted.
    """

    def __init__(
        self,
        registry: Registry,
        stores: ArtifactStores,
        *,
        store_name: Callable[[str], str],
        write: Callable[[Version, Path], list[Path]],
        actor: str,
    ) -> None:
        """``store_name`` says which store is a model's, ``write`` fills a folder with a version."""
        self._registry = registry
        self._intake = Intake(registry, stores, store_name=store_name, actor=actor)
        self._outside = stores.outside
        self._write = write

    def import_registry_json(
        self, document: Path, *, renamed: Mapping[str, str] | None = None, tell: Progress
    ) -> Iterator[Imported]:
        """Take in a ``registry.json`` and the files beside it; ``tell`` counts bytes.

        Raises:
            InvalidValueError: the document or a file is not as it should be; nothing is stored.
        """
        return import_registry(self._intake, document, renamed=renamed or {}, tell=tell)

    def export_registry_json(self, document: Path) -> Sequence[Entry]:
        """Write every version beside ``document`` and replace that when all of them are there."""
        return export_registry(self._registry, document, write=self._write)

    def import_directory(
        self, folder: Path, *, renamed: Mapping[str, str] | None = None, tell: Progress
    ) -> Iterator[Imported]:
        """Take in ``<model>/<version>`` below ``folder``; ``tell`` counts bytes.

        Raises:
            InvalidValueError: it is another kind of folder, or an imported version has changed.
        """
        return import_directory(self._intake, folder, renamed=renamed or {}, tell=tell)

    def import_mlflow(
        self,
        url: str,
        *,
        models: Collection[str] = (),
        renamed: Mapping[str, str] | None = None,
        token: str | None = None,
        tell: Progress,
    ) -> Iterator[Imported]:
        """Take in the named ``models`` of an MLflow server, or all; ``tell`` counts versions.

        Raises:
            ServerUnavailableError: the server does not answer.
            CorruptTransferError: a file did not arrive whole.
        """
        server = MlflowServer(url, token=token, outside=self._outside)
        return import_mlflow(self._intake, server, models=models, renamed=renamed or {}, tell=tell)
