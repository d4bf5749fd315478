"""Look at what a trainer outside Dagster writes, and take in what is whole and at rest."""

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath

from frontier_assets.checkpoints.checkpoints import Checkpoints
from frontier_assets.checkpoints.discovery.layout import Content
from frontier_assets.checkpoints.discovery.layouts import Candidate, candidates_in
from frontier_assets.checkpoints.discovery.naming import label_of, top_run
from frontier_assets.checkpoints.discovery.places import Place, changed_meanwhile, open_place
from frontier_assets.codecs.objects import ObjectPolicy
from frontier_assets.errors import InvalidValueError, ModelNotFoundError, UntrustedContentError
from frontier_assets.registry.database import Registry
from frontier_assets.registry.discoveries import DiscoveryRecord
from frontier_assets.specification import ModelSpecification, Watch
from frontier_assets.types import Checkpoint

# Ends the fingerprints of a model that may have pickles, so that what was refused is tried again
# once its YAML allows them.
_PICKLES = "+pickle"


@dataclasses.dataclass(frozen=True, slots=True)
class Look:
    """What a look found. ``ready`` can be taken in; ``unfinished`` says what each one lacks."""

    ready: Sequence[DiscoveryRecord]
    unfinished: Sequence[str]


class Discovery:
    """The watched places of every model."""

    def __init__(
        self, registry: Registry, checkpoints: Checkpoints, *, root: Path | None, actor: str
    ) -> None:
        self._registry = registry
        self._checkpoints = checkpoints
        self._root = root
        self._actor = actor

    def look(self, specification: ModelSpecification) -> Look:
        """Record what the model's place holds and return what has not changed since the last look.

        It reads names, sizes and times, and opens no file.

        Raises:
            InvalidValueError: the YAML watches nothing, or its location has another form.
            StoreUnavailableError: the place cannot be looked at.
        """
        model = specification.name
        place = open_place(_watch_of(specification).location, root=self._root)
        candidates = candidates_in(place.files())
        taken = {
            item.location: item.fingerprint
            for item in self._known(model)
            if item.checkpoint is not None
        }
        found: dict[str, str] = {}
        unfinished = []
        for candidate in sorted(candidates.values(), key=_age):
            if candidate.awaited:
                unfinished.append(f"{candidate.location} waits for {candidate.awaited}")
                continue
            location = _full(place, candidate.location)
            fingerprint = _fingerprint(candidate, specification)
            before = taken.get(location, "")
            is_taken = before.removesuffix(_PICKLES) == candidate.fingerprint
            found[location] = before if is_taken else fingerprint
        return Look(self._registry.discoveries.look(model, found), unfinished)

    def ingest(
        self,
        specification: ModelSpecification,
        location: str,
        fingerprint: str,
        *,
        run_id: str | None = None,
    ) -> Checkpoint:
        """Store what lies at ``location``, if it is still what was looked at, as a checkpoint.

        The checkpoint, or why there is none, is recorded, so that the next look leaves it alone.

        Raises:
            InvalidValueError: it is not whole, damaged, without weights or a step, or it changed.
            UntrustedContentError: it is a pickle, and the YAML allows none.
            StoreUnavailableError: the place or the store cannot be used; nothing is recorded.
        """
        model = specification.name
        try:
            saved = self._ingest(specification, location, fingerprint, run_id)
        except (InvalidValueError, UntrustedContentError) as error:
            self.refuse(model, location, fingerprint, str(error))
            raise
        self._registry.discoveries.settle(
            model, location, fingerprint, checkpoint=saved.key, problem=""
        )
        return saved

    def refuse(self, model: str, location: str, fingerprint: str, problem: str) -> None:
        """Record that ``location`` is not taken in as it is, and why."""
        self._registry.discoveries.settle(
            model, location, fingerprint, checkpoint=None, problem=problem
        )

    def list(self, model: str) -> Sequence[DiscoveryRecord]:
        """Return what the model's place held when it was last looked at.

        Raises:
            ModelNotFoundError: there is no such model.
        """
        return self._registry.discoveries.list(model)

    def _known(self, model: str) -> Sequence[DiscoveryRecord]:
        try:
            return self.list(model)
        except ModelNotFoundError:
            self._registry.models.ensure(model, actor=self._actor)
            return []

    def _ingest(
        self, specification: ModelSpecification, location: str, fingerprint: str, run_id: str | None
    ) -> Checkpoint:
        watch = _watch_of(specification)
        place = open_place(watch.location, root=self._root)
        confirm = _confirmation(place, specification, location, fingerprint)
        candidate = confirm()
        label = label_of(candidate.location, top=top_run(watch.location, watch.run))
        with place.on_disk(candidate.read_files) as folder:
            policy = ObjectPolicy.of(specification)
            content = candidate.layout.read(folder, candidate.location, policy)
            epoch = label.epoch if content.epoch is None else content.epoch
            return self._checkpoints.save(
                specification.name,
                run=label.run,
                step=_step(content, label.step, epoch, location),
                epoch=epoch,
                state=dict(content.state),
                metrics={**label.metrics, **content.metrics},
                parameters=content.parameters,
                run_id=run_id,
                confirm=confirm,
            )


def _confirmation(
    place: Place, specification: ModelSpecification, location: str, fingerprint: str
) -> Callable[[], Candidate]:
    """Return what finds the candidate again, or raises when it is not as it was."""

    def confirm() -> Candidate:
        relative = PurePosixPath(location.removeprefix(f"{place.url}/"))
        candidate = candidates_in(place.files()).get(relative)
        if candidate is None or _fingerprint(candidate, specification) != fingerprint:
            raise changed_meanwhile(location)
        return candidate

    return confirm


def _step(content: Content, named: int | None, epoch: int | None, location: str) -> int:
    for step in (content.step, named, epoch):
        if step is not None:
            return step
    raise InvalidValueError(
        "File",
        location,
        "nothing says its step: write it into the name, such as `step-100.pt`, or save it under "
        "`step` beside the weights",
    )


def _fingerprint(candidate: Candidate, specification: ModelSpecification) -> str:
    return candidate.fingerprint + (_PICKLES if specification.allow_pickle else "")


def _full(place: Place, location: PurePosixPath) -> str:
    return f"{place.url}/{location}"


def _age(candidate: Candidate) -> str:
    return max(file.modified for file in candidate.files)


def _watch_of(specification: ModelSpecification) -> Watch:
    if specification.watch is None:
        raise InvalidValueError(
            "Model", specification.name, "a `watch` section is needed to look for its checkpoints"
        )
    return specification.watch
