"""Save and load the state of a training run; the bytes in a store, the names in the registry."""

from collections.abc import Mapping, Sequence
from typing import Any

from frontier_assets.codecs.objects import ObjectPolicy
from frontier_assets.codecs.state import decode, encode, tensors
from frontier_assets.errors import ModelNotFoundError, NotFoundError
from frontier_assets.registry.database import Registry
from frontier_assets.specification import ModelSpecification
from frontier_assets.storage.artifacts import Entry, Tree
from frontier_assets.storage.stored import StoredArtifact
from frontier_assets.storage.stores import ArtifactStores
from frontier_assets.types import Checkpoint, Digest, checked_model_name, checked_segment

DEFAULT_STORE = "default"


class Checkpoints:
    """The checkpoints of every model. Saving is all or nothing and safe to repeat."""

    def __init__(self, registry: Registry, stores: ArtifactStores, *, actor: str) -> None:
        self._registry = registry
        self._stores = stores
        self._actor = actor

    def save(
        self,
        model: str,
        *,
        run: str,
        step: int,
        state: object,
        metrics: Mapping[str, float] | None = None,
        epoch: int | None = None,
        parameters: Mapping[str, Any] | None = None,
        data_digests: Mapping[str, str] | None = None,
        run_id: str | None = None,
    ) -> Checkpoint:
        """Store ``state`` durably and then name it ``<run>-step-<step>``.

        ``state`` is nested dicts, lists and tuples of tensors, arrays, plain values and whole
        models of a framework; other objects where the model's YAML allows pickle. Content that the
        model's previous checkpoint holds already is not written again. ``parameters`` and
        ``data_digests`` say how the state came about and pass to a version made from it.

        Raises:
            InvalidValueError: a name, a metric or a part of the state cannot be stored.
            UntrustedContentError: a model in it has classes that the YAML does not trust.
        """
        checked_model_name(model)
        checked_segment("Run name", run)
        stored = self.store(model, state)
        self._registry.models.ensure(model, actor=self._actor)
        return self._registry.checkpoints.add(
            model,
            run=run,
            step=step,
            epoch=epoch,
            digest=stored.digest,
            store=stored.store,
            size_bytes=stored.size_bytes,
            stored_bytes=stored.stored_bytes,
            metrics=dict(metrics or {}),
            parameters=dict(parameters or {}),
            data_digests=dict(data_digests or {}),
            actor=self._actor,
            run_id=run_id,
        )

    def get(self, model: str, key: str) -> Checkpoint:
        """Return the checkpoint of this key, or the ``latest`` or ``best`` one.

        ``best`` goes by the metric that the model's YAML trains for, ``loss`` by default.
        """
        if key == "latest":
            return self._registry.checkpoints.latest(model)
        if key == "best":
            metric, lower_is_better = self._objective(model)
            return self._registry.checkpoints.best(model, metric, lower_is_better=lower_is_better)
        return self._registry.checkpoints.get(model, key)

    def best_of_run(self, model: str, run: str) -> Checkpoint:
        """Return the best checkpoint that ``run`` saved."""
        metric, lower = self._objective(model)
        return self._registry.checkpoints.best(model, metric, lower_is_better=lower, run=run)

    def latest_of_run(self, model: str, run: str) -> Checkpoint:
        """Return the checkpoint that ``run`` saved last."""
        return self._registry.checkpoints.latest(model, run=run)

    def list(self, model: str, *, run: str | None = None) -> Sequence[Checkpoint]:
        """Return the model's checkpoints, or those of one run, in the order they were saved."""
        return self._registry.checkpoints.list(model, run=run)

    def load(self, model: str, key: str = "latest") -> Any:  # noqa: ANN401 - the state as saved
        """Return the same nested state that was saved, every byte verified.

        Raises:
            IntegrityError: a stored byte differs from what was saved.
            UntrustedContentError: it holds what the model's current YAML does not allow.
        """
        stored = self._open(model, key)
        return decode(stored.structure, stored.read_entry, objects=self.allowed(model))

    def tensors(
        self, model: str, key: str, *, names: Sequence[str] | None = None
    ) -> dict[str, Any]:
        """Return the named tensors alone, as they were saved; nothing else is read."""
        stored = self._open(model, key)
        return tensors(stored.structure, stored.read_entry, None if names is None else [*names])

    def store_name(self, model: str) -> str:
        """Return the named store of the model's YAML; the default one for a model without."""
        specification = self._specification(model)
        return specification.storage if specification else DEFAULT_STORE

    def allowed(self, model: str) -> ObjectPolicy:
        """Return which objects the model's YAML allows in its states."""
        return ObjectPolicy.of(self._specification(model))

    def store(self, model: str, state: object) -> StoredArtifact:
        """Store ``state`` durably and give it no name yet."""
        store = self._stores[self.store_name(model)]
        encoded = encode(state, objects=self.allowed(model))
        entries = [Entry(t.name, t.dtype, t.shape, t.data) for t in encoded.tensors]
        tree = Tree("state", encoded.structure, entries)
        return store.put(tree, parents=self._parents(model, store.name))

    def _parents(self, model: str, store: str) -> Sequence[Digest]:
        try:
            previous = self._registry.checkpoints.latest(model)
        except NotFoundError:
            return []
        return [previous.digest] if previous.store == store else []

    def _open(self, model: str, key: str) -> StoredArtifact:
        checkpoint = self.get(model, key)
        return self._stores[checkpoint.store].open(checkpoint.digest)

    def _objective(self, model: str) -> tuple[str, bool]:
        specification = self._specification(model)
        if specification is None or specification.training is None:
            return "loss", True
        return specification.training.metric, specification.training.direction == "lower"

    def _specification(self, model: str) -> ModelSpecification | None:
        try:
            return self._registry.policies.current(model)
        except ModelNotFoundError:
            return None
