"""Two versions side by side: what was measured, what they were made from, what was proved."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from frontier_assets.errors import InvalidValueError
from frontier_assets.registry.evaluation_records import Evaluation
from frontier_assets.registry.evidence import Evidence
from frontier_assets.stats.comparison import Direction
from frontier_assets.stats.directions import direction_of
from frontier_assets.stats.intervals import Interval
from frontier_assets.stats.paired import paired_difference
from frontier_assets.types import Version

Better = Literal["first", "second", "neither"]


@dataclasses.dataclass(frozen=True, slots=True)
class MetricDifference:
    """One metric of both versions on one data set.

    ``difference`` is second minus first. It and ``better`` are None where the two numbers cannot be
    held against each other; ``remark`` says why. ``direction`` is None for an unknown metric.
    ``interval`` has the difference with its paired 95 % bounds, where both keep the same examples.
    """

    dataset: str
    metric: str
    first: float | None
    second: float | None
    difference: float | None
    direction: Direction | None
    better: Better | None
    remark: str
    interval: Interval | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Difference:
    """One fact in which the versions differ; None on the side that does not have it."""

    name: str
    first: Any
    second: Any


@dataclasses.dataclass(frozen=True, slots=True)
class Comparison:
    """Everything in which two versions differ, by kind, and all their metrics.

    ``parameters``, ``training_data``, ``training_metrics``, ``signature``, ``environment``,
    ``gates`` and ``proofs`` hold differences alone; ``facts`` are size, stage, digest and policy.
    """

    first: Version
    second: Version
    metrics: tuple[MetricDifference, ...]
    gates: tuple[Difference, ...]
    proofs: tuple[Difference, ...]
    parameters: tuple[Difference, ...]
    training_data: tuple[Difference, ...]
    training_metrics: tuple[Difference, ...]
    signature: tuple[Difference, ...]
    environment: tuple[Difference, ...]
    facts: tuple[Difference, ...]


def compare_versions(first: Evidence, second: Evidence) -> Comparison:
    """Compare two versions by the evidence on each.

    Raises:
        InvalidValueError: they belong to two models that were never measured on the same data.
    """
    a, b = first.version, second.version
    if a.model != b.model and not _share_data(first, second):
        raise InvalidValueError(
            "Comparison",
            f"{a.ref} with {b.ref}",
            f"{a.model} and {b.model} were never evaluated on the same data, so nothing can be "
            "held against each other; give two versions of one model",
        )
    return Comparison(
        first=a,
        second=b,
        metrics=tuple(_metrics(first, second)),
        gates=differences(_outcomes(first), _outcomes(second)),
        proofs=differences(_proofs(first), _proofs(second)),
        parameters=differences(a.parameters, b.parameters),
        training_data=differences(a.data_digests, b.data_digests),
        training_metrics=differences(a.metrics, b.metrics),
        signature=differences(a.signature, b.signature),
        environment=differences(a.environment, b.environment),
        facts=differences(_facts(a), _facts(b)),
    )


def differing_facts(evidence: Evidence) -> dict[str, dict[str, Any]]:
    """Return what versions can differ in beside evaluations, by kind and by name."""
    version = evidence.version
    kinds: dict[str, Mapping[str, Any]] = {
        "gates": _outcomes(evidence),
        "proofs": _proofs(evidence),
        "parameters": version.parameters,
        "training_data": version.data_digests,
        "signature": version.signature,
        "environment": version.environment,
        "facts": _facts(version),
    }
    return {kind: dict(_flat("", facts)) for kind, facts in kinds.items()}


def differences(first: Mapping[str, Any], second: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Return what differs between two nested mappings.

    A key inside another is named ``a.b``, a mapping in a list by its ``name`` or its place.
    """
    flat_first, flat_second = dict(_flat("", first)), dict(_flat("", second))
    return tuple(
        Difference(name, flat_first.get(name), flat_second.get(name))
        for name in dict.fromkeys([*flat_first, *flat_second])
        if (name in flat_first) != (name in flat_second)
        or flat_first.get(name) != flat_second.get(name)
    )


def _flat(path: str, values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        name = f"{path}.{key}" if path else str(key)
        inner = _named(value)
        if inner:
            yield from _flat(name, inner)
        else:
            yield name, value


def _named(value: object) -> Mapping[str, Any]:
    """Return the parts of a value that has any, by name."""
    if isinstance(value, Mapping):
        return value
    if isinstance(value, list) and value and all(isinstance(item, Mapping) for item in value):
        return {str(item.get("name") or place): item for place, item in enumerate(value)}
    return {}


def _metrics(first: Evidence, second: Evidence) -> Iterator[MetricDifference]:
    for dataset in sorted({*first.evaluations, *second.evaluations}):
        a, b = first.evaluations.get(dataset), second.evaluations.get(dataset)
        measured = [item.metrics for item in (a, b) if item is not None]
        for name in _ordered(name for metrics in measured for name in metrics):
            yield _metric(dataset, name, a, b)


def _ordered(names: Iterable[str]) -> list[str]:
    return sorted(set(names))


def _metric(
    dataset: str, name: str, a: Evaluation | None, b: Evaluation | None
) -> MetricDifference:
    x = None if a is None else a.metrics.get(name)
    y = None if b is None else b.metrics.get(name)
    direction = direction_of(name)
    remark = _obstacle(a, b)
    if x is None or y is None or remark:
        remark = remark or "only one of the two was measured by it"
        return MetricDifference(dataset, name, x, y, None, direction, None, remark)
    better = _better(x, y, direction)
    interval = paired_difference(b.details, a.details, name) if a and b else None
    return MetricDifference(dataset, name, x, y, y - x, direction, better, "", interval)


def _obstacle(a: Evaluation | None, b: Evaluation | None) -> str:
    if a is None or b is None:
        return f"the {'first' if a is None else 'second'} was not evaluated on it"
    if a.dataset_digest != b.dataset_digest:
        return f"different data: {a.dataset_digest.short} and {b.dataset_digest.short}"
    return ""


def _better(first: float, second: float, direction: Direction | None) -> Better | None:
    if direction is None:
        return None
    if first == second:
        return "neither"
    return "second" if (second > first) == (direction == "higher") else "first"


def _share_data(first: Evidence, second: Evidence) -> bool:
    return any(
        dataset in second.evaluations
        and second.evaluations[dataset].dataset_digest == evaluation.dataset_digest
        for dataset, evaluation in first.evaluations.items()
    )


def _outcomes(evidence: Evidence) -> dict[str, str]:
    return {
        f"{dataset}/{gate}": verdict.outcome.value
        for (dataset, gate), verdict in sorted(evidence.verdicts.items())
    }


def _proofs(evidence: Evidence) -> dict[str, str]:
    return {
        name: "verified" if item.verified_at else (item.outcome or "not proved yet")
        for name, item in sorted(evidence.artifacts.items())
    }


def _facts(version: Version) -> dict[str, Any]:
    return {
        "stage": version.stage.value,
        "size_bytes": version.size_bytes,
        "digest": version.digest,
        "policy_digest": version.policy_digest,
        "checkpoint": version.checkpoint,
    }
