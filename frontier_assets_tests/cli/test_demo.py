from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from frontier_assets.cli.demo.outlook import Outlook, look
from frontier_assets.cli.demo.progress import news
from frontier_assets.cli.demo.summary import summary
from frontier_assets.types import Stage, Version
from frontier_assets_tests.engines import plant_package

if TYPE_CHECKING:
    from frontier_assets_tests.cli.conftest import Records

TRAINING = "0123456789ab-train"


def run_of(job: str, status: str, **values: Any) -> dict[str, Any]:
    return {"jobName": job, "runId": f"{job}-0123456789", "status": status, "tags": {}, **values}


def trained(status: str = "SUCCESS") -> dict[str, Any]:
    return run_of("tiny__train", status, runId=TRAINING)


def build_of(version: Version, status: str) -> dict[str, Any]:
    return run_of("tiny__build", status, tags={"dagster/partition": version.number})


def registered(records: "Records", *, built: bool = True, **changes: Any) -> Version:
    """Register a version that the demo's training made, with all that a build leaves behind."""
    path = records.folder / "weights.bin"
    path.write_text("weights", encoding="utf-8")
    version = records.workspace.versions.register(
        "tiny", files={"weights.bin": path}, run_id=TRAINING
    )
    records.workspace.record_policy(records.specification(**changes))
    if built:
        records.evaluate(version)
        records.workspace.record_policy(records.specification(**changes))
        builds = records.workspace.registry.builds
        run: dict[str, Any] = {"run_id": "build", "actor": "ann"}
        builds.acquire("tiny", version.number, is_over=lambda _run: True, **run)
        builds.complete("tiny", version.number, **run)
    return version


def looked(records: "Records", *runs: dict[str, Any]) -> Outlook:
    return look(records.workspace, Outlook("tiny", TRAINING), runs)


def test_while_a_model_trains_the_demo_waits(records: "Records") -> None:
    assert looked(records, trained("STARTED")) == Outlook("tiny", TRAINING)


def test_a_training_that_failed_is_named_with_its_problem(records: "Records") -> None:
    with (
        pytest.raises(RuntimeError),
        records.workspace.training_runs.recorded("tiny", "0123456789ab"),
    ):
        raise RuntimeError("no memory")
    outlook = looked(records, trained("FAILURE"))
    assert outlook.failed
    assert outlook.end == "Training of tiny failed: RuntimeError: no memory"


def test_a_training_that_never_began_is_named(records: "Records") -> None:
    outlook = looked(records, trained("FAILURE"))
    assert (outlook.end, outlook.failed) == ("Training of tiny ended before it began.", True)


@pytest.mark.parametrize("status", ["QUEUED", "STARTED"])
def test_while_a_version_is_built_the_demo_waits(records: "Records", status: str) -> None:
    version = registered(records, built=False)
    assert looked(records, trained()).end is None
    assert looked(records, trained(), build_of(version, status)).end is None


def test_the_runs_of_another_model_are_not_waited_for(records: "Records") -> None:
    version = registered(records)
    other = run_of("tiny_two__build", "STARTED", tags={"dagster/partition": version.number})
    assert looked(records, trained(), other, build_of(version, "SUCCESS")).end is not None


def test_a_refusal_by_a_gate_is_a_result_and_no_failure(records: "Records") -> None:
    version = registered(records, built=False)
    records.evaluate(version, accuracy=0.5)
    outlook = looked(records, trained(), build_of(version, "FAILURE"))
    assert not outlook.failed
    assert outlook.end is not None
    assert "tiny@1.0.0 was refused: gate holdout/accurate failed: observed 0.5" in outlook.end


def test_a_run_that_broke_fails_the_demo_and_is_named(records: "Records") -> None:
    version = registered(records, built=False)
    outlook = looked(records, trained(), build_of(version, "FAILURE"))
    assert outlook.failed
    assert outlook.end == "Runs failed: tiny__build (tiny__bu)."


def test_between_the_build_and_the_promotion_the_demo_waits(records: "Records") -> None:
    version = registered(records, promotion={"staging": "automatic", "production": "automatic"})
    outlook = looked(records, trained(), build_of(version, "SUCCESS"))
    assert (outlook.version, outlook.end) == (version, None)


def test_a_version_that_people_have_to_promote_is_a_result(records: "Records") -> None:
    version = registered(records, promotion={"staging": "automatic", "production": "manual"})
    records.workspace.stages.promote(version.ref, to=Stage.STAGING, reason="good enough")
    outlook = looked(records, trained(), build_of(version, "SUCCESS"))
    assert not outlook.failed
    assert outlook.end == "tiny@1.0.0 stays in staging: `promotion.production` is `manual`"


def test_a_version_in_production_is_the_end_and_stays_it(records: "Records") -> None:
    version = registered(records)
    for stage in (Stage.STAGING, Stage.PRODUCTION):
        records.workspace.stages.promote(version.ref, to=stage, reason="good enough")
    outlook = looked(records, trained(), build_of(version, "SUCCESS"))
    assert outlook.end == "tiny@1.0.0 is in production, promoted by the sensor."
    assert look(records.workspace, outlook, []) is outlook


def test_the_run_that_moved_a_version_may_end_before_the_demo_does(records: "Records") -> None:
    version = registered(records)
    for stage in (Stage.STAGING, Stage.PRODUCTION):
        records.workspace.stages.promote(version.ref, to=stage, reason="good enough")
    built = build_of(version, "SUCCESS")
    assert looked(records, trained(), built, run_of("tiny__promote", "STARTED")).end is None
    assert looked(records, trained(), built, run_of("tiny__promote", "SUCCESS")).end is not None


def test_in_a_pipe_each_change_of_a_run_is_one_line() -> None:
    printed: dict[str, str] = {}
    asked = {"dagster/sensor_name": "new_versions"}
    runs = [run_of("a__train", "STARTED"), run_of("b__build", "QUEUED", tags=asked)]
    assert list(news(runs, printed)) == [
        "a__train a__train: started",
        "b__build b__build: queued, asked for by sensor new_versions",
    ]
    runs[0]["status"] = "SUCCESS"
    assert list(news(runs, printed)) == ["a__train a__train: success"]


def test_the_summary_has_stage_metrics_gates_and_proofs(records: "Records") -> None:
    version = registered(records)
    records.converted(version, proved=True)
    records.workspace.stages.promote(version.ref, to=Stage.STAGING, reason="good enough")
    console = Console(width=200, record=True)
    console.print(summary(records.workspace, records.workspace.versions.get(version.ref)))
    text = console.export_text()
    for part in (
        "tiny@1.0.0",
        "staging, by ann",
        "accuracy 0.9800",
        "gate accurate on holdout",
        "passed: as measured",
        "parity passed: compared",
    ):
        assert part in text


def test_the_summary_says_why_an_optional_target_was_left_out(
    records: "Records", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    absent = "raise ModuleNotFoundError('absent', name='tensorrt_rtx')"
    plant_package(tmp_path, monkeypatch, "tensorrt_rtx", code=absent)
    conversions = [{"target": "onnx"}, {"target": "tensorrt_rtx_fp16", "required": False}]
    version = registered(records, conversions=conversions)
    console = Console(width=300, record=True)
    console.print(summary(records.workspace, version))
    text = console.export_text()
    assert "left out: tensorrt_rtx cannot be used here: no_package: 'tensorrt_rtx' is not" in text
    assert "not made: the log of the run says why" in text
