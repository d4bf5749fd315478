import math
from typing import Any

import pytest

from frontier_assets.errors import InvalidValueError, VersionNotFoundError
from frontier_assets.registry import Registry
from frontier_assets.registry.labels import LABEL_LENGTH
from frontier_assets.specification import ModelSpecification
from frontier_assets_tests.registry.conftest import Samples


@pytest.fixture(autouse=True)
def version(registry: Registry, samples: Samples) -> None:
    samples.register(registry, tags={"team": "vision"}, metrics={"loss": 0.5})


def _name(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text[:50])


def found(registry: Registry, where: str) -> bool:
    return bool(registry.versions.list("m", where=where))


@pytest.mark.feature("DB-7")
def test_tags_are_set_and_taken_away_with_before_and_after_in_the_trail(
    registry: Registry,
) -> None:
    tagged = registry.annotations.tag("m", "1.0.0", {"site": "north"}, remove=["team"], actor="bob")
    assert tagged.tags == {"site": "north"}
    assert registry.versions.get("m") == tagged
    assert (found(registry, "tags.site = 'north'"), found(registry, "tags.team ~ 'v'")) == (
        True,
        False,
    )
    entry = registry.audit.entries("m")[-1]
    assert (entry.action, entry.version, entry.actor) == ("version_tagged", "1.0.0", "bob")
    assert (entry.before, entry.after) == (
        {"tags": {"team": "vision"}},
        {"tags": {"site": "north"}},
    )


@pytest.mark.feature("DB-7")
def test_a_list_of_tags_is_read_up_to_the_first_colon(registry: Registry, samples: Samples) -> None:
    assert registry.annotations.tag("m", "1.0.0", ["a:b:c", "d:"], actor="ann").tags == {
        "team": "vision",
        "a": "b:c",
        "d": "",
    }
    with pytest.raises(ValueError, match="'nocolon' is not valid: expected name:value"):
        registry.annotations.tag("m", "1.0.0", ["x:y", "nocolon"], actor="ann")


@pytest.mark.parametrize(
    ("tags", "problem"),
    [
        ({"": "x"}, "Tag name ''"),
        ({" ": "x"}, "Tag name ' '"),
        ({"x" * (LABEL_LENGTH + 1): "x"}, "Tag name"),
        ({"a\x00b": "x"}, "Tag name"),
        ({"a\nb": "x"}, "Tag name"),
        ({"\ud800": "x"}, "Tag name"),
        ({1: "x"}, "Tag name 1"),
        ({"a": 1}, "Tag 'a' 1 is not valid: expected a text"),
        ({"a": "\x00"}, "Tag 'a'"),
        ({"a": "\ud800"}, "Tag 'a'"),
        (["a:b", "a:c"], "Tags 'a' is not valid: expected each name once"),
    ],
)
def test_a_tag_that_cannot_be_found_again_is_refused_and_changes_nothing(
    registry: Registry, samples: Samples, tags: Any, problem: str
) -> None:
    heads = registry.audit.heads()
    with pytest.raises(InvalidValueError, match=problem):
        registry.annotations.tag("m", "1.0.0", tags, actor="ann")
    with pytest.raises(InvalidValueError, match=problem):
        samples.register(registry, tags=tags)
    assert registry.audit.heads() == heads


@pytest.mark.parametrize(
    "text",
    [
        "x" * 10_000,
        'it\'s "quoted"',
        "名前 é 😀",
        "two\nlines",
        "\x1b[31mred",
        "'; DROP TABLE versions",
    ],
)
def test_any_other_text_is_kept_and_found_as_it_is(registry: Registry, text: str) -> None:
    registry.annotations.tag("m", "1.0.0", {_name(text): text}, actor="ann")
    name = '"{}"'.format(_name(text).replace('"', '""'))
    quoted = "'{}'".format(text.replace("'", "''"))
    assert registry.versions.get("m").tags.get(_name(text)) == text
    assert found(registry, f"tags.{name} = {quoted}")
    assert not found(registry, f"tags.{name} = {quoted[:-1]}y'")


def test_the_same_again_is_no_change(registry: Registry) -> None:
    heads = registry.audit.heads()
    registry.annotations.tag("m", "1.0.0", {"team": "vision"}, actor="ann")
    registry.annotations.describe("m", "1.0.0", "", actor="ann")
    assert registry.audit.heads() == heads


def test_removing_what_is_not_there_is_refused(registry: Registry) -> None:
    with pytest.raises(
        InvalidValueError, match=r"Tag to remove 'site' is not valid: m@1\.0\.0 has"
    ):
        registry.annotations.tag("m", "1.0.0", {"a": "b"}, remove=["site"], actor="ann")
    assert registry.versions.get("m").tags == {"team": "vision"}


@pytest.mark.feature("DB-8")
def test_a_description_is_replaced_and_the_old_one_stays_in_the_trail(registry: Registry) -> None:
    registry.annotations.describe("m", "1.0.0", "wider", actor="ann")
    assert registry.annotations.describe("m", "1.0.0", "wider still", actor="ann").description == (
        "wider still"
    )
    entry = registry.audit.entries("m")[-1]
    assert (entry.before, entry.after) == (
        {"description": "wider"},
        {"description": "wider still"},
    )
    with pytest.raises(InvalidValueError, match="Version description"):
        registry.annotations.describe("m", "1.0.0", "\x00", actor="ann")


@pytest.mark.feature("DB-26")
def test_a_metric_appended_later_is_visible_and_older_values_are_kept(registry: Registry) -> None:
    registry.annotations.log_metrics("m", "1.0.0", {"loss": 0.4, "f1": 0.9}, actor="bob")
    registry.annotations.log_metrics("m", "1.0.0", {"loss": 0.3}, actor="bob")
    assert registry.versions.get("m").metrics == {"f1": 0.9, "loss": 0.3}
    history = registry.annotations.metric_history("m", "1.0.0")
    assert [(item.name, item.value, item.recorded_by) for item in history] == [
        ("loss", 0.5, "ann"),
        ("f1", 0.9, "bob"),
        ("loss", 0.4, "bob"),
        ("loss", 0.3, "bob"),
    ]
    assert [item.superseded_at is None for item in history] == [False, True, False, True]
    assert (found(registry, "metrics.loss = 0.3"), found(registry, "metrics.loss > 0.3")) == (
        True,
        False,
    )
    entry = registry.audit.entries("m")[-1]
    assert (entry.action, entry.before) == ("metrics_logged", {"metrics": {"loss": 0.4}})
    assert entry.after == {"split": "", "metrics": {"loss": 0.3}}


@pytest.mark.feature("DB-11")
def test_splits_are_kept_apart(
    registry: Registry, samples: Samples, policy: ModelSpecification
) -> None:
    for split, value in (("training", 0.99), ("validation", 0.95), ("test", 0.9)):
        registry.annotations.log_metrics("m", "1.0.0", {"f1": value}, split=split, actor="ann")
    samples.evaluate(registry, "1.0.0")
    assert registry.annotations.metrics("m", "1.0.0") == {
        "": {"loss": 0.5},
        "holdout": {"accuracy": 0.97},
        "test": {"f1": 0.9},
        "training": {"f1": 0.99},
        "validation": {"f1": 0.95},
    }
    assert registry.versions.get("m").metrics == {"loss": 0.5}


@pytest.mark.feature("DB-11", "DB-26")
@pytest.mark.parametrize(
    ("metrics", "split"),
    [
        ({"f1": math.nan}, ""),
        ({"f1": math.inf}, "test"),
        ({"f1": "0.9"}, ""),
        ({"": 0.9}, ""),
        ({"f" * (LABEL_LENGTH + 1): 0.9}, ""),
        ({"a\x00": 0.9}, ""),
        ({"f1": 0.9}, "no/split"),
        ({}, ""),
    ],
)
def test_what_is_no_metric_is_refused_and_changes_nothing(
    registry: Registry, metrics: Any, split: str
) -> None:
    heads = registry.audit.heads()
    with pytest.raises(InvalidValueError):
        registry.annotations.log_metrics("m", "1.0.0", metrics, split=split, actor="ann")
    assert registry.audit.heads() == heads
    assert registry.annotations.metrics("m", "1.0.0") == {"": {"loss": 0.5}}


def test_an_unknown_version_is_refused(registry: Registry) -> None:
    annotations = registry.annotations
    for change in (
        lambda: annotations.tag("m", "9.0.0", {"a": "b"}, actor="ann"),
        lambda: annotations.describe("m", "9.0.0", "x", actor="ann"),
        lambda: annotations.log_metrics("m", "9.0.0", {"f1": 1.0}, actor="ann"),
        lambda: annotations.metric_history("m", "9.0.0"),
    ):
        with pytest.raises(VersionNotFoundError):
            change()


def test_parameters_that_no_database_indexes_are_kept_but_not_found(
    registry: Registry, samples: Samples
) -> None:
    odd = {"nul": "a\x00b", "huge": 10**400, "half": "\ud800", "n" * 300: 1, "none": None, "lr": 1}
    version = samples.register(registry, parameters=odd)
    assert registry.versions.get(version.ref).parameters == odd
    assert found(registry, "parameters.lr = 1")
    assert not found(registry, "parameters.nul ~ 'a' or parameters.huge > 0")
