"""Several versions side by side: every number they were measured by, and what else differs."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence

from frontier_assets.checkpoints.comparison import differing_facts
from frontier_assets.checkpoints.measures import Measured, Row, measured_row
from frontier_assets.registry.evidence import Evidence
from frontier_assets.types import Version


@dataclasses.dataclass(frozen=True, slots=True)
class Fact:
    """One fact in which the versions are not all alike; None where one does not have it."""

    name: str
    values: tuple[object, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Overview:
    """Versions in the order in which they were given, and so are all values.

    ``metrics`` has every metric of each split (an empty one: registered with the version);
    ``facts`` by kind what differs, as in a `Comparison` of two.
    """

    versions: tuple[Version, ...]
    metrics: tuple[Row, ...]
    facts: Mapping[str, tuple[Fact, ...]]


def overview(evidence: Sequence[Evidence], measured: Sequence[Measured]) -> Overview:
    """Return the versions that ``evidence`` is on, with what was ``measured`` of each."""
    flat = [differing_facts(item) for item in evidence]
    return Overview(
        versions=tuple(item.version for item in evidence),
        metrics=tuple(_rows(measured)),
        facts={kind: tuple(_differing([facts[kind] for facts in flat])) for kind in flat[0]},
    )


def _rows(measured: Sequence[Measured]) -> Iterator[Row]:
    names = {
        (split, name)
        for item in measured
        for split, values in item.metrics.items()
        for name in values
    }
    for split, name in sorted(names):
        yield measured_row(split, name, measured)


def _differing(facts: Sequence[Mapping[str, object]]) -> Iterator[Fact]:
    for name in dict.fromkeys(name for item in facts for name in item):
        values = tuple(item.get(name) for item in facts)
        is_everywhere = all(name in item for item in facts)
        if not is_everywhere or any(value != values[0] for value in values):
            yield Fact(name, values)
