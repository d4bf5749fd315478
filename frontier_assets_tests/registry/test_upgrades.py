"""Every migration, replayed on what the release before it had really written."""

import contextlib
import dataclasses
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from frontier_assets.errors import RegistryDamagedError, RegistrySchemaError
from frontier_assets.registry import Registry, schema
from frontier_assets.registry.connection import Database
from frontier_assets.types import BuildStatus, Stage
from frontier_assets_tests.postgres_server import Postgres
from frontier_assets_tests.registry.conftest import Samples
from frontier_assets_tests.registry.saved_databases import (
    REVISIONS,
    all_rows,
    restore,
    restore_on_a_server,
)

MODEL = "digits_classifier"


@dataclasses.dataclass(frozen=True)
class Saved:
    """What a saved database holds of `MODEL`, oldest first."""

    stages: dict[str, Stage]
    changes: int
    checkpoints: int
    best: str
    training_runs: int
    has_details: bool

    @property
    def newest(self) -> str:
        return list(self.stages)[-1]


SAVED = {
    "0001": Saved(
        {"1.0.0": Stage.DEVELOPMENT, "1.0.1": Stage.ARCHIVED, "1.0.2": Stage.PRODUCTION},
        changes=64,
        checkpoints=36,
        best="cf336d0c-step-220",
        training_runs=0,
        has_details=False,
    ),
    "0005": Saved(
        {"1.0.0": Stage.ARCHIVED, "1.1.0": Stage.PRODUCTION},
        changes=85,
        checkpoints=24,
        best="30d41d71b65a-step-220",
        training_runs=2,
        has_details=True,
    ),
    "0004": Saved(
        {"1.0.0": Stage.PRODUCTION},
        changes=31,
        checkpoints=12,
        best="1453eb799fe7-step-220",
        training_runs=1,
        has_details=True,
    ),
    "0003": Saved(
        {"1.0.0": Stage.ARCHIVED, "1.0.1": Stage.PRODUCTION},
        changes=37,
        checkpoints=12,
        best="fa59c3de5800-step-220",
        training_runs=1,
        has_details=True,
    ),
    "0002": Saved(
        {"1.0.0": Stage.PRODUCTION},
        changes=25,
        checkpoints=12,
        best="c5bc713b8cc6-step-220",
        training_runs=1,
        has_details=True,
    ),
}


WITHOUT_IDS = ("stage_moves", "version_metrics", "version_parameters", "version_tags")


@pytest.fixture(params=REVISIONS)
def revision(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def saved(revision: str) -> Saved:
    return SAVED[revision]


@pytest.fixture(scope="module")
def on_a_server(
    postgres: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """The name of a saved database on the server by its revision, to be a template."""
    folder = tmp_path_factory.mktemp("saved")
    with contextlib.ExitStack() as databases:
        names = {saved: databases.enter_context(postgres.database()) for saved in REVISIONS}
        for saved, name in names.items():
            restore_on_a_server(saved, postgres.url(name), folder / saved)
        yield names


@pytest.fixture
def url(
    revision: str, dialect: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[str]:
    if dialect == "sqlite":
        yield restore(revision, tmp_path / "old.db")
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    templates = request.getfixturevalue("on_a_server")
    with postgres.database(template=templates[revision]) as name:
        yield postgres.url(name)


@pytest.fixture
def upgraded(url: str) -> str:
    Registry.upgrade(url)
    return url


def test_every_revision_but_the_newest_has_a_saved_database() -> None:
    older = sorted(set(schema._known()) - {schema.HEAD})
    assert older == REVISIONS, "see saved_databases.py for how to make the missing one"


def test_an_older_database_is_refused_and_left_as_it_is(url: str, revision: str) -> None:
    before = all_rows(url)
    with pytest.raises(RegistrySchemaError) as refused:
        Registry.open(url)
    assert str(refused.value).endswith(
        f": its schema {revision} is older than this release's {schema.HEAD}; "
        "run `frontier db upgrade`"
    )
    assert all_rows(url) == before
    assert Registry.current(url) == (revision, schema.HEAD)


@pytest.mark.feature("DB-21")
def test_an_upgrade_brings_it_to_this_release_once(url: str, revision: str) -> None:
    assert Registry.upgrade(url) == (revision, schema.HEAD)
    assert Registry.upgrade(url) == (schema.HEAD, schema.HEAD)
    Registry.open(url).close()


@pytest.mark.feature("DB-21")
def test_an_upgrade_keeps_every_row_that_was_there(url: str) -> None:
    before = all_rows(url)
    Registry.upgrade(url)
    after = all_rows(url)
    for table, kept in before.items():
        # Only ids may go that nothing referred to.
        columns = set(kept[0]) if kept else set()
        gone = columns - set(after[table][0]) if kept else set()
        assert gone <= ({"id"} if table in WITHOUT_IDS else set())
        facts = columns - gone
        assert [{name: row[name] for name in facts} for row in after[table]] == [
            {name: row[name] for name in facts} for row in kept
        ]


def test_the_audit_trail_still_proves_itself(upgraded: str, saved: Saved) -> None:
    with Registry.open(upgraded) as registry:
        changes = {model.name: model.change_sequence for model in registry.models.list()}
        assert registry.audit.verify() == sum(changes.values())
        assert len(registry.audit.entries(MODEL)) == changes[MODEL] == saved.changes


def test_every_version_is_readable_with_its_evidence(upgraded: str, saved: Saved) -> None:
    with Registry.open(upgraded) as registry:
        versions = registry.versions.list(MODEL)
        found = [registry.stages.evidence(MODEL, version.number) for version in versions]
        artifacts = [registry.artifacts.get(MODEL, item.number, "onnx") for item in versions]
    assert {item.number: item.stage for item in versions} == saved.stages
    assert {item.build_status for item in versions} == {BuildStatus.TRAINED}
    for evidence in found:
        assert set(evidence.evaluations) == {"holdout", "noisy"}
        assert {item.outcome for item in evidence.verdicts.values()} == {"passed"}
        assert evidence.build is not None
        assert evidence.build.state == "completed"
    assert {record.outcome for record in artifacts} == {"passed"}


def test_evaluations_have_details_where_their_release_recorded_any(
    upgraded: str, saved: Saved
) -> None:
    with Registry.open(upgraded) as registry:
        versions = registry.versions.list(MODEL)
        found = [e for v in versions for e in registry.evaluations.list(MODEL, v.number)]
    assert len(found) == 2 * len(versions)
    assert {evaluation.details is not None for evaluation in found} == {saved.has_details}


def test_what_was_there_is_found_like_what_is_registered_now(upgraded: str) -> None:
    with Registry.open(upgraded) as registry:
        listed = registry.versions.list(MODEL)
        newest = listed[-1]
        evaluated = registry.evaluations.list(MODEL, newest.number)
        splits = {item.dataset: dict(item.metrics) for item in evaluated}
        assert registry.annotations.metrics(MODEL, newest.number) == {"": newest.metrics, **splits}
        framework = "framework = 'pytorch' and metrics.holdout.accuracy > 0"
        assert registry.versions.list(MODEL, where=framework) == listed
        for name, value in newest.parameters.items():
            assert registry.versions.list(MODEL, where=f"parameters.{name} = {value}"), name


@pytest.mark.parametrize("revision", ["0005"])
def test_older_values_of_a_metric_stay_before_newer_ones(url: str) -> None:
    at, later = "2026-01-01T00:00:00.000000+00:00", "2026-01-02T00:00:00.000000+00:00"
    with contextlib.closing(Database(url)) as older, older.write() as writing:
        for value, superseded in ((0.5, later), (0.6, later), (0.7, None)):
            writing.execute(
                sa.text(
                    "INSERT INTO version_metrics (model_id, version_id, split, name, value, "
                    "recorded_at, recorded_by, superseded_at) SELECT model_id, id, 'field', 'f1', "
                    ":value, :at, 'ann', :superseded FROM versions WHERE number = '1.1.0'"
                ),
                {"value": value, "at": at, "superseded": superseded},
            )
    Registry.upgrade(url)
    with Registry.open(url) as registry:
        for value in (0.8, 0.9):
            registry.annotations.log_metrics(
                MODEL, "1.1.0", {"f1": value}, split="field", actor="ann"
            )
        history = registry.annotations.metric_history(MODEL, "1.1.0")
        values = [item.value for item in history if item.name == "f1"]
        assert values == [0.5, 0.6, 0.7, 0.8, 0.9]
        assert registry.annotations.metrics(MODEL, "1.1.0")["field"] == {"f1": 0.9}


def test_a_database_whose_rows_refer_to_nothing_is_left_as_it_is(tmp_path: Path) -> None:
    url = restore("0005", tmp_path / "old.db")
    with contextlib.closing(sqlite3.connect(tmp_path / "old.db")) as connection:
        connection.execute("UPDATE builds SET version_id = 99 WHERE id = 1")
        connection.commit()
    with pytest.raises(RegistryDamagedError, match="row 1 of builds refers to a row of versions"):
        Registry.upgrade(url)
    assert Registry.current(url) == ("0005", schema.HEAD)


def test_checkpoints_and_stages_are_readable(upgraded: str, saved: Saved) -> None:
    with Registry.open(upgraded) as registry:
        assert len(registry.checkpoints.list(MODEL)) == saved.checkpoints
        best = registry.checkpoints.best(MODEL, "loss", lower_is_better=True)
        assert best.key == saved.best
        last = registry.stages.history(MODEL)[-1]
        assert (last.version, last.target) == (saved.newest, Stage.PRODUCTION)
        holder = registry.stages.holder(MODEL, Stage.PRODUCTION, at=last.at)
        assert holder is not None
        assert holder.number == saved.newest


def test_a_policy_in_older_words_is_still_read_and_keeps_its_digest(
    upgraded: str, saved: Saved
) -> None:
    with Registry.open(upgraded) as registry:
        recorded = registry.models.get(MODEL).policy_digest
        policy = registry.policies.current(MODEL)
        assert policy is not None
        assert policy.digest == recorded
        verdicts = registry.stages.evidence(MODEL, saved.newest).verdicts
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


def test_the_life_of_its_model_goes_on(upgraded: str, saved: Saved, samples: Samples) -> None:
    with Registry.open(upgraded) as registry:
        assert len(registry.training_runs.list(MODEL)) == saved.training_runs
        registry.training_runs.start(MODEL, "next", actor="ann")
        new = samples.new_version(model=MODEL)
        version = registry.versions.register(new, change="auto", number=None, actor="ann")
        registry.training_runs.finish(MODEL, "next", version=version.number, actor="ann")
        expected = ("2.0.0", saved.newest, len(saved.stages) + 1)
        assert (version.number, version.parent, version.sequence) == expected
        registry.audit.verify()


@pytest.mark.parametrize("revision", ["0001"])
def test_production_goes_back_to_the_holder_before(upgraded: str) -> None:
    with Registry.open(upgraded) as registry:
        moves = registry.stages.history(MODEL)
        earlier = registry.stages.holder(MODEL, Stage.PRODUCTION, at=moves[2].at)
        registry.stages.rollback(MODEL, actor="ann", reason="it fell over")
        holder = registry.stages.holder(MODEL, Stage.PRODUCTION)
        assert holder is not None
        assert earlier is not None
        assert holder.number == earlier.number == "1.0.1"
