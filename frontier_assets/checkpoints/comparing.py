"""Versions held against each other: two or more side by side, the best, and the best by several."""

from collections.abc import Sequence
from typing import overload

from frontier_assets.checkpoints.annotating import Annotated
from frontier_assets.checkpoints.comparison import Comparison, compare_versions
from frontier_assets.checkpoints.measures import (
    Champion,
    Measured,
    ParetoView,
    champion,
    pareto,
)
from frontier_assets.checkpoints.overview import Overview, overview
from frontier_assets.checkpoints.weight_changes import WeightChange, weight_changes
from frontier_assets.registry.database import Registry
from frontier_assets.registry.evidence import Evidence
from frontier_assets.storage.stores import ArtifactStores
from frontier_assets.types import Ref


class Compared(Annotated):
    """Comparisons of versions by what is on record of them."""

    def __init__(self, registry: Registry, stores: ArtifactStores, *, actor: str) -> None:
        super().__init__(registry, actor=actor)
        self._stores = stores

    @overload
    def compare(self, first: str | Ref, second: str | Ref, /) -> Comparison: ...
    @overload
    def compare(
        self, first: str | Ref, second: str | Ref, third: str | Ref, /, *others: str | Ref
    ) -> Overview: ...
    def compare(
        self, first: str | Ref, second: str | Ref, *others: str | Ref
    ) -> Comparison | Overview:
        """Return all metrics of versions side by side, and what else differs between them.

        Raises:
            InvalidValueError: two belong to models that were never measured on the same data.
        """
        evidence = [self._evidence(ref) for ref in (first, second, *others)]
        if not others:
            return compare_versions(*evidence)
        return overview(evidence, [self._measured(item) for item in evidence])

    def champion(self, refs: Sequence[str | Ref], metric: str) -> Champion:
        """Return the best of versions by ``NAME`` or ``SPLIT.NAME``, such as ``holdout.accuracy``.

        ``:lower`` or ``:higher`` after it says which way is better where nobody knows. A version
        that was not measured by it is reported and cannot win.

        Raises:
            InvalidValueError: nobody was measured by it, or the numbers cannot be compared.
        """
        return champion(metric, [self._measured(self._evidence(ref)) for ref in refs])

    def pareto(self, refs: Sequence[str | Ref], metrics: Sequence[str]) -> ParetoView:
        """Return which versions no other beats by all ``metrics`` at once, written as above.

        Raises:
            InvalidValueError: there are fewer than two metrics, or one cannot be compared.
        """
        return pareto(metrics, [self._measured(self._evidence(ref)) for ref in refs])

    def weight_changes(self, first: str | Ref, second: str | Ref) -> Sequence[WeightChange]:
        """Return how far each tensor moved; what has the same bytes in both is not read."""
        a, b = (
            self._stores[version.store].open(version.digest)
            for version in map(self._registry.versions.get, (first, second))
        )
        return weight_changes(a, b)

    def _evidence(self, ref: str | Ref) -> Evidence:
        version = self._registry.versions.get(ref)
        return self._registry.stages.evidence(version.model, version.number)

    def _measured(self, evidence: Evidence) -> Measured:
        version = evidence.version
        data = {name: item.dataset_digest for name, item in evidence.evaluations.items()}
        return Measured(version.ref, self.metrics(version.ref), data)
