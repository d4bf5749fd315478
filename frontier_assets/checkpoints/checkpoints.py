"""Save, load and delete states of training runs; bytes in a store, names in the registry."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from frontier_assets.checkpoints.resumption import Resumption, newest_whole
from frontier_assets.checkpoints.retaining import RetentionReport, retain
from frontier_assets.checkpoints.retention import Rule, checked_rules
from frontier_assets.checkpoints.session import Session
from frontier_assets.checkpoints.stored_state import StoredState
from frontier_assets.codecs.objects import ObjectPolicy
from frontier_assets.codecs.safetensors_file import encoded_from_file
from frontier_assets.codecs.state import Encoded, encode, tensors
from frontier_assets.errors import ModelNotFoundError, NotFoundError
from frontier_assets.registry.database import Registry
from frontier_assets.registry.pins import Pin, PinSubject
from frontier_assets.specification import DEFAULT_OBJECTIVE, ModelSpecification, Objective
from frontier_assets.storage.artifacts import Entry, Tree
from frontier_assets.storage.stored import StoredArtifact
from frontier_assets.storage.stores import ArtifactStores
from frontier_assets.types import Checkpoint, Digest, checked_model_name, checked_segment
from frontier_assets.upkeep.saving import Marks, recorded

DEFAULT_STORE = "default"


class Checkpoints:
    """The checkpoints of every model. Saving is all or nothing and safe to repeat."""

    def __init__(self, registry: Registry, stores: ArtifactStores, *, actor: str) -> None:
        self._registry = registry
        self._stores = stores
        self._actor = actor
        # Their bytes are not relied on when the same content is saved again.
        self._damaged: set[Digest] = set()

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
        confirm: Callable[[], object] | None = None,
    ) -> Checkpoint:
        """Store ``state`` durably and then name it ``<run>-step-<step>``.

        ``state`` is nested dicts, lists and tuples of tensors, arrays, plain values and whole
        models of a framework, or such a state encoded already; other objects where the model's YAML
        allows pickle. Content that the model's previous checkpoint holds already is not written
        again. ``parameters`` and ``data_digests`` say how the state came about and pass to a
        version made from it. ``confirm`` is called when the bytes are stored; an error that it
        raises leaves them without a name.

        Raises:
            InvalidValueError: a name, a metric or a part of the state cannot be stored.
            UntrustedContentError: a model in it has classes that the YAML does not trust.
        """
        checked_model_name(model)
        checked_segment("Run name", run)

        def save(marks: Marks) -> Checkpoint:
            stored = self.store(model, state)
            if confirm is not None:
                confirm()
            self._registry.models.ensure(model, actor=self._actor)
            return self._registry.checkpoints.add(
                model,
                run=run,
                step=step,
                epoch=epoch,
                stored=marks.stored(stored),
                metrics=dict(metrics or {}),
                parameters=dict(parameters or {}),
                data_digests=dict(data_digests or {}),
                actor=self._actor,
                run_id=run_id,
            )

        return recorded(self._registry, self._stores, save)

    def ingest(
        self,
        model: str,
        *,
        run: str,
        step: int,
        path: Path,
        metrics: Mapping[str, float] | None = None,
    ) -> Checkpoint:
        """Store a safetensors file, or the files of an index, as the ``model`` part of a state.

        One tensor at a time is read. Raises as `save` does.

        Raises:
            InvalidValueError: the file is not whole, or changed while it was read.
        """
        return self.save(model, run=run, step=step, state=encoded_from_file(path), metrics=metrics)

    def session(
        self,
        model: str,
        *,
        run: str,
        state: Mapping[str, Any],
        parameters: Mapping[str, Any] | None = None,
        data_digests: Mapping[str, str] | None = None,
        run_id: str | None = None,
        on_checkpoint: Callable[[Checkpoint], None] = lambda _: None,
    ) -> Session:
        """Return the block around a training loop, which resumes ``run`` and saves its ``state``.

        ``state`` maps names to objects with ``state_dict``, random generators, tensors and plain
        values. `Session` says what happens to each; the rest is as in `save`. ``on_checkpoint``
        is called for each checkpoint, from the loop's own thread.

        >>> with workspace.checkpoints.session(  # doctest: +SKIP
        ...     "m", run="r1", state={"model": model, "optimizer": optimizer}
        ... ) as session:
        ...     for step in session.steps(1000):
        ...         loss = train_one_batch(step)
        ...         session.save(step, metrics={"loss": loss})
        """
        checked_model_name(model)
        checked_segment("Run name", run)
        recipe = {"parameters": parameters, "data_digests": data_digests, "run_id": run_id}
        return Session(
            self, model, run=run, state=state, recipe=recipe, on_checkpoint=on_checkpoint
        )

    def get(self, model: str, key: str) -> Checkpoint:
        """Return the checkpoint of this key, or the ``latest`` or ``best`` one.

        ``best`` goes by the metric that the model's YAML trains for, ``loss`` by default.
        """
        if key == "latest":
            return self._registry.checkpoints.latest(model)
        if key == "best":
            return self._best(model)
        return self._registry.checkpoints.get(model, key)

    def best_of_run(self, model: str, run: str) -> Checkpoint:
        """Return the best checkpoint that ``run`` saved."""
        return self._best(model, run)

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
        return self._state(self.get(model, key)).load()

    def load_into(self, model: str, key: str, state: Any) -> Any:  # noqa: ANN401 - see `load`
        """Return what `load` does, in the tensors of ``state``: memory holds no second copy.

        Plain values and arrays are new, ``state`` itself keeps its own.

        Raises:
            InvalidValueError: a tensor of ``state`` is not among the stored ones, or has another
                dtype or shape there, or the reverse; nothing was changed.
            IntegrityError: a stored byte differs; some tensors hold stored values by then, so load
                another checkpoint into all of them.
        """
        return self._state(self.get(model, key)).load_into(state)

    def newest_whole(
        self, model: str, run: str, *, load: Callable[[StoredState], Any] = StoredState.load
    ) -> Resumption | None:
        """Return the newest checkpoint of a run that is whole, with its state as ``load`` gives it.

        None when the run saved none. Damaged ones are passed over, with a warning in the log.

        Raises:
            IntegrityError, ArtifactNotFoundError: all of them are damaged.
        """
        try:
            candidates = self.list(model, run=run)
        except ModelNotFoundError:
            return None
        found = newest_whole(candidates, lambda checkpoint: load(self._state(checkpoint)))
        if found is not None:
            self._damaged.update(item.digest for item in found.skipped)
        return found

    def tensors(
        self, model: str, key: str, *, names: Sequence[str] | None = None
    ) -> dict[str, Any]:
        """Return the named tensors alone, as they were saved; nothing else is read."""
        checkpoint = self.get(model, key)
        stored = self._stores[checkpoint.store].open(checkpoint.digest)
        wanted = None if names is None else [*names]
        return tensors(stored.structure, stored.view_entry, wanted)

    def retain(
        self,
        model: str,
        policy: Rule | Iterable[Rule] | None = None,
        *,
        dry_run: bool = False,
        actor: str | None = None,
        run_id: str | None = None,
    ) -> RetentionReport:
        """Delete what neither ``policy`` nor anything else keeps; the report says what and why.

        ``policy`` is that of the model's YAML unless given: a mapping with the keys of
        `retention.checkpoints`, e.g. ``{"keep_best": 1, "keep_recent": 3}``, or a list of such
        mappings, which keeps what any of them keeps. With ``dry_run`` nothing is deleted and the
        report is the same.

        Raises:
            ModelNotFoundError: there is no such model.
            InvalidValueError: the policy has an impossible value, or no checkpoint has its metric.
            IntegrityError: an artifact of the store cannot be read, so nothing can be counted.
        """
        if policy is None:
            specification = self._registry.policies.current(model)
            retention = specification.retention if specification else None
            policy = retention.all_rules() if retention else []
        rules = checked_rules(policy, self._objective(model))
        return retain(
            self._registry,
            self._stores,
            model,
            rules,
            dry_run=dry_run,
            actor=actor or self._actor,
            run_id=run_id,
        )

    def pin(self, model: str, key: str, reason: str) -> Pin:
        """Keep a checkpoint whatever a policy says; ``key`` may be ``latest`` or ``best``."""
        key = self.get(model, key).key
        return self._registry.pins.add(
            model, PinSubject.CHECKPOINT, key, actor=self._actor, reason=reason
        )

    def unpin(self, model: str, key: str) -> Pin:
        """Take the pin of a checkpoint away and return it.

        Raises:
            PinNotFoundError: it is not pinned.
        """
        key = self.get(model, key).key
        return self._registry.pins.remove(model, PinSubject.CHECKPOINT, key, actor=self._actor)

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
        encoded = state
        if not isinstance(encoded, Encoded):
            encoded = encode(state, objects=self.allowed(model))
        entries = [Entry(t.name, t.dtype, t.shape, t.data) for t in encoded.tensors]
        tree = Tree("state", encoded.structure, entries)
        return store.put(tree, parents=self._parents(model, store.name))

    def _parents(self, model: str, store: str) -> Sequence[Digest]:
        try:
            previous = self._registry.checkpoints.latest(model)
        except NotFoundError:
            return []
        usable = previous.store == store and previous.digest not in self._damaged
        return [previous.digest] if usable else []

    def _state(self, checkpoint: Checkpoint) -> StoredState:
        stored = self._stores[checkpoint.store].open(checkpoint.digest)
        return StoredState(stored, stored.structure, self.allowed(checkpoint.model))

    def _best(self, model: str, run: str | None = None) -> Checkpoint:
        objective = self._objective(model)
        return self._registry.checkpoints.best(
            model, objective.metric, lower_is_better=objective.direction == "lower", run=run
        )

    def _objective(self, model: str) -> Objective:
        specification = self._specification(model)
        return specification.objective if specification else DEFAULT_OBJECTIVE

    def _specification(self, model: str) -> ModelSpecification | None:
        try:
            return self._registry.policies.current(model)
        except ModelNotFoundError:
            return None
