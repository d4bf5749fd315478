from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from blake3 import blake3

from frontier_assets.errors import (
    IntegrityError,
    InvalidValueError,
    ModelNotFoundError,
    PolicyNotFoundError,
)
from frontier_assets.registry import Registry
from frontier_assets.registry.tables import models, policies
from frontier_assets.specification import ModelSpecification
from frontier_assets_tests.registry.conftest import Samples


def test_a_recorded_policy_is_current_and_reads_back_equal(
    registry: Registry, samples: Samples
) -> None:
    specification = samples.specification()
    digest = registry.policies.record(specification, actor="ann")
    assert digest == specification.digest
    assert registry.policies.current("m") == specification
    assert registry.policies.get(digest).digest == digest
    assert registry.models.get("m").policy_digest == digest


def test_there_is_no_policy_at_first(registry: Registry) -> None:
    assert registry.policies.current("m") is None


def test_recording_the_current_policy_again_leaves_no_trace(
    registry: Registry, policy: ModelSpecification
) -> None:
    before = registry.audit.entries("m")
    registry.policies.record(policy, actor="bob")
    assert registry.audit.entries("m") == before


def test_going_back_to_an_older_policy_is_recorded(
    registry: Registry, samples: Samples, policy: ModelSpecification
) -> None:
    newer = samples.specification(title="Newer")
    registry.policies.record(newer, actor="ann")
    registry.policies.record(policy, actor="ann")
    assert registry.policies.current("m") == policy
    assert registry.policies.get(newer.digest) == newer
    last = registry.audit.entries("m")[-1]
    assert last.action == "policy_recorded"
    assert (last.before, last.after) == (
        {"policy_digest": newer.digest},
        {"policy_digest": policy.digest},
    )


def test_an_unknown_digest_is_named(registry: Registry) -> None:
    with pytest.raises(PolicyNotFoundError, match="'abc'"):
        registry.policies.get("abc")


def test_a_policy_of_an_unknown_model_is_refused(registry: Registry, samples: Samples) -> None:
    with pytest.raises(ModelNotFoundError):
        registry.policies.record(samples.specification(name="other"), actor="ann")


def test_a_policy_edited_in_the_database_is_refused(
    registry: Registry, policy: ModelSpecification
) -> None:
    with registry._database.write() as connection:
        connection.execute(
            sa.text("UPDATE policies SET document = replace(document, '0.9', '0.1')")
        )
    with pytest.raises(IntegrityError, match=policy.digest):
        registry.policies.current("m")


def test_a_policy_in_words_of_another_release_is_one_clear_error(registry: Registry) -> None:
    document = '{"gates":[],"name":"m","novelty":1}'
    digest = blake3(document.encode()).hexdigest()
    with registry._database.write() as connection:
        owner = connection.scalar(sa.select(models.c.id))
        values = {"model_id": owner, "digest": digest, "document": document}
        values |= {"recorded_at": datetime.now(UTC), "recorded_by": "ann"}
        connection.execute(sa.insert(policies).values(values))
    with pytest.raises(InvalidValueError, match="this release does not read it") as refused:
        registry.policies.get(digest)
    assert "`frontier sync`" in str(refused.value)
