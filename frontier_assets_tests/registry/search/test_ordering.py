import operator
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from frontier_assets.registry import Registry
from frontier_assets.registry.tables import versions
from frontier_assets.types import Version, VersionNumber
from frontier_assets_tests.registry.conftest import Samples
from frontier_assets_tests.registry.search.queries import kind, numbers_of, populate, reader

KEYS: dict[str, Callable[[Version], Any]] = {
    "metrics.accuracy": reader("metrics", "accuracy"),
    "parameters.accuracy": lambda v: (
        found if kind(found := v.parameters.get("accuracy")) == "number" else None
    ),
    "number": lambda v: VersionNumber.parse(v.number),
    "created_at": operator.attrgetter("created_at"),
    "size_bytes": operator.attrgetter("size_bytes"),
}
TERMS = st.lists(
    st.tuples(st.sampled_from(sorted(KEYS)), st.booleans()),
    min_size=1,
    max_size=3,
    unique_by=lambda term: term[0],
)


def ordered(items: list[Version], terms: list[tuple[str, bool]]) -> list[Version]:
    # Stable sorts, the last key first; what is absent goes to the end either way.
    items = sorted(items, key=lambda v: v.id, reverse=terms[0][1])
    for name, descending in reversed(terms):
        absent = [v for v in items if KEYS[name](v) is None]
        has = [v for v in items if KEYS[name](v) is not None]
        items = sorted(has, key=KEYS[name], reverse=descending) + absent
    return items


@pytest.mark.parametrize("seed", [3])
def test_an_order_is_that_of_sorting_every_version(
    registry: Registry, samples: Samples, seed: int
) -> None:
    populate(registry, samples, seed)
    everything = registry.versions.list("m")

    @settings(max_examples=40)
    @given(TERMS, st.none() | st.integers(1, 8), st.integers(0, 30))
    def check(terms: list[tuple[str, bool]], limit: int | None, offset: int) -> None:
        text = ",".join(f"{'-' if down else ''}{name}" for name, down in terms)
        options: dict[str, Any] = {"order_by": text, "limit": limit, "offset": offset}
        page = registry.versions.list("m", where="number >= 1.0.0", **options)
        end = None if limit is None else offset + limit
        assert page == ordered([*everything], terms)[offset:end]
        assert page.total == len(everything)

    check()


def test_a_pre_release_stands_before_its_release(registry: Registry, samples: Samples) -> None:
    numbers = ["1.0.0", "1.1.0-wider.2", "1.1.0-wider.10", "1.1.0", "1.2.0"]
    for place, number in enumerate(numbers):
        samples.register(registry, f"9.0.{place}")
        with registry._database.write() as connection:
            parsed = VersionNumber.parse(number)
            columns = {"major": parsed.major, "minor": parsed.minor, "patch": parsed.patch}
            connection.execute(
                sa.update(versions)
                .where(versions.c.number == f"9.0.{place}")
                .values(number=number, branch=parsed.branch or "main", **columns)
            )
    assert numbers_of(registry, "number < 1.1.0", order_by="number") == numbers[:3]
    assert numbers_of(registry, "number > 1.1.0-wider.9") == numbers[2:]
    assert numbers_of(registry, "number = v1.1.0-wider.2") == ["1.1.0-wider.2"]
    assert numbers_of(registry, "sequence > 0", order_by="-number") == numbers[::-1]


def test_an_order_by_a_metric_shows_those_that_lack_it_last_wherever_they_fit(
    registry: Registry, samples: Samples
) -> None:
    samples.register(registry, metrics={"accuracy": 0.9})
    samples.register(registry, metrics={"accuracy": 0.1}, tags={"team": "vision"})
    samples.register(registry, tags={"team": "vision"})
    found = {
        where: numbers_of(registry, where, order_by="-metrics.accuracy")
        for where in (
            "metrics.accuracy > 0.05",
            "metrics.accuracy > 0.05 and tags.team = 'vision'",
            "metrics.accuracy > 0.5 or metrics.accuracy < 0.2",
            "metrics.accuracy > 0.5 or tags.team = 'vision'",
            "not metrics.accuracy > 0.5",
        )
    }
    assert list(found.values()) == [
        ["1.0.0", "1.0.1"],
        ["1.0.1"],
        ["1.0.0", "1.0.1"],
        ["1.0.0", "1.0.1", "1.0.2"],
        ["1.0.1", "1.0.2"],
    ]
