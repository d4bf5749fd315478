"""The performance of a proved artifact on record: measured once a machine, judged every time."""

from frontier_assets.conversion.performance import is_current, judge, measure, runtime_for
from frontier_assets.conversion.work import Work
from frontier_assets.predictors.performance import Performance
from frontier_assets.predictors.serving import open_original
from frontier_assets.registry.artifacts import ArtifactRecord
from frontier_assets.registry.database import Registry
from frontier_assets.storage.stores import ArtifactStores
from frontier_assets.types import Version


class Measuring:
    """Measures artifacts of registered versions."""

    def __init__(self, registry: Registry, stores: ArtifactStores, *, actor: str) -> None:
        self._registry = registry
        self._stores = stores
        self._actor = actor

    def measured(
        self, version: Version, record: ArtifactRecord, work: Work, *, run_id: str | None
    ) -> ArtifactRecord:
        """Return the record with its performance on this machine, judged by the present gates.

        What was measured on such a machine, of these bytes and by the same release, stands.
        """
        runtime = runtime_for(work.target)
        known = None if record.performance is None else Performance.of(record.performance)
        if known is not None and is_current(known, runtime, work.batch_sizes):
            current = known
        else:
            current = measure(
                self._stores[record.store].open(record.digest),
                open_original(version, registry=self._registry, stores=self._stores),
                work.dataset,
                runtime=runtime,
                batch_sizes=work.batch_sizes,
            )
        verdicts = tuple(judge(work.gates, current))
        if (current, verdicts) == (known, record.verdicts):
            return record
        return self._registry.artifacts.measure(
            record.id,
            performance=current.as_json(),
            verdicts=verdicts,
            actor=self._actor,
            run_id=run_id,
        )
