"""The tables, as SQLAlchemy sees them. Migrations create them; a test holds the two equal."""

from frontier_assets.registry.tables.evidence import (
    artifacts,
    attachments,
    builds,
    evaluations,
    verdicts,
)
from frontier_assets.registry.tables.experiments import (
    experiment_looks,
    experiment_variants,
    experiments,
    observation_files,
    observations,
)
from frontier_assets.registry.tables.model import models, policies
from frontier_assets.registry.tables.promotion import approvals, stage_moves
from frontier_assets.registry.tables.search import version_metrics, version_parameters, version_tags
from frontier_assets.registry.tables.storage import condemned, copies, deletions, pins, stores
from frontier_assets.registry.tables.trail import audit
from frontier_assets.registry.tables.training import checkpoints, discoveries, training_runs
from frontier_assets.registry.tables.version import branches, versions

__all__ = [
    "approvals",
    "artifacts",
    "attachments",
    "audit",
    "branches",
    "builds",
    "checkpoints",
    "condemned",
    "copies",
    "deletions",
    "discoveries",
    "evaluations",
    "experiment_looks",
    "experiment_variants",
    "experiments",
    "models",
    "observation_files",
    "observations",
    "pins",
    "policies",
    "stage_moves",
    "stores",
    "training_runs",
    "verdicts",
    "version_metrics",
    "version_parameters",
    "version_tags",
    "versions",
]
