"""What could not be done to a version, and the success rate of conversions."""

import pytest

from frontier_assets.errors import VersionNotFoundError
from frontier_assets.registry import Registry
from frontier_assets.registry.artifacts import ArtifactRecord
from frontier_assets.specification import Gate
from frontier_assets.types import Digest, Outcome
from frontier_assets_tests.registry.conftest import Samples
from frontier_assets_tests.stored import stored
from frontier_assets_tests.verdicts import verdict_on


@pytest.fixture(autouse=True)
def version(registry: Registry, samples: Samples) -> None:
    samples.register(registry)


def fail(registry: Registry, message: str = "no operator") -> None:
    registry.failures.record(
        "m", "1.0.0", kind="conversion", subject="onnx", message=message, actor="ann"
    )


def convert(registry: Registry, name: str, outcome: Outcome) -> ArtifactRecord:
    record = registry.artifacts.add(
        "m",
        "1.0.0",
        name=name,
        stored=stored("b" * 64),
        members=["model.onnx"],
        details={"source_digest": "a" * 64},
        actor="ann",
    )
    return registry.artifacts.prove(record.id, outcome=outcome, detail="", measures={}, actor="ann")


@pytest.mark.feature("CNV-10")
def test_three_conversions_and_a_failure_are_a_rate_of_three_quarters(registry: Registry) -> None:
    for name in ("onnx", "onnx_fp16", "openvino"):
        convert(registry, name, Outcome.PASSED)
    fail(registry)
    assert registry.failures.conversion_success_rate("m") == 0.75
    convert(registry, "onnx_int8", Outcome.FAILED)
    assert registry.failures.conversion_success_rate("m") == 0.6


@pytest.mark.feature("CNV-10")
def test_without_a_conversion_there_is_no_rate(registry: Registry) -> None:
    assert registry.failures.conversion_success_rate("m") is None
    convert(registry, "tensorrt_rtx_fp16", Outcome.NOT_RUN)
    assert registry.failures.conversion_success_rate("m") is None
    fail(registry)
    assert registry.failures.conversion_success_rate("m") == 0


def test_failures_are_kept_with_their_messages_in_order(registry: Registry) -> None:
    fail(registry, "first")
    fail(registry, "second")
    found = registry.failures.list("m", "conversion")
    assert [(item.version, item.subject, item.message) for item in found] == [
        ("1.0.0", "onnx", "first"),
        ("1.0.0", "onnx", "second"),
    ]
    assert registry.failures.list("m", "evaluation") == []


def test_a_failure_of_no_version_is_refused(registry: Registry) -> None:
    with pytest.raises(VersionNotFoundError):
        registry.failures.record(
            "m", "9.9.9", kind="evaluation", subject="holdout", message="-", actor="ann"
        )


def test_a_measured_artifact_keeps_its_figures_and_its_gates_become_evidence(
    registry: Registry,
) -> None:
    digest = registry.stages.evidence("m", "1.0.0").version.digest
    record = registry.artifacts.add(
        "m",
        "1.0.0",
        name="onnx",
        stored=stored("c" * 64),
        members=["model.onnx"],
        details={"source_digest": digest},
        actor="ann",
    )
    assert (record.performance, record.verdicts) == (None, ())
    gate = Gate.model_validate({"target": "onnx", "metric": "size_mb", "threshold": 1})
    verdict = verdict_on(gate, dataset="onnx", observed=2.0, outcome=Outcome.FAILED)
    measured = registry.artifacts.measure(
        record.id, performance={"size_bytes": 2_000_000}, verdicts=[verdict], actor="ann"
    )
    assert measured.performance == {"size_bytes": 2_000_000}
    assert measured.verdicts == (verdict,)
    assert registry.artifacts.get("m", "1.0.0", "onnx") == measured
    evidence = registry.stages.evidence("m", "1.0.0")
    assert evidence.verdicts["onnx", gate.name] == verdict
    entry = registry.audit.entries("m")[-1]
    assert (entry.action, entry.after["digest"]) == ("artifact_measured", Digest("c" * 64))
