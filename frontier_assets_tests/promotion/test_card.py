import dataclasses
from typing import Any

import pytest

from frontier_assets.promotion.card import model_card
from frontier_assets.registry.evaluation_records import Evaluation
from frontier_assets.registry.evidence import Evidence
from frontier_assets.registry.moves import StageMove
from frontier_assets.types import Digest, Outcome, Stage
from frontier_assets_tests.predictors.performances import performance
from frontier_assets_tests.promotion.complete import (
    AT,
    artifact,
    changed,
    changed_verdict,
    complete,
    evaluation,
    specification,
    version,
    without,
)

CONFUSION = {"confusion": {"classes": ["cat", "d|g"], "counts": [[7, 0], [2, 9]]}}


def in_stage(evidence: Evidence, stage: Stage) -> Evidence:
    return changed(evidence, version=dataclasses.replace(evidence.version, stage=stage))


def evaluated(evidence: Evidence, **values: Any) -> Evidence:
    """Return the evidence with other facts about the evaluation on holdout."""
    new: Evaluation = dataclasses.replace(evidence.evaluations["holdout"], **values)
    return changed(evidence, evaluations={**evidence.evaluations, "holdout": new})


def section(card: str, title: str) -> str:
    return card.split(f"## {title}\n\n")[1].split("\n\n## ", maxsplit=1)[0]


def test_the_card_begins_with_the_decision(evidence: Evidence) -> None:
    card = model_card(evidence)
    assert card.startswith("# m 1.0.1\n\n## Decision\n\n**Ready for production.** All 9 conditions")
    assert "Against 1.0.0: 2 equal, of 2 metrics." in section(card, "Decision")
    assert "In production: 1.0.0." in section(card, "Decision")


def test_every_missing_condition_stands_with_what_to_do(evidence: Evidence) -> None:
    failed = changed_verdict(evidence, 0, outcome=Outcome.FAILED, observed=0.9)
    decision = section(model_card(without(failed, "artifacts", "onnx")), "Decision")
    assert "**Not ready for production: 2 conditions are missing.**" in decision
    assert "| gate holdout/accuracy_at_least failed: observed 0.9, wanted >= 0.95" in decision
    assert "| conversion onnx was not made yet | `frontier build m@1.0.1` |" in decision
    assert "or change the gate; `frontier show m@1.0.1` |" in decision


def test_one_missing_condition_is_counted_as_one(evidence: Evidence) -> None:
    card = model_card(in_stage(changed(evidence, build=None), Stage.DEVELOPMENT))
    assert "**Not ready for staging: 1 condition is missing.**" in card


def test_a_failed_warning_is_named_and_does_not_stop(evidence: Evidence) -> None:
    card = model_card(changed_verdict(evidence, 2, outcome=Outcome.FAILED))
    assert "**Ready for production.**" in card
    assert "no reason to stop: accuracy_at_least did not pass." in section(card, "Decision")


def test_the_version_in_production_says_so_and_how_to_go_back(evidence: Evidence) -> None:
    move = StageMove(
        version="1.0.1",
        source=Stage.STAGING,
        target=Stage.PRODUCTION,
        replaced="1.0.0",
        changed=True,
        sequence=9,
        actor="bea",
        reason="better on scans",
        run_id=None,
        automatic=False,
        at=AT,
    )
    held = changed(
        in_stage(evidence, Stage.PRODUCTION), holder=version(stage=Stage.PRODUCTION), moves=(move,)
    )
    card = model_card(held)
    assert "**In production.**" in card
    assert "since 2026-03-01 00:00 UTC by bea: better on scans" in card
    assert "| Go back | `frontier rollback m --reason '...'` |" in card
    assert "--to production" not in card


def test_metrics_stand_beside_those_of_production(evidence: Evidence) -> None:
    card = model_card(evaluated(evidence, metrics={"accuracy": 0.98}))
    metrics = section(card, "Metrics")
    assert "### On holdout, 360 examples" in metrics
    assert "| accuracy ↑ | 0.9800 | - | 0.9710 | +0.0090 better |" in metrics
    assert "| accuracy ↑ | 0.9710 | - | 0.9710 | 0.0000 |" in metrics


def test_lower_is_better_where_the_metric_says_so(evidence: Evidence) -> None:
    held = evaluation("holdout")
    baseline = dataclasses.replace(held, metrics={"log_loss": 0.5})
    compared = changed(evidence, baselines={"holdout": baseline})
    metrics = section(model_card(evaluated(compared, metrics={"log_loss": 0.25})), "Metrics")
    assert "| log_loss ↓ (nats) | 0.2500 | - | 0.5000 | -0.2500 better |" in metrics


def test_figures_on_other_data_are_not_compared(evidence: Evidence) -> None:
    other = evaluated(evidence, dataset_digest=Digest("9" * 64))
    holdout = section(model_card(other), "Metrics").split("### On noisy")[0]
    assert "| accuracy ↑ | 0.9710 |" in holdout
    assert "Difference" not in holdout


def test_every_gate_of_the_yaml_is_there_judged_or_not(evidence: Evidence) -> None:
    judged = without(evidence, "verdicts", ("noisy", "accuracy_at_least"))
    gates = section(model_card(judged), "Gates")
    assert "| accuracy_at_least (accuracy on holdout; stops) | >= 0.95 | 0.9710 | passed |" in gates
    assert "| accuracy_versus_production (accuracy on holdout; stops) |" in gates
    assert "| accuracy_at_least (accuracy on noisy; warns) | >= 0.8 | - | not judged yet |" in gates


def test_the_confusion_table_names_its_classes(evidence: Evidence) -> None:
    mistakes = section(model_card(evaluated(evidence, details=CONFUSION)), "Mistakes")
    assert "| true | cat | d/g |" in mistakes
    assert "| **cat** | 7 | · |" in mistakes
    assert "| **d/g** | 2 | 9 |" in mistakes


def test_a_large_confusion_table_is_left_out(evidence: Evidence) -> None:
    many = {"confusion": {"classes": [str(i) for i in range(13)], "counts": [[0] * 13] * 13}}
    assert "## Mistakes" not in model_card(evaluated(evidence, details=many))


def test_an_evaluation_of_an_older_release_has_no_confusion_table(evidence: Evidence) -> None:
    assert "## Mistakes" not in model_card(evaluated(evidence, details=None))


def test_the_card_says_what_it_was_made_from_and_for_whom(evidence: Evidence) -> None:
    policy = specification(
        title="Pets", description="Tells cats from dogs.", owners=["team:pets"], tags={"tier": "1"}
    )
    made = dataclasses.replace(
        evidence.version,
        parameters={"epochs": 5},
        data_digests={"train": "c" * 64},
        environment={"torch": "2.13"},
        metrics={"loss": 0.25},
        checkpoint="run-step-9",
        run_id="run-1",
    )
    card = model_card(changed(evidence, policy=policy, version=made))
    assert card.startswith("# Pets 1.0.1\n\n_Tells cats from dogs._")
    for line in (
        "| Owners | team:pets |",
        "| Tags | tier: 1 |",
        "| Takes | image [batch, 4] |",
        "| Trained on | train `cccccccccccc` |",
        "| Parameters | epochs 5 |",
        "| At the checkpoint | loss 0.2500 |",
        "| Checkpoint | run-step-9 |",
        "| Run | run-1 |",
        "torch 2.13",
    ):
        assert line in card


def test_artifacts_stand_with_size_and_proof(evidence: Evidence) -> None:
    unproved = artifact(name="onnx", size_bytes=2048, outcome=None, outcome_detail="")
    artifacts = section(
        model_card(changed(evidence, artifacts={"onnx": unproved})), "Artifacts and proofs"
    )
    reference = "is the reference | is the reference | pytorch"
    assert f"| original `aaaaaaaaaaaa` | 10 B | {reference} |" in artifacts
    nowhere = "- | **not run** | nowhere, until it is proved"
    assert f"| onnx `bbbbbbbbbbbb` | 2.0 KiB | {nowhere} |" in artifacts
    assert "| onnx_int8 | - | - | not made yet | - |" in artifacts


def test_a_measured_artifact_stands_with_speed_agreement_and_where_it_runs(
    evidence: Evidence,
) -> None:
    measured = artifact(
        performance=performance(1.0, 2.0).as_json(), measures={"top1_agreement": 0.995}
    )
    card = model_card(changed(evidence, artifacts={"onnx": measured}))
    speed = "1.0000 ms for 1, 2.00 times the original's speed (1.9048 to 2.1000); 80 MB of memory"
    proof = "passed, 99.50% of decisions alike: largest difference 1e-06"
    row = f"| onnx `bbbbbbbbbbbb` | 10 B | {speed} | {proof} | onnxruntime 1.20, CPU |"
    assert row in section(card, "Artifacts and proofs")


def test_a_card_of_a_version_without_evidence_says_nothing_that_is_not_known() -> None:
    card = model_card(Evidence(version(), None, {}, {}, {}, None, None, None))
    assert "Nothing is in production." in card
    assert "Not evaluated yet; `frontier build m@1.0.1` evaluates it." in card
    assert "passed" not in card


def test_a_policy_without_gates_is_said_to_protect_nothing() -> None:
    card = model_card(complete(specification(gates=[])))
    assert "The YAML sets no gates" in section(card, "Gates")


def test_a_barred_version_says_why(evidence: Evidence) -> None:
    card = model_card(changed(evidence, barred_reason="rolled back: it fell over"))
    assert "Barred from automatic promotion: rolled back: it fell over." in card


@pytest.mark.parametrize("text", ["ann|bob", "ann\nbob"])
def test_a_bar_or_a_line_break_in_a_text_does_not_break_the_table(
    evidence: Evidence, text: str
) -> None:
    odd = dataclasses.replace(evidence.version, created_by=text)
    card = model_card(dataclasses.replace(evidence, version=odd))
    assert any(
        line.startswith("| Registered |") and line.endswith("bob |") for line in card.splitlines()
    )
