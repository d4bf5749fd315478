import pytest

from frontier_assets.errors import (
    InvalidValueError,
    PromotionRefusedError,
    StageConflictError,
    StageTransitionError,
    VersionNotFoundError,
)
from frontier_assets.registry import Registry
from frontier_assets.registry.evidence import Decision, Evidence
from frontier_assets.registry.transitions import Expected
from frontier_assets.types import Stage
from frontier_assets_tests.registry.conftest import Samples

DEVELOPMENT, STAGING = Stage.DEVELOPMENT, Stage.STAGING
PRODUCTION, ARCHIVED = Stage.PRODUCTION, Stage.ARCHIVED
WAY = {
    DEVELOPMENT: [],
    STAGING: [STAGING],
    PRODUCTION: [STAGING, PRODUCTION],
    ARCHIVED: [STAGING, PRODUCTION, ARCHIVED],
}
# The matrix: every other move between two stages is refused.
LEGAL = [
    (DEVELOPMENT, STAGING),
    (STAGING, PRODUCTION),
    (STAGING, DEVELOPMENT),
    (PRODUCTION, ARCHIVED),
    (ARCHIVED, STAGING),
]
OTHER = [(a, b) for a in Stage for b in Stage if a is not b and (a, b) not in LEGAL]
LISTED = {
    DEVELOPMENT: "staging",
    STAGING: "production, development",
    PRODUCTION: "archived",
    ARCHIVED: "staging",
}


def arrange(registry: Registry, samples: Samples, stage: Stage) -> None:
    samples.register(registry)
    for step in WAY[stage]:
        samples.move(registry, "1.0.0", step)


@pytest.mark.feature("VER-15", "VER-16", "PRO-1")
@pytest.mark.parametrize(("source", "target"), LEGAL)
def test_a_version_moves_to_a_neighbouring_stage(
    registry: Registry, samples: Samples, source: Stage, target: Stage
) -> None:
    arrange(registry, samples, source)
    move = samples.move(registry, "1.0.0", target, run_id="run-1", automatic=True)
    assert (move.version, move.source, move.target, move.changed) == (
        "1.0.0",
        source,
        target,
        True,
    )
    assert registry.versions.get("m@1.0.0").stage is target
    assert registry.stages.history("m")[-1] == move
    entry = registry.audit.entries("m")[-1]
    assert (entry.sequence, entry.actor, entry.reason) == (move.sequence, "ann", "because")
    assert (entry.action, entry.run_id) == ("stage_moved", "run-1")
    assert (entry.before["stage"], entry.after["stage"]) == (source, target)


@pytest.mark.feature("VER-15", "VER-16", "PRO-1")
@pytest.mark.parametrize(("source", "target"), OTHER)
def test_every_other_move_is_refused_and_names_the_allowed_ones(
    registry: Registry, samples: Samples, source: Stage, target: Stage
) -> None:
    arrange(registry, samples, source)
    changes = registry.audit.heads()
    with pytest.raises(StageTransitionError) as caught:
        samples.move(registry, "1.0.0", target)
    assert str(caught.value) == (
        f"m@1.0.0 is in {source} and cannot move to {target}; allowed: {LISTED[source]}"
    )
    assert ", ".join(caught.value.allowed) == LISTED[source]
    assert registry.versions.get("m@1.0.0").stage is source
    assert registry.audit.heads() == changes


@pytest.mark.parametrize("stage", list(Stage))
def test_a_version_that_is_there_already_is_left_alone(
    registry: Registry, samples: Samples, stage: Stage
) -> None:
    arrange(registry, samples, stage)
    changes = registry.audit.heads()
    move = samples.move(registry, "1.0.0", stage, decide=samples.refuse)
    assert (move.changed, move.sequence) == (False, changes["m"])
    assert registry.audit.heads() == changes


@pytest.mark.feature("PRO-2")
def test_promotion_archives_the_holder_in_the_same_transaction(
    registry: Registry, samples: Samples
) -> None:
    samples.release(registry, 1)
    samples.register(registry)
    move = samples.promote(registry, "1.0.1")
    assert move.replaced == "1.0.0"
    assert registry.versions.get("m@1.0.0").stage is ARCHIVED
    archived, promoted = registry.stages.history("m")[-2:]
    assert (archived.version, archived.target) == ("1.0.0", ARCHIVED)
    assert (promoted.version, promoted.at) == ("1.0.1", archived.at)
    assert promoted.sequence == archived.sequence + 1
    versions = [entry.version for entry in registry.audit.entries("m")][-2:]
    assert versions == ["1.0.0", "1.0.1"]


@pytest.mark.parametrize("expected", ["1.0.1", "9.9.9", None])
def test_another_holder_than_expected_is_a_conflict_that_carries_the_actual(
    registry: Registry, samples: Samples, expected: Expected
) -> None:
    samples.release(registry, 1)
    samples.register(registry)
    samples.move(registry, "1.0.1", STAGING)
    changes = registry.audit.heads()
    with pytest.raises(StageConflictError) as caught:
        samples.move(registry, "1.0.1", PRODUCTION, expected=expected)
    assert (caught.value.expected, caught.value.actual) == (expected, "1.0.0")
    assert registry.audit.heads() == changes


def test_what_was_replaced_meanwhile_is_a_conflict_before_it_is_anything_else(
    registry: Registry, samples: Samples
) -> None:
    samples.release(registry, 3)
    with pytest.raises(StageConflictError) as caught:
        samples.move(registry, "1.0.1", PRODUCTION, expected="1.0.0")
    assert caught.value.actual == "1.0.2"


def test_an_empty_production_is_a_conflict_for_who_expects_a_holder(
    registry: Registry, samples: Samples
) -> None:
    arrange(registry, samples, STAGING)
    with pytest.raises(StageConflictError, match=r"held by nobody, not by 1\.0\.0") as caught:
        samples.move(registry, "1.0.0", PRODUCTION, expected="1.0.0")
    assert caught.value.actual is None


def test_the_expected_holder_is_replaced(registry: Registry, samples: Samples) -> None:
    arrange(registry, samples, STAGING)
    assert samples.move(registry, "1.0.0", PRODUCTION, expected=None).replaced is None
    samples.register(registry)
    samples.move(registry, "1.0.1", STAGING)
    assert samples.move(registry, "1.0.1", PRODUCTION, expected="1.0.0").replaced == "1.0.0"


def test_an_expectation_has_no_meaning_for_other_stages(
    registry: Registry, samples: Samples
) -> None:
    samples.register(registry)
    with pytest.raises(InvalidValueError, match="Expected holder"):
        samples.move(registry, "1.0.0", STAGING, expected=None)


def test_a_refusal_changes_nothing_and_gives_the_reasons(
    registry: Registry, samples: Samples
) -> None:
    samples.release(registry, 1)
    samples.register(registry)
    samples.move(registry, "1.0.1", STAGING)
    changes = registry.audit.heads()
    with pytest.raises(
        PromotionRefusedError, match="Model m is not approved for production"
    ) as caught:
        samples.move(registry, "1.0.1", PRODUCTION, decide=samples.refuse)
    assert caught.value.reasons == ("accuracy is too low",)
    assert registry.versions.get("m@production").number == "1.0.0"
    assert registry.audit.heads() == changes


def test_the_decision_sees_the_evidence_of_the_transaction(
    registry: Registry, samples: Samples
) -> None:
    samples.release(registry, 1)
    samples.register(registry)
    seen: list[Evidence] = []

    def decide(evidence: Evidence) -> Decision:
        seen.append(evidence)
        return Decision(())

    samples.move(registry, "1.0.1", STAGING, decide=decide)
    assert seen[0].version.number == "1.0.1"
    assert seen[0].holder == registry.versions.get("m@1.0.0")


def test_an_error_in_the_decision_undoes_everything(registry: Registry, samples: Samples) -> None:
    samples.register(registry)

    def decide(_evidence: Evidence) -> Decision:
        raise RuntimeError("boom")

    with pytest.raises(RuntimeError, match="boom"):
        samples.move(registry, "1.0.0", STAGING, decide=decide)
    assert registry.versions.get("m@1.0.0").stage is DEVELOPMENT
    assert samples.move(registry, "1.0.0", STAGING).changed


@pytest.mark.parametrize("text", ["", " \n", "a\x00b", "a\x9b2J", "\udc80"])
def test_a_move_needs_a_reason_and_an_actor_that_can_be_read(
    registry: Registry, samples: Samples, text: str
) -> None:
    samples.register(registry)
    heads = registry.audit.heads()
    with pytest.raises(InvalidValueError, match="Reason"):
        samples.move(registry, "1.0.0", STAGING, reason=text)
    with pytest.raises(InvalidValueError, match="Actor"):
        samples.move(registry, "1.0.0", STAGING, actor=text)
    assert registry.versions.get("m@1.0.0").stage is DEVELOPMENT
    assert registry.audit.heads() == heads


@pytest.mark.parametrize(
    "text", ["r" * 10_240, "'; DROP TABLE models; --", "سبب 原因 👩‍🔬", "a\n\tb"]
)
def test_a_reason_is_kept_as_it_was_given(registry: Registry, samples: Samples, text: str) -> None:
    samples.register(registry)
    assert samples.move(registry, "1.0.0", STAGING, reason=text, actor=text).reason == text
    move = registry.stages.history("m")[-1]
    entry = registry.audit.entries("m")[-1]
    assert (move.reason, move.actor, entry.reason, entry.actor) == (text,) * 4
    assert registry.audit.verify("m") == entry.sequence


@pytest.mark.feature("PRO-2")
def test_a_missing_version_is_named(registry: Registry, samples: Samples) -> None:
    with pytest.raises(VersionNotFoundError, match=r"'9.9.9'"):
        samples.move(registry, "9.9.9", STAGING)
