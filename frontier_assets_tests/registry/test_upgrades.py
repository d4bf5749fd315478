"""Every migration, replayed on what the release before it had really written."""

from pathlib import Path

import pytest

from frontier_assets.errors import RegistrySchemaError
from frontier_assets.registry import Registry, schema
from frontier_assets.types import BuildStatus, Stage
from frontier_assets_tests.registry.conftest import Samples
from frontier_assets_tests.registry.saved_databases import REVISIONS, restore, rows

MODEL = "digits_classifier"


@pytest.fixture(params=REVISIONS)
def revision(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "old.db"


@pytest.fixture
def url(revision: str, path: Path) -> str:
    return restore(revision, path)


@pytest.fixture
def upgraded(url: str) -> str:
    Registry.upgrade(url)
    return url


def test_every_revision_but_the_newest_has_a_saved_database() -> None:
    older = sorted(set(schema._known()) - {schema.HEAD})
    assert older == REVISIONS, "see saved_databases.py for how to make the missing one"


def test_an_older_database_is_refused_and_left_as_it_is(
    url: str, path: Path, revision: str
) -> None:
    before = path.read_bytes()
    with pytest.raises(RegistrySchemaError) as refused:
        Registry.open(url)
    assert str(refused.value) == (
        f"Registry {url}: its schema {revision} is older than this release's {schema.HEAD}; "
        "run `frontier db upgrade`"
    )
    assert path.read_bytes() == before


def test_an_upgrade_brings_it_to_this_release_once(url: str, revision: str) -> None:
    assert Registry.upgrade(url) == (revision, schema.HEAD)
    assert Registry.upgrade(url) == (schema.HEAD, schema.HEAD)
    Registry.open(url).close()


def test_an_upgrade_keeps_every_row_that_was_there(url: str, path: Path) -> None:
    before = rows(path)
    Registry.upgrade(url)
    after = rows(path)
    for table, kept in before.items():
        assert [row[: len(old)] for row, old in zip(after[table], kept, strict=True)] == kept


def test_the_audit_trail_still_proves_itself(upgraded: str) -> None:
    with Registry.open(upgraded) as registry:
        assert registry.audit.verify() == registry.models.get(MODEL).change_sequence == 64
        assert len(registry.audit.entries(MODEL)) == 64


def test_every_version_is_readable_with_its_evidence(upgraded: str) -> None:
    with Registry.open(upgraded) as registry:
        versions = registry.versions.list(MODEL)
        found = [registry.stages.evidence(MODEL, version.number) for version in versions]
        artifacts = [registry.artifacts.get(MODEL, item.number, "onnx") for item in versions]
    assert [(item.number, item.stage) for item in versions] == [
        ("1.0.0", Stage.DEVELOPMENT),
        ("1.0.1", Stage.ARCHIVED),
        ("1.0.2", Stage.PRODUCTION),
    ]
    assert {item.build_status for item in versions} == {BuildStatus.TRAINED}
    for evidence in found:
        assert set(evidence.evaluations) == {"holdout", "noisy"}
        assert {item.outcome for item in evidence.verdicts.values()} == {"passed"}
        assert evidence.build is not None
        assert evidence.build.state == "completed"
    assert {record.outcome for record in artifacts} == {"passed"}


def test_evaluations_of_before_have_no_details(upgraded: str) -> None:
    with Registry.open(upgraded) as registry:
        versions = registry.versions.list(MODEL)
        found = [e for v in versions for e in registry.evaluations.list(MODEL, v.number)]
    assert len(found) == 6
    assert {evaluation.details for evaluation in found} == {None}


def test_checkpoints_and_stages_are_readable(upgraded: str) -> None:
    with Registry.open(upgraded) as registry:
        assert len(registry.checkpoints.list(MODEL)) == 36
        best = registry.checkpoints.best(MODEL, "loss", lower_is_better=True)
        assert best.key == "cf336d0c-step-220"
        moves = registry.stages.history(MODEL)
        assert [(move.version, move.target) for move in moves[-2:]] == [
            ("1.0.1", Stage.ARCHIVED),
            ("1.0.2", Stage.PRODUCTION),
        ]
        holder = registry.stages.holder(MODEL, Stage.PRODUCTION, at=moves[2].at)
        assert holder is not None
        assert holder.number == "1.0.1"


def test_a_policy_in_older_words_is_still_read_and_keeps_its_digest(upgraded: str) -> None:
    with Registry.open(upgraded) as registry:
        recorded = registry.models.get(MODEL).policy_digest
        policy = registry.policies.current(MODEL)
        assert policy is not None
        assert policy.digest == recorded
        verdicts = registry.stages.evidence(MODEL, "1.0.2").verdicts
    assert {(gate.dataset, gate.name): gate.digest for gate in policy.gates} == {
        key: verdict.gate_digest for key, verdict in verdicts.items()
    }


def test_recording_the_same_yaml_in_this_release_changes_nothing(upgraded: str) -> None:
    with Registry.open(upgraded) as registry:
        policy = registry.policies.current(MODEL)
        assert policy is not None
        heads = registry.audit.heads()
        registry.policies.record(policy, actor="ann")
        assert registry.audit.heads() == heads


def test_the_life_of_its_model_goes_on(upgraded: str, samples: Samples) -> None:
    with Registry.open(upgraded) as registry:
        assert registry.training_runs.list(MODEL) == []
        registry.training_runs.start(MODEL, "next", actor="ann")
        new = samples.new_version(model=MODEL)
        version = registry.versions.register(new, change="auto", number=None, actor="ann")
        registry.training_runs.finish(MODEL, "next", version=version.number, actor="ann")
        assert (version.number, version.parent, version.sequence) == ("2.0.0", "1.0.2", 4)
        registry.stages.rollback(MODEL, actor="ann", reason="it fell over")
        holder = registry.stages.holder(MODEL, Stage.PRODUCTION)
        assert holder is not None
        assert holder.number == "1.0.1"
        registry.audit.verify()
