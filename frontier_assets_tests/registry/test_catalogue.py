from typing import Any

import pytest

from frontier_assets.errors import InvalidValueError, QueryError
from frontier_assets.registry import Registry
from frontier_assets.types import Stage
from frontier_assets_tests.registry.conftest import Samples

YAML: dict[str, dict[str, Any]] = {
    "churn": {"framework": "custom", "owners": ["team:risk-ml", "ann@x.org"]},
    "fraud": {"framework": "custom", "owners": ["team:risk-ml"], "tags": {"project": "fraud-v1"}},
    "m": {"owners": ["team:vision"], "tags": {"project": "demo"}},
}


@pytest.fixture
def models(registry: Registry, samples: Samples) -> Registry:
    for name, values in YAML.items():
        registry.models.ensure(name, actor="ann")
        registry.policies.record(samples.specification(name=name, **values), actor="ann")
        samples.register(registry, model=name, metrics={"accuracy": len(name) / 10})
    samples.register(registry)
    samples.promote(registry, "1.0.0")
    samples.move(registry, "1.0.1", Stage.STAGING)
    registry.models.ensure("empty", actor="ann")
    return registry


def names(registry: Registry, **conditions: Any) -> list[str]:
    return [item.model for item in registry.catalogue.list(**conditions)]


@pytest.mark.feature("SRC-1")
def test_a_model_is_listed_with_what_is_known_of_it(models: Registry) -> None:
    churn, empty, _, m = models.catalogue.list()
    assert (churn.owners, churn.tags) == (("team:risk-ml", "ann@x.org"), {})
    assert (m.framework, m.versions, m.latest) == ("pytorch", 2, "1.0.1")
    assert (m.staging, m.production) == (("1.0.1",), "1.0.0")
    assert (empty.framework, empty.versions, empty.latest, empty.production) == (
        None,
        0,
        None,
        None,
    )


@pytest.mark.feature("SRC-1", "DB-10")
@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ({"framework": "custom"}, ["churn", "fraud"]),
        ({"team": "risk-ml"}, ["churn", "fraud"]),
        ({"team": "team:vision"}, ["m"]),
        ({"team": "risk"}, []),
        ({"tags": {"project": "fraud-v1"}}, ["fraud"]),
        ({"stage": "production"}, ["m"]),
        ({"stage": Stage.DEVELOPMENT}, ["churn", "fraud"]),
        ({"where": "metrics.accuracy >= 0.5"}, ["churn", "fraud"]),
        ({"where": "number > 1.0.0"}, ["m"]),
        ({"where": "framework = 'custom'", "tags": {"project": "fraud-v1"}}, ["fraud"]),
        ({"framework": "' OR 1=1 --"}, []),
    ],
)
def test_models_are_found_by_what_is_known_of_them(
    models: Registry, conditions: dict[str, Any], expected: list[str]
) -> None:
    assert names(models, **conditions) == expected


@pytest.mark.feature("SRC-1")
def test_pages_have_the_total(models: Registry) -> None:
    pages = [models.catalogue.list(page=page, limit=3) for page in (1, 2, 3)]
    assert [[item.model for item in page] for page in pages] == [
        ["churn", "empty", "fraud"],
        ["m"],
        [],
    ]
    assert [(page.total, page.offset, page.limit) for page in pages] == [
        (4, 0, 3),
        (4, 3, 3),
        (4, 6, 3),
    ]


@pytest.mark.feature("SRC-1")
@pytest.mark.parametrize(
    "wrong", [{"page": 0}, {"page": -1}, {"limit": 0}, {"limit": 10_001}, {"stage": "limbo"}]
)
def test_what_is_out_of_range_is_refused(models: Registry, wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidValueError):
        models.catalogue.list(**wrong)


def test_an_expression_that_cannot_be_read_is_refused(models: Registry) -> None:
    with pytest.raises(QueryError, match="where: column 1"):
        models.catalogue.list(where="owner = 'ann'")


@pytest.mark.feature("VER-11")
def test_every_model_is_there_with_the_numbers_of_its_versions(
    models: Registry, registry: Registry
) -> None:
    assert models.catalogue.numbers() == {
        "churn": ["1.0.0"],
        "empty": [],
        "fraud": ["1.0.0"],
        "m": ["1.0.0", "1.0.1"],
    }


@pytest.mark.feature("VER-11")
def test_an_empty_registry_has_no_models(empty_registry: Any) -> None:
    with Registry.open(f"sqlite:///{empty_registry}") as registry:
        assert registry.catalogue.numbers() == {}
        assert registry.catalogue.list() == []
