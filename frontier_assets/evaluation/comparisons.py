"""Registered versions compared: a candidate with production, or several on one data set."""

import functools
from collections.abc import Callable, Sequence

from frontier_assets.dataset import Dataset
from frontier_assets.datasets.loading import load
from frontier_assets.errors import FrontierAssetsError
from frontier_assets.evaluation.contest import Entrant, contest
from frontier_assets.evaluation.duel import (
    ORIGINAL,
    Duel,
    FrontPoint,
    PairedMetric,
    Race,
    Side,
    SlicePair,
    front_of,
    paired_metrics,
    paired_slices,
    raced,
)
from frontier_assets.evaluation.versions import Evaluations
from frontier_assets.predictors.benchmark import THREADS
from frontier_assets.predictors.converted import open_files
from frontier_assets.predictors.engines.record import ENGINE
from frontier_assets.predictors.predictor import Predictor
from frontier_assets.predictors.serving import open_original
from frontier_assets.registry.artifacts import ArtifactRecord
from frontier_assets.registry.database import Registry
from frontier_assets.specification import ModelSpecification
from frontier_assets.storage.stores import ArtifactStores
from frontier_assets.types import Stage, Version


class Comparisons:
    """Comparisons of registered versions on the data of their YAML."""

    def __init__(
        self, registry: Registry, stores: ArtifactStores, evaluations: Evaluations
    ) -> None:
        self._registry = registry
        self._stores = stores
        self._evaluations = evaluations

    def with_production(
        self, candidate: Version, *, specification: ModelSpecification
    ) -> Duel | None:
        """Compare a version with the one in production; None where that is nobody or itself.

        What was evaluated in the same way before is not predicted again. What production's version
        cannot do, such as taking the candidate's data, is told and not raised.
        """
        production = self._registry.stages.holder(candidate.model, Stage.PRODUCTION)
        if production is None or production.number == candidate.number:
            return None
        metrics: list[PairedMetric] = []
        slices: list[SlicePair] = []
        problems: list[str] = []
        headline = specification.evaluation.metrics[0]
        for name in specification.evaluation.datasets:
            own = self._evaluations.measured(candidate, name, specification=specification)
            try:
                held = self._evaluations.measured(production, name, specification=specification)
            except FrontierAssetsError as error:
                if error.retryable:
                    raise
                problems.append(f"{production.number} on {name}: {error}")
                continue
            metrics += paired_metrics(name, own, held)
            slices += paired_slices(name, headline, own, held)
        main = next((item for item in metrics if item.metric == headline), None)
        races: list[Race] = []
        front: tuple[FrontPoint, ...] = ()
        if main is not None:
            dataset = load(specification.source(main.dataset))
            races, front, slow = self._raced(candidate, production, main, dataset)
            problems += slow
        return Duel(
            candidate,
            production,
            headline,
            tuple(metrics),
            tuple(slices),
            tuple(races),
            front,
            tuple(problems),
        )

    def _raced(
        self, candidate: Version, production: Version, main: PairedMetric, dataset: Dataset
    ) -> tuple[list[Race], tuple[FrontPoint, ...], list[str]]:
        """Return how fast both and what was made of them are, who is worth a look, and problems."""
        sides: dict[Side, Version] = {"candidate": candidate, "production": production}
        artifacts = self._shared_artifacts(sides)
        openers: dict[tuple[Side, str], Callable[[], Predictor]] = {
            (side, ORIGINAL): functools.partial(self._original, version)
            for side, version in sides.items()
        }
        openers |= {
            key: functools.partial(self._converted, item) for key, item in artifacts.items()
        }
        races, problems = raced(openers, dataset.inputs)
        sizes = {side: version.size_bytes for side, version in sides.items()}
        return races, front_of(races, main, artifacts, sizes), problems

    def on(
        self,
        versions: Sequence[Version],
        dataset: Dataset,
        metrics: Sequence[str],
        *,
        specification: ModelSpecification,
    ) -> list[Entrant]:
        """Measure versions on examples, best first; one that fails is told and comes last."""
        openers = {version.ref: functools.partial(self._original, version) for version in versions}
        return contest(openers, dataset, metrics, specification.architecture.outputs)

    def _original(self, version: Version) -> Predictor:
        return open_original(version, registry=self._registry, stores=self._stores)

    def _converted(self, record: ArtifactRecord) -> Predictor:
        stored = self._stores[record.store].open(record.digest)
        return open_files(f"{record.model}@{record.version}", stored, threads=THREADS)

    def _shared_artifacts(
        self, sides: dict[Side, Version]
    ) -> dict[tuple[Side, str], ArtifactRecord]:
        """Return the proved artifacts of targets that both versions have.

        Engines are left out: a comparison holds no slot of the pool `gpu`.
        """
        found: dict[Side, dict[str, ArtifactRecord]] = {
            side: {
                item.name: item
                for item in self._registry.artifacts.list(version.model, version.number)
                if item.verified_at is not None
                and ENGINE not in item.members
                and item.details.get("source_digest") == version.digest
            }
            for side, version in sides.items()
        }
        shared = set(found["candidate"]) & set(found["production"])
        return {(side, name): found[side][name] for side in found for name in sorted(shared)}
