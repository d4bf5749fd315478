"""Evidence on a version that has everything it needs, to take away from."""

import dataclasses
from datetime import UTC, datetime
from typing import Any

from frontier_assets.registry.artifacts import ArtifactRecord
from frontier_assets.registry.builds import Build, BuildState
from frontier_assets.registry.evaluation_records import Evaluation
from frontier_assets.registry.evidence import Evidence
from frontier_assets.specification import Gate, ModelSpecification
from frontier_assets.types import BuildStatus, ChangeClass, Digest, Outcome, Stage, Verdict, Version
from frontier_assets_tests.verdicts import verdict_on

AT = datetime(2026, 3, 1, tzinfo=UTC)
SOURCE = Digest("a" * 64)


def specification(**values: object) -> ModelSpecification:
    facts: dict[str, Any] = {
        "name": "m",
        "task": "classification",
        "architecture": {
            "entrypoint": "a.b:build",
            "inputs": {"image": ["batch", 4]},
            "outputs": "logits",
        },
        "datasets": [{"name": name, "entrypoint": "a.b:data"} for name in ("holdout", "noisy")],
        "evaluation": {"datasets": ["holdout", "noisy"], "metrics": ["accuracy"]},
        "gates": [
            {"dataset": "holdout", "metric": "accuracy", "threshold": 0.95},
            {"dataset": "holdout", "metric": "accuracy", "versus": "production"},
            {
                "dataset": "noisy",
                "metric": "accuracy",
                "threshold": 0.8,
                "severity": "warning",
            },
        ],
        "conversions": [{"target": "onnx"}, {"target": "onnx_int8", "required": False}],
        "promotion": {"staging": "automatic", "production": "automatic"},
    }
    return ModelSpecification.model_validate({**facts, **values})


def verdict(gate: Gate, **values: object) -> Verdict:
    return verdict_on(gate, **{"observed": 0.971, "detail": "no baseline", **values})


def version(number: str = "1.0.1", sequence: int = 2, stage: Stage = Stage.STAGING) -> Version:
    return Version(
        id=sequence,
        model="m",
        number=number,
        sequence=sequence,
        branch="main",
        parent=None,
        change=ChangeClass.PATCH,
        change_reason="a retrain of the same recipe",
        build_status=BuildStatus.TRAINED,
        stage=stage,
        digest=SOURCE,
        store="default",
        size_bytes=10,
        stored_bytes=10,
        checkpoint=None,
        policy_digest=None,
        description="",
        tags={},
        parameters={},
        metrics={},
        signature={},
        data_digests={},
        environment={},
        run_id=None,
        created_by="ann",
        created_at=AT,
    )


def evaluation(dataset: str, verdicts: tuple[Verdict, ...] = ()) -> Evaluation:
    return Evaluation(
        id=1,
        model="m",
        version="1.0.1",
        version_digest=SOURCE,
        dataset=dataset,
        dataset_digest=Digest("d" * 64),
        rows=360,
        metrics={"accuracy": 0.971},
        verdicts=verdicts,
        policy_digest=Digest("e" * 64),
        run_id=None,
        created_by="ann",
        created_at=AT,
    )


def artifact(**values: object) -> ArtifactRecord:
    facts: dict[str, Any] = {
        "id": 1,
        "model": "m",
        "version": "1.0.1",
        "name": "onnx",
        "digest": Digest("b" * 64),
        "store": "default",
        "size_bytes": 10,
        "stored_bytes": 10,
        "members": ("model.onnx",),
        "details": {"source_digest": SOURCE},
        "outcome": Outcome.PASSED,
        "outcome_detail": "largest difference 1e-06",
        "measures": {},
        "verified_at": AT,
        "created_at": AT,
    }
    facts.update(values)
    return ArtifactRecord(**facts)


def complete(policy: ModelSpecification | None = None) -> Evidence:
    policy = policy or specification()
    return Evidence(
        version=version(),
        policy=policy,
        verdicts={(gate.dataset, gate.name): verdict(gate) for gate in policy.gates},
        evaluations={name: evaluation(name) for name in policy.evaluation.datasets},
        artifacts={"onnx": artifact()},
        build=Build("run-1", BuildState.COMPLETED, AT, AT),
        holder=version("1.0.0", 1, Stage.PRODUCTION),
        barred_reason=None,
        baselines={name: evaluation(name) for name in policy.evaluation.datasets},
    )


def changed(evidence: Evidence, **values: object) -> Evidence:
    facts: dict[str, Any] = dict(values)
    return dataclasses.replace(evidence, **facts)


def without(evidence: Evidence, field: str, key: object) -> Evidence:
    kept = {name: item for name, item in getattr(evidence, field).items() if name != key}
    return changed(evidence, **{field: kept})


def changed_verdict(evidence: Evidence, index: int, **values: object) -> Evidence:
    verdicts = dict(evidence.verdicts)
    key = list(verdicts)[index]
    facts: dict[str, Any] = dict(values)
    verdicts[key] = dataclasses.replace(verdicts[key], **facts)
    return changed(evidence, verdicts=verdicts)
