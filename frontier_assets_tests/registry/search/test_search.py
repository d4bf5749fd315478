from datetime import datetime

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from frontier_assets.errors import InvalidValueError, ModelNotFoundError, QueryError
from frontier_assets.registry import Registry
from frontier_assets.registry.tables import versions
from frontier_assets_tests.registry.conftest import Samples
from frontier_assets_tests.registry.search.queries import (
    EXPRESSIONS,
    Query,
    numbers_of,
    populate,
    quoted,
)


@pytest.mark.feature("SRC-2")
@pytest.mark.parametrize("seed", [1, 2])
def test_a_search_finds_what_looking_at_every_version_finds(
    registry: Registry, samples: Samples, seed: int
) -> None:
    populate(registry, samples, seed)
    everything = registry.versions.list("m")

    @settings(max_examples=80)
    @given(EXPRESSIONS, st.integers(1, 8), st.integers(0, 30))
    def check(query: Query, limit: int, offset: int) -> None:
        expected = [version for version in everything if query.fits(version)]
        assert registry.versions.list("m", where=query.text) == expected
        page = registry.versions.list("m", where=query.text, limit=limit, offset=offset)
        assert (page, page.total) == (expected[offset : offset + limit], len(expected))

    check()


@pytest.mark.feature("SRC-2")
@pytest.mark.parametrize(
    "value",
    ["' OR 1=1 --", "'; DROP TABLE versions; --", "%", "\\", "?", ":name", "${x}", 'a"b', "名前"],
)
def test_text_of_other_languages_is_only_text(
    registry: Registry, samples: Samples, value: str
) -> None:
    samples.register(registry, tags={value: value, "other": "y"})
    samples.register(registry, tags={"other": "z"})
    name = '"{}"'.format(value.replace('"', '""'))
    assert numbers_of(registry, f"tags.{name} = {quoted(value)}") == ["1.0.0"]
    assert numbers_of(registry, f"tags.other ~ {quoted(value)}") == []
    assert len(registry.versions.list("m")) == 2


@pytest.mark.feature("DB-11", "DB-26")
def test_metrics_are_found_by_the_split_they_were_measured_on(
    registry: Registry, samples: Samples, policy: object
) -> None:
    samples.register(registry, metrics={"accuracy": 0.99})
    samples.evaluate(registry, "1.0.0", metrics={"accuracy": 0.8})
    registry.annotations.log_metrics("m", "1.0.0", {"accuracy": 0.7}, split="test", actor="ann")
    assert numbers_of(registry, "metrics.accuracy = 0.99") == ["1.0.0"]
    assert numbers_of(registry, "metrics.holdout.accuracy = 0.8") == ["1.0.0"]
    assert numbers_of(registry, "metrics.test.accuracy = 0.7") == ["1.0.0"]
    samples.evaluate(registry, "1.0.0", metrics={"f1_macro": 0.6}, verdicts=[])
    assert numbers_of(registry, "metrics.holdout.f1_macro = 0.6") == ["1.0.0"]
    assert numbers_of(registry, "metrics.holdout.accuracy > 0") == []


def test_a_date_is_the_whole_day(registry: Registry, samples: Samples) -> None:
    samples.register(registry)
    moment = datetime.fromisoformat("2026-03-31T18:30:00+00:00")
    with registry._database.write() as connection:
        connection.execute(sa.update(versions).values(created_at=moment))
    true = ["= 2026-03-31", "<= 2026-03-31", ">= 2026-03-31", "> 2026-03-30", "< 2026-04-01"]
    true += ["= 2026-03-31T18:30", "= '2026-03-31T20:30:00+02:00'", "!= 2026-03-31T18:31"]
    false = ["!= 2026-03-31", "> 2026-03-31", "< 2026-03-31", "> 2026-03-31T18:30"]
    assert [text for text in true if not numbers_of(registry, f"created_at {text}")] == []
    assert [text for text in false if numbers_of(registry, f"created_at {text}")] == []


def test_the_framework_is_that_of_the_yaml_of_its_time(
    registry: Registry, samples: Samples
) -> None:
    samples.register(registry)
    registry.policies.record(samples.specification(), actor="ann")
    samples.register(registry)
    assert numbers_of(registry, "framework = 'pytorch'") == ["1.0.1"]
    assert numbers_of(registry, "framework != 'pytorch'") == []
    assert numbers_of(registry, "not framework = 'pytorch'") == ["1.0.0"]


def test_without_a_model_every_model_is_searched(registry: Registry, samples: Samples) -> None:
    registry.models.ensure("other", actor="ann")
    for model, accuracy in (("m", 0.2), ("other", 0.4), ("m", 0.3)):
        samples.register(registry, model=model, metrics={"accuracy": accuracy})
    found = registry.versions.list(None, order_by="-metrics.accuracy", limit=2)
    assert ([item.ref for item in found], found.total) == (["other@1.0.0", "m@1.0.1"], 3)
    assert [item.ref for item in registry.versions.list(None, where="metrics.accuracy < 0.4")] == [
        "m@1.0.0",
        "m@1.0.1",
    ]


def test_a_search_says_what_it_cannot_do(registry: Registry) -> None:
    with pytest.raises(InvalidValueError, match="Offset"):
        registry.versions.list("m", offset=-1)
    with pytest.raises(QueryError, match="column 1"):
        registry.versions.list("m", where="")
    with pytest.raises(ModelNotFoundError):
        registry.versions.list("x", where="sequence = 1")
