import sqlite3
from pathlib import Path
from typing import Any

import pytest

from frontier_assets.errors import (
    InvalidValueError,
    ModelNotFoundError,
    VersionExistsError,
    VersionNotFoundError,
)
from frontier_assets.registry import Registry
from frontier_assets.specification import ModelSpecification
from frontier_assets.types import BuildStatus, ChangeClass, Ref, Selector, Stage
from frontier_assets_tests.registry.conftest import Samples

SIGNATURE = {"inputs": {"image": {"dtype": "float32", "shape": ("batch", 4)}}}


@pytest.mark.feature("VER-1")
def test_the_first_version_is_1_0_0(registry: Registry, samples: Samples) -> None:
    first = samples.register(registry)
    assert (first.number, first.sequence, first.parent) == ("1.0.0", 1, None)
    assert (first.branch, first.stage) == ("main", Stage.DEVELOPMENT)
    assert first.build_status is BuildStatus.TRAINED
    assert first.created_at.utcoffset() is not None


@pytest.mark.feature("VER-21", "DB-12", "DB-13", "DB-14")
def test_everything_known_of_a_version_reads_back(
    registry: Registry, samples: Samples, policy: ModelSpecification
) -> None:
    new = samples.new_version(
        checkpoint="r1-step-1",
        description="widened",
        tags={"team": "vision"},
        parameters={"rate": 0.1},
        metrics={"loss": 0.25},
        signature={"outputs": ["logits"]},
        data_digests={"train": "d" * 64},
        environment={"python": "3.11"},
    )
    version = registry.versions.register(new, change="auto", actor="ann", run_id="run-1")
    assert registry.versions.get("m@1.0.0") == version
    assert (version.checkpoint, version.description) == ("r1-step-1", "widened")
    assert (version.tags, version.parameters) == ({"team": "vision"}, {"rate": 0.1})
    assert (version.metrics, version.environment) == ({"loss": 0.25}, {"python": "3.11"})
    assert (version.policy_digest, version.run_id) == (policy.digest, "run-1")
    assert version.created_by == "ann"


@pytest.mark.feature("VER-2", "VER-4")
@pytest.mark.parametrize(
    ("changed", "number", "change"),
    [
        ({}, "1.0.1", ChangeClass.PATCH),
        ({"digest": "b" * 64}, "1.0.1", ChangeClass.PATCH),
        ({"parameters": {"rate": 0.2}}, "1.1.0", ChangeClass.MINOR),
        ({"data_digests": {"train": "e" * 64}}, "1.1.0", ChangeClass.MINOR),
        ({"signature": {}}, "2.0.0", ChangeClass.MAJOR),
    ],
)
def test_the_change_decides_the_number(
    registry: Registry, samples: Samples, changed: dict[str, Any], number: str, change: ChangeClass
) -> None:
    facts: dict[str, Any] = {"signature": SIGNATURE, "parameters": {"rate": 0.1}}
    samples.register(registry, **facts)
    version = samples.register(registry, **(facts | changed))
    assert (version.number, version.change, version.parent) == (number, change, "1.0.0")
    assert version.change_reason


def test_an_explicit_class_wins_over_the_derived_one(registry: Registry, samples: Samples) -> None:
    samples.register(registry)
    major = registry.versions.register(samples.new_version(), change=ChangeClass.MAJOR, actor="ann")
    assert (major.number, major.change_reason) == ("2.0.0", "a major change was asked for")


def test_an_explicit_number_wins_and_the_next_follows_it(
    registry: Registry, samples: Samples
) -> None:
    assert samples.register(registry, "v3.1.4").number == "3.1.4"
    assert samples.register(registry).number == "3.1.5"


def test_a_lower_explicit_number_does_not_become_the_latest(
    registry: Registry, samples: Samples
) -> None:
    samples.register(registry, "2.0.0")
    hotfix = samples.register(registry, "1.5.0")
    assert hotfix.sequence == 2
    assert registry.versions.get("m").number == "2.0.0"
    assert samples.register(registry).number == "2.0.1"


def test_numbers_are_ordered_as_numbers(registry: Registry, samples: Samples) -> None:
    for number in ("1.9.0", "1.10.0", "1.2.0"):
        samples.register(registry, number)
    assert registry.versions.get("m@latest").number == "1.10.0"
    assert samples.register(registry).number == "1.10.1"


def test_a_used_number_is_refused_and_uses_up_no_sequence(
    registry: Registry, samples: Samples
) -> None:
    samples.register(registry)
    changes = registry.audit.heads()
    with pytest.raises(VersionExistsError, match=r"'1.0.0' of 'm' already exists"):
        samples.register(registry, "1.0.0")
    assert registry.audit.heads() == changes
    assert samples.register(registry).sequence == 2


@pytest.mark.feature("VER-8")
def test_the_sequence_of_a_removed_version_is_not_given_again(
    registry: Registry, samples: Samples, path: Path
) -> None:
    samples.register(registry)
    samples.register(registry)
    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM versions WHERE sequence = 2")
    connection.close()
    assert samples.register(registry).sequence == 3


@pytest.mark.feature("VER-3")
@pytest.mark.parametrize("number", ["1", "7", "1.0", "01.0.0", "1.0.0-x.1", "latest", "1.0.0 "])
def test_a_number_that_is_no_release_is_refused(
    registry: Registry, samples: Samples, number: str
) -> None:
    with pytest.raises(InvalidValueError, match="Version"):
        samples.register(registry, number)
    assert registry.versions.list("m") == []
    assert samples.register(registry).number == "1.0.0"


@pytest.mark.feature("VER-6", "VER-21")
@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"metrics": {"loss": float("nan")}}, "Metric 'loss'"),
        ({"parameters": {"rate": float("inf")}}, "Version parameters"),
        ({"tags": {"a": object()}}, "Tag 'a'"),
        ({"tags": {"a": 1}}, "Tag 'a'"),
        ({"tags": ["a"]}, "Tag"),
        ({"description": 5}, "Version description"),
        ({"digest": "abc"}, "Digest"),
        ({"size_bytes": -1}, "Size"),
    ],
)
def test_a_value_that_cannot_be_kept_is_refused(
    registry: Registry, samples: Samples, values: dict[str, Any], named: str
) -> None:
    with pytest.raises(InvalidValueError, match=named):
        samples.register(registry, **values)
    assert registry.versions.list("m") == []


def test_registering_for_an_unknown_model_is_refused(registry: Registry, samples: Samples) -> None:
    with pytest.raises(ModelNotFoundError, match="'x'"):
        samples.register(registry, model="x")


def test_every_kind_of_ref_finds_its_version(registry: Registry, samples: Samples) -> None:
    samples.register(registry, digest="a" * 64)
    samples.register(registry, digest="b" * 64)
    third = samples.register(registry, digest="c" * 64)
    samples.promote(registry, "1.0.0")
    samples.move(registry, "1.0.1", Stage.STAGING)
    refs = {
        "m": "1.0.2",
        "m@latest": "1.0.2",
        "m@main": "1.0.2",
        "m@1.0.1": "1.0.1",
        "m@v1.0.1": "1.0.1",
        "m@2": "1.0.1",
        "m@production": "1.0.0",
        "m@staging": "1.0.1",
        "m@digest:cccc": "1.0.2",
    }
    assert {ref: registry.versions.get(ref).number for ref in refs} == refs
    assert registry.versions.get(Ref("m", Selector.SEQUENCE, "3")) == third


def test_a_digest_registered_twice_means_the_newest(registry: Registry, samples: Samples) -> None:
    samples.register(registry)
    samples.register(registry)
    assert registry.versions.get(f"m@digest:{'a' * 64}").number == "1.0.1"


def test_a_digest_prefix_of_several_versions_is_refused(
    registry: Registry, samples: Samples
) -> None:
    samples.register(registry, digest="aaaa" + "b" * 60)
    samples.register(registry, digest="aaaa" + "c" * 60)
    with pytest.raises(InvalidValueError, match=r"'aaaa'.*1.0.1.*1.0.0"):
        registry.versions.get("m@digest:aaaa")


@pytest.mark.parametrize(
    ("ref", "typed"),
    [
        ("m", "latest"),
        ("m@production", "production"),
        ("m@staging", "staging"),
        ("m@999", "999"),
        ("m@v9.9.9", "v9.9.9"),
        ("m@experimental", "experimental"),
        ("m@digest:ffff", "digest:ffff"),
    ],
)
def test_a_missing_version_is_named_as_it_was_typed(
    registry: Registry, ref: str, typed: str
) -> None:
    with pytest.raises(VersionNotFoundError, match=f"^Model 'm' version '{typed}' not found$"):
        registry.versions.get(ref)


def test_versions_are_listed_in_the_order_of_registration(
    registry: Registry, samples: Samples
) -> None:
    for number in ("2.0.0", "1.0.0", "3.0.0"):
        samples.register(registry, number)
    assert [item.number for item in registry.versions.list("m")] == ["2.0.0", "1.0.0", "3.0.0"]
    with pytest.raises(ModelNotFoundError):
        registry.versions.list("x")


def test_a_run_that_registers_a_checkpoint_again_gets_the_version_it_became(
    registry: Registry, samples: Samples
) -> None:
    new = samples.new_version(checkpoint="r1-step-1")
    first = registry.versions.register(new, actor="ann", run_id="run-1")
    recorded = registry.audit.entries("m")
    again = samples.new_version(checkpoint="r1-step-1", digest="b" * 64)
    assert registry.versions.register(again, actor="ann", run_id="run-1") == first
    assert registry.audit.entries("m") == recorded
    others = [("run-1", "r1-step-2"), ("run-2", "r1-step-1"), (None, "r1-step-1"), ("run-1", None)]
    for run_id, checkpoint in others:
        other = samples.new_version(checkpoint=checkpoint)
        registry.versions.register(other, actor="ann", run_id=run_id)
    assert len(registry.versions.list("m")) == 5


def test_the_newest_version_of_some_runs_is_found(registry: Registry, samples: Samples) -> None:
    for run_id in ("run-1", "run-2", None):
        registry.versions.register(samples.new_version(), actor="ann", run_id=run_id)
    found = registry.versions.of_run("m", ["run-1", "run-2"])
    assert found is not None
    assert (found.run_id, found.number) == ("run-2", "1.0.1")
    assert registry.versions.of_run("m", ["run-3"]) is None


@pytest.mark.feature("VER-5")
def test_the_history_of_changes_is_on_record(registry: Registry, samples: Samples) -> None:
    samples.register(registry, parameters={"rate": 0.1})
    samples.register(registry, parameters={"rate": 0.2})
    first, second = registry.versions.list("m")
    assert (first.parent, first.change) == (None, ChangeClass.MAJOR)
    assert (second.parent, second.change) == ("1.0.0", ChangeClass.MINOR)
    assert second.change_reason == "hyperparameters differ in rate (0.1 -> 0.2)"
    assert first.created_at < second.created_at
    entry = registry.audit.entries("m")[-1]
    assert (entry.version, entry.at) == ("1.1.0", second.created_at)
    assert entry.after["parent"] == "1.0.0"
    assert entry.after["change_reason"] == second.change_reason
    with pytest.raises(ModelNotFoundError, match=r"^Model 'x' not found in registry$"):
        registry.versions.list("x")


def test_the_environment_alone_makes_a_patch_and_is_told(
    registry: Registry, samples: Samples
) -> None:
    samples.register(registry, environment={"python": "3.11", "torch": "2.12"})
    version = samples.register(registry, environment={"python": "3.11", "torch": "2.13"})
    assert (version.number, version.change_reason) == (
        "1.0.1",
        "a retrain of the same recipe; the environment differs in torch ('2.12' -> '2.13')",
    )


@pytest.mark.feature("VER-7")
def test_a_parent_can_be_named_and_the_number_follows_the_latest(
    registry: Registry, samples: Samples
) -> None:
    for rate in (1, 2):
        samples.register(registry, parameters={"rate": rate})
    new = samples.new_version(parameters={"rate": 1})
    version = registry.versions.register(new, parent=Ref.parse("m@1.0.0"), actor="ann")
    assert (version.parent, version.number, version.change) == ("1.0.0", "1.1.1", ChangeClass.PATCH)


def test_a_parent_that_is_not_there_is_refused(registry: Registry, samples: Samples) -> None:
    with pytest.raises(VersionNotFoundError, match=r"Model 'm' version '1\.0\.0' not found"):
        registry.versions.register(
            samples.new_version(), number="1.0.0", parent=Ref.parse("m@1.0.0"), actor="ann"
        )
    assert registry.versions.list("m") == []
