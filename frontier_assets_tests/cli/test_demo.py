from typing import TYPE_CHECKING

from frontier_assets.cli.demo import _verdict

if TYPE_CHECKING:
    from frontier_assets_tests.cli.conftest import Records

BROKEN = [{"jobName": "tiny__build", "runId": "0123456789", "status": "FAILURE"}]


def test_a_refusal_by_a_gate_is_a_result_and_no_failure(records: "Records") -> None:
    version = records.version()
    records.evaluate(version, accuracy=0.5)
    outlook = _verdict(records.workspace, version, BROKEN)
    assert not outlook.failed
    assert outlook.end is not None
    assert "tiny@1.0.0 was refused: gate holdout/accurate failed: observed 0.5" in outlook.end


def test_a_run_that_broke_fails_the_demo_and_is_named(records: "Records") -> None:
    version = records.version()
    records.workspace.record_policy(records.specification())
    outlook = _verdict(records.workspace, version, BROKEN)
    assert outlook.failed
    assert outlook.end == "Runs failed: tiny__build (01234567)."


def test_while_nothing_broke_the_demo_waits(records: "Records") -> None:
    version = records.version()
    records.workspace.record_policy(records.specification())
    assert _verdict(records.workspace, version, []).end is None
