from typing import Any

import pytest

from frontier_assets.errors import (
    ArtifactNotFoundError,
    InvalidValueError,
    VersionNotFoundError,
)
from frontier_assets.registry import Registry
from frontier_assets.registry.artifacts import ArtifactRecord
from frontier_assets.types import Outcome
from frontier_assets_tests.registry.conftest import Samples
from frontier_assets_tests.stored import stored


@pytest.fixture(autouse=True)
def version(registry: Registry, samples: Samples) -> None:
    samples.register(registry)


def add(registry: Registry, **values: object) -> ArtifactRecord:
    facts: dict[str, Any] = {
        "name": "onnx",
        "members": ["model.onnx"],
        "details": {"source_digest": "a" * 64},
        "actor": "ann",
    }
    facts.update(values)
    facts["stored"] = stored(facts.pop("digest", "b" * 64))
    return registry.artifacts.add("m", "1.0.0", **facts)


def prove(registry: Registry, record: ArtifactRecord, outcome: Outcome) -> ArtifactRecord:
    measures = {"max_abs": 1e-6}
    return registry.artifacts.prove(
        record.id, outcome=outcome, detail="compared", measures=measures, actor="ann"
    )


def test_an_artifact_is_unverified_until_it_is_proved(registry: Registry) -> None:
    record = add(registry)
    assert (record.outcome, record.verified_at) == (None, None)
    proved = prove(registry, record, Outcome.PASSED)
    assert proved.verified_at is not None
    assert (proved.outcome, proved.outcome_detail) == (Outcome.PASSED, "compared")
    assert registry.artifacts.get("m", "1.0.0", "onnx") == proved
    actions = [entry.action for entry in registry.audit.entries("m")][-2:]
    assert actions == ["artifact_stored", "artifact_proved"]


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.NOT_RUN])
def test_only_a_passed_proof_verifies(registry: Registry, outcome: Outcome) -> None:
    record = prove(registry, add(registry), outcome)
    assert (record.outcome, record.verified_at) == (outcome, None)


def test_a_later_failed_proof_takes_the_verification_away(registry: Registry) -> None:
    record = add(registry)
    prove(registry, record, Outcome.PASSED)
    assert prove(registry, record, Outcome.FAILED).verified_at is None
    assert registry.audit.entries("m")[-1].before["outcome"] == "passed"


def test_the_newest_of_a_name_counts(registry: Registry) -> None:
    prove(registry, add(registry), Outcome.PASSED)
    newer = add(registry, digest="c" * 64)
    other = add(registry, name="card")
    assert registry.artifacts.get("m", "1.0.0", "onnx") == newer
    assert registry.artifacts.list("m", "1.0.0") == [other, newer]


def test_a_missing_artifact_is_named(registry: Registry) -> None:
    with pytest.raises(ArtifactNotFoundError, match=r"'onnx'.*m@1.0.0.*frontier build"):
        registry.artifacts.get("m", "1.0.0", "onnx")
    with pytest.raises(VersionNotFoundError):
        registry.artifacts.get("m", "9.9.9", "onnx")


def test_a_proof_of_nothing_is_refused(registry: Registry) -> None:
    with pytest.raises(ArtifactNotFoundError, match="'77'"):
        registry.artifacts.prove(77, outcome=Outcome.PASSED, detail="", measures={}, actor="ann")


def test_measures_have_to_be_finite(registry: Registry) -> None:
    record = add(registry)
    with pytest.raises(InvalidValueError, match="Proof measures"):
        registry.artifacts.prove(
            record.id,
            outcome=Outcome.PASSED,
            detail="",
            measures={"max_abs": float("nan")},
            actor="ann",
        )
    assert registry.artifacts.get("m", "1.0.0", "onnx") == record
