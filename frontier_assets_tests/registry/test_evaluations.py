import hashlib
import json
from typing import Any

import pytest

from frontier_assets.errors import InvalidValueError, VersionNotFoundError
from frontier_assets.registry import Registry
from frontier_assets.specification import ModelSpecification
from frontier_assets.types import Outcome
from frontier_assets_tests.registry.conftest import Samples


@pytest.fixture(autouse=True)
def version(registry: Registry, samples: Samples, policy: ModelSpecification) -> None:
    samples.register(registry)


def test_an_evaluation_reads_back_with_its_verdicts(
    registry: Registry, samples: Samples, policy: ModelSpecification
) -> None:
    recorded = samples.evaluate(registry, "1.0.0", run_id="run-1")
    assert registry.evaluations.latest("m", "1.0.0", "holdout") == recorded
    assert recorded.verdicts == tuple(samples.verdict(gate) for gate in policy.gates)
    assert (recorded.version_digest, recorded.policy_digest) == ("a" * 64, policy.digest)
    assert (recorded.rows, recorded.metrics) == (100, {"accuracy": 0.97})


def test_the_audit_entry_has_every_outcome(registry: Registry, samples: Samples) -> None:
    samples.evaluate(registry, "1.0.0")
    entry = registry.audit.entries("m")[-1]
    assert (entry.action, entry.version) == ("evaluation_recorded", "1.0.0")
    assert entry.after["verdicts"] == {
        "accuracy_at_least": "passed",
        "accuracy_versus_production": "passed",
    }


def test_the_audit_entry_binds_the_details_by_their_digest(
    registry: Registry, samples: Samples
) -> None:
    details = {"confusion": {"counts": [[7, 1], [0, 9]]}, "classes": ["cat", "dog"]}
    recorded = samples.evaluate(registry, "1.0.0", details=details)
    after = registry.audit.entries("m")[-1].after
    text = json.dumps(recorded.details, sort_keys=True, separators=(",", ":"))
    assert after["details_digest"] == hashlib.sha256(text.encode()).hexdigest()
    assert "details" not in after
    assert registry.audit.verify("m") == registry.audit.heads()["m"]


def test_the_newest_evaluation_of_a_data_set_counts(registry: Registry, samples: Samples) -> None:
    samples.evaluate(registry, "1.0.0")
    other = samples.evaluate(registry, "1.0.0", dataset="noisy", verdicts=[])
    new = samples.evaluate(registry, "1.0.0", dataset_digest="e" * 64)
    assert registry.evaluations.list("m", "1.0.0") == [new, other]
    assert registry.evaluations.latest("m", "1.0.0", "unknown") is None


def test_missing_figures_stay_missing(
    registry: Registry, samples: Samples, policy: ModelSpecification
) -> None:
    verdict = samples.verdict(
        policy.gates[0], outcome=Outcome.NOT_RUN, observed=None, threshold=None
    )
    recorded = samples.evaluate(registry, "1.0.0", verdicts=[verdict])
    assert recorded.verdicts == (verdict,)


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"metrics": {"accuracy": float("nan")}}, "Metric 'accuracy'"),
        ({"rows": -1}, "Rows"),
        ({"dataset": "noisy"}, "Verdict of gate"),
        ({"policy_digest": "9" * 64}, "Policy digest"),
        ({"dataset_digest": "short"}, "Digest"),
    ],
)
def test_a_bad_evaluation_is_refused_whole(
    registry: Registry, samples: Samples, values: dict[str, Any], named: str
) -> None:
    before = registry.audit.heads()
    with pytest.raises(InvalidValueError, match=named):
        samples.evaluate(registry, "1.0.0", **values)
    assert registry.evaluations.list("m", "1.0.0") == []
    assert registry.audit.heads() == before


def test_two_verdicts_of_one_gate_are_refused(
    registry: Registry, samples: Samples, policy: ModelSpecification
) -> None:
    verdict = samples.verdict(policy.gates[0])
    with pytest.raises(InvalidValueError, match="one per gate"):
        samples.evaluate(registry, "1.0.0", verdicts=[verdict, verdict])


def test_an_observation_has_to_be_finite(
    registry: Registry, samples: Samples, policy: ModelSpecification
) -> None:
    verdict = samples.verdict(policy.gates[0], observed=float("inf"))
    with pytest.raises(InvalidValueError, match="observed"):
        samples.evaluate(registry, "1.0.0", verdicts=[verdict])


def test_an_unknown_version_is_named(registry: Registry, samples: Samples) -> None:
    with pytest.raises(VersionNotFoundError, match=r"'9.9.9'"):
        samples.evaluate(registry, "9.9.9")


def test_a_data_set_over_the_versions_has_the_newest_evaluation_of_each(
    registry: Registry, samples: Samples
) -> None:
    samples.register(registry)
    samples.register(registry)  # never evaluated
    samples.evaluate(registry, "1.0.1")
    samples.evaluate(registry, "1.0.0")
    samples.evaluate(registry, "1.0.0", dataset="noisy", verdicts=[])
    newest = samples.evaluate(registry, "1.0.0")
    found = registry.evaluations.over_versions("m", "holdout")
    assert [item.version for item in found] == ["1.0.0", "1.0.1"]
    assert found[0] == newest
    assert registry.evaluations.over_versions("m", "unknown") == []


def test_of_many_versions_the_last_ones_are_returned(registry: Registry, samples: Samples) -> None:
    for _ in range(3):
        samples.register(registry)
    for number in ("1.0.0", "1.0.1", "1.0.2"):
        samples.evaluate(registry, number)
    found = registry.evaluations.over_versions("m", "holdout", limit=2)
    assert [item.version for item in found] == ["1.0.1", "1.0.2"]
