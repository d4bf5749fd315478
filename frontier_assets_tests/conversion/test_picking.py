"""Which artifact a service should run: the fastest that is proved, and no other."""

from datetime import UTC, datetime
from typing import Any

import pytest

from frontier_assets.conversion.picking import pick
from frontier_assets.errors import ArtifactNotFoundError, InvalidValueError
from frontier_assets.registry.artifacts import ArtifactRecord
from frontier_assets.specification import Gate
from frontier_assets.types import Outcome, Severity
from frontier_assets_tests.predictors.performances import performance
from frontier_assets_tests.promotion.complete import artifact, version
from frontier_assets_tests.verdicts import verdict_on

GATE = Gate.model_validate({"target": "onnx", "metric": "size_mb", "threshold": 1})


def made(name: str, milliseconds: float | None, **values: Any) -> ArtifactRecord:
    """Return a proved artifact whose original takes 2 ms on every machine."""
    found = None if milliseconds is None else performance(milliseconds).as_json()
    return artifact(name=name, performance=found, **values)


def unproved(name: str, milliseconds: float, outcome: Outcome | None, why: str) -> ArtifactRecord:
    return made(name, milliseconds, outcome=outcome, verified_at=None, outcome_detail=why)


def test_the_fastest_that_is_proved_is_picked() -> None:
    records = [made("onnx", 1.0), made("openvino", 0.5), made("onnx_fp16", 1.5)]
    found = pick(version(), records)
    assert (found.target, found.runtime) == ("openvino", "openvino")
    assert found.reason == "4.00 times as fast as the original (3.81 to 4.20)"
    assert found.passed_over == {
        "onnx": "2.00 times as fast as the original (1.90 to 2.10), slower",
        "onnx_fp16": "1.33 times as fast as the original (1.27 to 1.40), slower",
    }


def test_a_runtime_narrows_the_choice() -> None:
    records = [made("onnx", 1.0), made("openvino", 0.5), made("onnx_int8", 0.8)]
    found = pick(version(), records, "onnxruntime")
    assert (found.target, found.runtime) == ("onnx_int8", "onnxruntime")
    assert found.passed_over["openvino"] == "runs in openvino"


@pytest.mark.parametrize(
    ("outcome", "why", "said"),
    [
        (Outcome.NOT_RUN, "no_driver: nothing was found", "its proof not run: no_driver: nothing"),
        (Outcome.FAILED, "80 % agree", "its proof failed: 80 % agree"),
        (None, "", "its proof not run: nobody proved it"),
    ],
)
def test_what_is_not_proved_is_never_picked_however_fast(
    outcome: Outcome | None, why: str, said: str
) -> None:
    fast = unproved("tensorrt_rtx_fp16", 0.01, outcome, why)
    found = pick(version(), [fast, made("onnx", 5.0)])
    assert found.target == "onnx"
    assert said in found.passed_over["tensorrt_rtx_fp16"]
    with pytest.raises(ArtifactNotFoundError, match=r"'proved for any runtime'.*its proof") as none:
        pick(version(), [fast])
    assert "`frontier build m@1.0.1`" in str(none.value)


def test_a_passed_outcome_whose_verification_was_taken_away_is_not_picked() -> None:
    with pytest.raises(ArtifactNotFoundError):
        pick(version(), [made("onnx", 1.0, verified_at=None)])


def test_an_artifact_of_other_bytes_is_not_picked() -> None:
    with pytest.raises(ArtifactNotFoundError, match="made from other bytes"):
        pick(version(), [made("onnx", 1.0, details={"source_digest": "9" * 64})])


def test_a_failed_critical_gate_on_its_target_bars_an_artifact_and_a_warning_does_not() -> None:
    warning = GATE.model_copy(update={"target": "openvino", "severity": Severity.WARNING})
    failed, warned = (
        verdict_on(gate, outcome=Outcome.FAILED, detail="too large") for gate in (GATE, warning)
    )
    records = [made("onnx", 0.1, verdicts=(failed,)), made("openvino", 1.0, verdicts=(warned,))]
    found = pick(version(), records, gates=[GATE, warning])
    assert found.target == "openvino"
    assert found.passed_over["onnx"] == "gate size_mb_at_most: too large"
    # A gate that the YAML has no longer bars nobody.
    assert pick(version(), records, gates=[warning]).target == "onnx"


def test_a_critical_gate_that_was_not_judged_as_it_is_now_bars_an_artifact() -> None:
    records = [made("onnx", 0.1, verdicts=(verdict_on(GATE),)), made("openvino", 1.0)]
    assert pick(version(), records, gates=[GATE]).target == "onnx"
    tighter = GATE.model_copy(update={"threshold": 0.5})
    found = pick(version(), records, gates=[tighter])
    assert found.target == "openvino"
    assert found.passed_over["onnx"] == "gate size_mb_at_most was not judged as it is now"
    warning = GATE.model_copy(update={"threshold": 0.5, "severity": Severity.WARNING})
    assert pick(version(), records, gates=[warning]).target == "onnx"


def test_an_artifact_that_nothing_here_runs_is_passed_over() -> None:
    found = pick(version(), [made("coreml", 0.1), made("onnx", 1.0)], "onnxruntime")
    assert found.passed_over == {"coreml": "nothing here runs it"}


def test_of_those_that_noise_does_not_tell_apart_the_nearest_to_the_original_is_picked() -> None:
    records = [
        made("onnx_int8", 1.0, measures={"row_error": 0.02}),
        made("onnx", 1.02, measures={"row_error": 1e-7}),
    ]
    found = pick(version(), records)
    assert found.target == "onnx"
    assert found.passed_over["onnx_int8"].endswith("as fast within noise")


def test_one_that_was_never_measured_comes_last() -> None:
    at = datetime(2025, 1, 1, tzinfo=UTC)
    records = [made("onnx", None, verified_at=at), made("openvino", 9.0)]
    assert pick(version(), records).target == "openvino"
    alone = pick(version(), records[:1])
    assert (alone.target, alone.reason) == ("onnx", "proved, its speed was not measured")


def test_a_runtime_that_nothing_is_converted_for_is_refused_with_the_known() -> None:
    with pytest.raises(
        InvalidValueError, match=r"Runtime 'coreml'.*onnxruntime, openvino, pytorch"
    ):
        pick(version(), [made("onnx", 1.0)], "coreml")
