"""Branches of models: trying something beside main, and merging what proved good."""

from collections.abc import Sequence
from typing import Literal

from frontier_assets.registry.branches import Branch
from frontier_assets.registry.database import Registry
from frontier_assets.types import ChangeClass, Ref, Version, checked_change

__all__ = ["Branch", "Branches"]


class Branches:
    """The branches of every model. ``versions.register(..., branch=...)`` adds a version to one."""

    def __init__(self, registry: Registry, *, actor: str) -> None:
        self._registry = registry
        self._actor = actor

    def create(self, model: str, name: str, *, source: str | Ref = "latest") -> Branch:
        """Start a branch from a version of the model: ``1.0.0``, or what follows a ref's ``@``.

        Raises:
            NotFoundError: there is no such model or version.
            BranchExistsError: the model has, or had, a branch of this name.
            InvalidValueError: a branch cannot have this name, or the source is of another model.
        """
        ref = Ref.within(model, str(source))
        return self._registry.branches.create(model, name, source=ref, actor=self._actor)

    def get(self, model: str, name: str) -> Branch:
        """Return a branch.

        Raises:
            BranchNotFoundError: there is no such branch, or it was deleted.
        """
        return self._registry.branches.get(model, name)

    def list(self, model: str) -> Sequence[Branch]:
        """Return the branches of a model, the oldest first, without main and deleted ones."""
        return self._registry.branches.list(model)

    def merge(
        self,
        model: str,
        name: str,
        *,
        change: ChangeClass | Literal["auto", "major", "minor", "patch"] = "auto",
        run_id: str | None = None,
    ) -> Version:
        """Register the head of a branch as the next version of main; the branch goes on.

        The new version holds the same bytes, and it has two parents: main's latest, with which
        ``auto`` compares it, and the head. It is built, judged and promoted as any other.

        Raises:
            BranchNotFoundError: there is no such branch.
            NothingToMergeError: main has the head already.
        """
        return self._registry.branches.merge(
            model, name, change=checked_change(change), actor=self._actor, run_id=run_id
        )

    def delete(self, model: str, name: str, *, reason: str) -> Branch:
        """Delete a branch and return what it was; its versions stay and keep its name.

        Raises:
            BranchNotFoundError: there is no such branch.
            InvalidValueError: there is no ``reason``.
        """
        return self._registry.branches.delete(model, name, reason=reason, actor=self._actor)
