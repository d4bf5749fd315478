"""How far the evaluation of a version has come, data set by data set."""

import enum
from collections.abc import Sequence

from frontier_assets.registry.builds import BuildState
from frontier_assets.registry.evidence import Evidence
from frontier_assets.registry.failures import Failure
from frontier_assets.types import Outcome, Severity


class EvaluationState(enum.StrEnum):
    """``failed`` is that of a critical gate; ``error`` means that nothing could be measured."""

    PENDING = "pending"
    RUNNING = "running"
    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"


def evaluation_states(
    evidence: Evidence, failures: Sequence[Failure]
) -> dict[str, EvaluationState]:
    """Return the state of every data set that the YAML evaluates on; the newest event counts."""
    names = evidence.policy.evaluation.datasets if evidence.policy else sorted(evidence.evaluations)
    return {name: _state(evidence, name, failures) for name in names}


def _state(evidence: Evidence, dataset: str, failures: Sequence[Failure]) -> EvaluationState:
    number = evidence.version.number
    failed = [item for item in failures if (item.version, item.subject) == (number, dataset)]
    found = evidence.evaluations.get(dataset)
    if failed and (found is None or failed[-1].at > found.created_at):
        return EvaluationState.ERROR
    if found is not None:
        stopping = [
            item
            for item in found.verdicts
            if item.severity is Severity.CRITICAL and item.outcome is not Outcome.PASSED
        ]
        return EvaluationState.FAILED if stopping else EvaluationState.PASSED
    building = evidence.build is not None and evidence.build.state is BuildState.RUNNING
    return EvaluationState.RUNNING if building else EvaluationState.PENDING
