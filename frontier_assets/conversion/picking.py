"""The choice among a version's converted artifacts: the fastest that is proved and may run."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence

from frontier_assets.conversion.targets import TARGETS
from frontier_assets.errors import ArtifactNotFoundError, InvalidValueError
from frontier_assets.predictors.engines.probe import FLAVOURS
from frontier_assets.predictors.formats import RUNTIMES, runtime_of
from frontier_assets.predictors.performance import Performance
from frontier_assets.registry.artifacts import ArtifactRecord
from frontier_assets.specification import Gate
from frontier_assets.stats.intervals import Interval
from frontier_assets.types import Outcome, Severity, Version


@dataclasses.dataclass(frozen=True, slots=True)
class Pick:
    """The artifact that was chosen, why, and by name why each other one was not."""

    record: ArtifactRecord
    runtime: str
    reason: str
    passed_over: Mapping[str, str]

    @property
    def target(self) -> str:
        """The conversion target that it is of."""
        return self.record.name


def pick(
    version: Version,
    records: Sequence[ArtifactRecord],
    runtime: str | None = None,
    *,
    gates: Sequence[Gate] = (),
) -> Pick:
    """Choose the fastest of ``records`` that passed its proof and runs in ``runtime``, if given.

    It has to have passed the critical ones of ``gates`` on its target, as they are now.

    Speeds are those of the first batch size relative to the original's, which every artifact took
    turns with; so figures of several machines compare. Of those that the noise does not tell from
    the fastest, the one nearest to the original is chosen. One that was not measured comes last.

    Raises:
        InvalidValueError: nothing is converted to run in such a runtime.
        ArtifactNotFoundError: no artifact may be used; it says why each may not.
    """
    known = sorted({*FLAVOURS, *(item.name for item in RUNTIMES.values())})
    if runtime is not None and runtime not in known:
        raise InvalidValueError("Runtime", runtime, f"expected one of {', '.join(known)}")
    refused = {
        item.name: "; ".join([*_problems(version, item, runtime), *_gated(item, gates)])
        for item in records
    }
    able = [item for item in records if not refused[item.name]]
    if not able:
        reasons = ". ".join(f"{name}: {why}" for name, why in refused.items())
        raise ArtifactNotFoundError(
            f"proved for {runtime or 'any runtime'}",
            version.ref,
            f"{reasons or 'nothing was converted'}. `frontier build {version.ref}` converts "
            "and proves what the YAML names",
        )
    fastest = max(able, key=lambda item: _speed(item).estimate)
    tied = [item for item in able if _speed(item).upper >= _speed(fastest).lower]
    chosen = min(tied, key=lambda item: (item.measures.get("row_error", 0.0), item.name))
    others = {
        item.name: f"{_shown(item)}, {'as fast within noise' if item in tied else 'slower'}"
        for item in able
        if item is not chosen
    }
    passed_over = others | {name: why for name, why in refused.items() if why}
    return Pick(chosen, _runtime(chosen), _shown(chosen), passed_over)


def _problems(version: Version, record: ArtifactRecord, runtime: str | None) -> Iterator[str]:
    if record.name not in TARGETS:
        yield "nothing here runs it"
        return
    if record.details.get("source_digest") != version.digest:
        yield "made from other bytes than this version's"
    if record.outcome is not Outcome.PASSED or record.verified_at is None:
        outcome = (record.outcome or Outcome.NOT_RUN).value.replace("_", " ")
        yield f"its proof {outcome}: {record.outcome_detail or 'nobody proved it'}"
    if runtime is not None and _runtime(record) != runtime:
        yield f"runs in {_runtime(record)}"


def _gated(record: ArtifactRecord, gates: Sequence[Gate]) -> Iterator[str]:
    verdicts = {verdict.gate_digest: verdict for verdict in record.verdicts}
    for gate in gates:
        if gate.target != record.name or gate.severity is not Severity.CRITICAL:
            continue
        verdict = verdicts.get(gate.digest)
        if verdict is None:
            yield f"gate {gate.name} was not judged as it is now"
        elif verdict.outcome is not Outcome.PASSED:
            yield f"gate {gate.name}: {verdict.detail}"


def _runtime(record: ArtifactRecord) -> str:
    target = TARGETS[record.name]
    return target.flavour or runtime_of(target.format).name


def _speed(record: ArtifactRecord) -> Interval:
    """Return how many times as fast as the original it is; 0 where nobody knows."""
    performance = Performance.of(record.performance) if record.performance else None
    if performance is None or not performance.own:
        return Interval(0.0, 0.0, 0.0)
    return performance.speedups[0]


def _shown(record: ArtifactRecord) -> str:
    speed = _speed(record)
    if not speed.estimate:
        return "proved, its speed was not measured"
    return (
        f"{speed.estimate:.2f} times as fast as the original "
        f"({speed.lower:.2f} to {speed.upper:.2f})"
    )
