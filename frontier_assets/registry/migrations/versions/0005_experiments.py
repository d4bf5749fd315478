"""Experiments with what is observed in them, and how fast converted artifacts are."""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create what this release adds."""
    _add_performance()
    _create_experiments()
    _create_observations()


def _add_performance() -> None:
    op.add_column("artifacts", sa.Column("performance", sa.Text(), nullable=True))
    op.add_column("artifacts", sa.Column("verdicts", sa.Text(), nullable=True))


def _create_experiments() -> None:
    op.create_table(
        "experiments",
        *_below("experiments", "model"),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("design", sa.Text(), nullable=False),
        sa.Column("namespace", sa.String(length=100), nullable=False),
        sa.Column("coverage", sa.Double(), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("started_at", sa.String(length=32), nullable=True),
        sa.Column("ended_at", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=True),
        sa.Column("subjects", sa.Text(), nullable=False),
        sa.UniqueConstraint("key", name=op.f("uq_experiments_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_experiments_model_id_state"), "experiments", ["model_id", "state"])
    op.create_table(
        "experiment_variants",
        *_below("experiment_variants", "experiment", "version"),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.UniqueConstraint(
            "experiment_id",
            "version_id",
            name=op.f("uq_experiment_variants_experiment_id_version_id"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_experiment_variants_version_id"), "experiment_variants", ["version_id"]
    )
    op.create_table(
        "experiment_looks",
        *_below("experiment_looks", "experiment"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.UniqueConstraint(
            "experiment_id", "number", name=op.f("uq_experiment_looks_experiment_id_number")
        ),
        sqlite_autoincrement=True,
    )


def _create_observations() -> None:
    op.create_table(
        "observations",
        *_below("observations", "experiment"),
        sa.Column("unit", sa.String(length=200), nullable=False),
        sa.Column("delivery", sa.String(length=200), nullable=False),
        sa.Column("variant", sa.String(length=150), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("received_at", sa.String(length=32), nullable=False),
        sa.Column("metrics", sa.Text(), nullable=False),
        sa.Column("segment", sa.Text(), nullable=False),
        sa.UniqueConstraint(
            "experiment_id",
            "unit",
            "delivery",
            name=op.f("uq_observations_experiment_id_unit_delivery"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "observation_files",
        *_below("observation_files", "experiment"),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("store", sa.String(length=100), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("stored_bytes", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.String(length=32), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.UniqueConstraint(
            "experiment_id", "digest", name=op.f("uq_observation_files_experiment_id_digest")
        ),
        sqlite_autoincrement=True,
    )


def _below(table: str, *parents: str) -> Iterator[sa.schema.SchemaItem]:
    yield sa.Column("id", sa.Integer(), nullable=False)
    for parent in parents:
        column = f"{parent}_id"
        yield sa.Column(column, sa.Integer(), nullable=False)
        yield sa.ForeignKeyConstraint(
            [column], [f"{parent}s.id"], name=op.f(f"fk_{table}_{column}")
        )
    yield sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))
