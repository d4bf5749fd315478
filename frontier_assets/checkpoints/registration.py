"""Make versions from checkpoints, files or objects, attach files to them, and look them up."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from frontier_assets.checkpoints.attaching import attach
from frontier_assets.checkpoints.authorship import Author
from frontier_assets.checkpoints.checkpoints import Checkpoints
from frontier_assets.checkpoints.description import Said
from frontier_assets.checkpoints.keeping import Kept
from frontier_assets.checkpoints.sources import Sources, check_files, find_files
from frontier_assets.errors import InvalidValueError
from frontier_assets.registry.attachments import Attachment
from frontier_assets.registry.database import Registry
from frontier_assets.registry.lineage import Lineage, trace
from frontier_assets.registry.numbering import explicit_number
from frontier_assets.registry.search.page import Page
from frontier_assets.registry.versions import NewVersion
from frontier_assets.signatures import AllowedSigners, required
from frontier_assets.specification import ModelSpecification
from frontier_assets.storage.stores import ArtifactStores
from frontier_assets.types import (
    MAIN,
    ArtifactContent,
    AttachmentKind,
    ChangeClass,
    Ref,
    Version,
    checked_change,
    checked_model_name,
)
from frontier_assets.upkeep.saving import Marks, recorded


class Versions(Kept):
    """The versions of every model."""

    def __init__(
        self,
        registry: Registry,
        stores: ArtifactStores,
        checkpoints: Checkpoints,
        *,
        actor: str,
        signers: AllowedSigners | None = None,
        author: Author | None = None,
    ) -> None:
        super().__init__(registry, stores, actor=actor)
        self._checkpoints = checkpoints
        self._sources = Sources(registry, stores, checkpoints)
        self._signers = signers
        self._author = author

    def signed_with(self, key: Path, *, signer: str | None = None) -> "Versions":
        """Return the same, where registering also signs: nobody approves what they signed.

        ``signer`` is needed where the allowed-signers file gives the key several names.

        Raises:
            SettingsError: no allowed signers are set.
        """
        return Versions(
            self._registry,
            self._stores,
            self._checkpoints,
            actor=self._actor,
            signers=self._signers,
            author=Author(key, signer, required(self._signers)),
        )

    def register(  # noqa: PLR0913 - everything that users can say of a version, by its name
        self,
        model: str,
        *,
        checkpoint: str | None = None,
        files: Mapping[str, Path] | None = None,
        uri: str | None = None,
        object: Any = None,  # noqa: A002, ANN401 - the public name, and whatever a model is
        change: ChangeClass | Literal["auto", "major", "minor", "patch"] = "auto",
        number: str | None = None,
        branch: str = MAIN,
        parent: str | Ref | None = None,
        description: str = "",
        tags: Mapping[str, str] | Sequence[str] | None = None,
        metrics: Mapping[str, float] | None = None,
        parameters: Mapping[str, Any] | None = None,
        run_id: str | None = None,
    ) -> Version:
        """Register the next version of main or a branch: a checkpoint, files, a URI or an object.

        ``checkpoint`` is a key, ``best`` or ``latest``; such a version holds the state's ``model``
        part alone and takes over the checkpoint's parameters, metrics and data digests. ``uri`` is
        an object, or a folder of objects, in S3, GCS, Azure or on disk: it is read once to hash it
        and never copied, so that it has to stay there as it is. ``object`` is a fitted model, a
        network (its weights are kept) or any state that a checkpoint holds.
        ``parent`` is an earlier version of the model, ``1.0.0`` or any ref; main's latest, or the
        branch's head, where none is given. ``number`` is for main alone.
        A checkpoint that the run ``run_id`` registered before gives the version that it became.

        Raises:
            InvalidValueError: a value is none that can be kept, ``parent`` is of another model, or
                there is not exactly one source; nothing was stored.
            NotFoundError: there is no such checkpoint, branch or parent.
            UntrustedContentError: a file is a pickle, or the object has classes, that the model's
                YAML does not allow; nothing was stored.
        """
        checked_model_name(model)
        chosen = checked_change(change)
        ancestor = self._ancestor(model, branch=branch, number=number, parent=parent)
        given = {"checkpoint": checkpoint, "files": files or None, "uri": uri, "object": object}
        said = Said(description, tags or {}, metrics or {}, parameters or {}).checked()

        def save(marks: Marks) -> Version:
            new = said.completing(self._from_source(model, given, marks))
            if self._author is not None:
                new = self._author.signed(new)
            self._registry.models.ensure(model, actor=self._actor)
            return self._registry.versions.register(
                new,
                change=chosen,
                number=number,
                branch=branch,
                parent=ancestor,
                actor=self._actor,
                run_id=run_id,
            )

        return recorded(self._registry, self._stores, save)

    def check_files(
        self, model: str, files: Mapping[str, Path], *, specification: ModelSpecification | None
    ) -> None:
        """Refuse files as `register` would under ``specification``, before that is recorded.

        Raises:
            UntrustedContentError: a file is a pickle that the YAML does not allow.
            InvalidValueError: a file is not of the model's framework, or damaged.
        """
        check_files(model, files, specification)

    def check_uri(self, model: str, uri: str, *, specification: ModelSpecification) -> None:
        """Refuse what lies at a place as `register` would under ``specification``.

        Raises:
            UntrustedContentError: a file is a pickle that the YAML does not allow.
            InvalidValueError: the scheme is unknown, or nothing is there.
        """
        find_files(model, uri, self._stores[specification.storage].outside, specification)

    def of_run(self, model: str, run_ids: Sequence[str]) -> Version | None:
        """Return what one of these Dagster runs registered, the newest of several; None if none."""
        return self._registry.versions.of_run(model, run_ids)

    def get(self, ref: str | Ref) -> Version:
        """Return the version that a ref such as ``m@production`` stands for."""
        return self._registry.versions.get(ref)

    def list(
        self,
        model: str | None,
        *,
        where: str | None = None,
        order_by: str | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> Page[Version]:
        """Return the versions of a model, or of every model for None, that ``where`` fits.

        Without ``order_by`` they come oldest first. The page is a list and knows the ``total``.
        `frontier_assets.registry.search` has the languages of ``where`` and ``order_by``.

        Raises:
            QueryError: ``where`` or ``order_by`` cannot be read; the error has the column.
            InvalidValueError: ``limit`` or ``offset`` is out of its range.
        """
        return self._registry.versions.list(
            model, where=where, order_by=order_by, limit=limit, offset=offset
        )

    def lineage(self, ref: str | Ref) -> Lineage:
        """Return where a version came from and what came of it."""
        return trace(self._registry, self.get(ref))

    def attach(
        self,
        ref: str | Ref,
        files: Mapping[str, Path],
        *,
        kind: AttachmentKind | str,
        run_id: str | None = None,
    ) -> Sequence[Attachment]:
        """Keep files with a version, all or none, each under its name; the same again is no change.

        Raises:
            InvalidValueError: ``kind`` is unknown, a name is no plain file name or has another
                file, or a file is missing or empty.
        """
        return attach(
            self._registry,
            self._stores,
            self.get(ref),
            files,
            kind=kind,
            actor=self._actor,
            run_id=run_id,
        )

    def attachments(self, ref: str | Ref) -> Sequence[Attachment]:
        """Return the files that are attached to a version, ordered by name."""
        version = self.get(ref)
        return self._registry.attachments.list(version.model, version.number)

    def attachment(self, ref: str | Ref, name: str) -> ArtifactContent:
        """Return verified access to an attached file; its one member has its name.

        Raises:
            ArtifactNotFoundError: the version has no file of this name.
        """
        version = self.get(ref)
        found = self._registry.attachments.get(version.model, version.number, name)
        return self._stores[found.store].open(found.digest)

    def _ancestor(
        self, model: str, *, branch: str, number: str | None, parent: str | Ref | None
    ) -> Ref | None:
        """Return the parent as a ref, once it is known that a version can stand there."""
        own = None if branch == MAIN else branch
        if number is not None:
            explicit_number(number, branch=own)
        if own is not None:
            self._registry.branches.get(model, own)
        if parent is None:
            return None
        ref = Ref.within(model, str(parent))
        self._registry.versions.get(ref)
        return ref

    def _from_source(self, model: str, given: Mapping[str, Any], marks: Marks) -> NewVersion:
        chosen = {name: value for name, value in given.items() if value is not None}
        if len(chosen) != 1:
            raise InvalidValueError(
                "Source of a version", chosen, f"expected exactly one of {', '.join(given)}"
            )
        ((name, value),) = chosen.items()
        if name == "checkpoint":
            return self._sources.from_checkpoint(model, value, marks)
        if name == "files":
            return self._sources.from_files(model, value, marks)
        if name == "uri":
            return self._sources.from_uri(model, value, marks)
        return self._sources.from_object(model, value, marks)
