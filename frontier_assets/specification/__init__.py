"""The vocabulary of one model's YAML: what may be written, with its defaults and refusals.

Cross-checks that need more than the text itself (does the metric exist, does the entrypoint) belong
to the component that loads it.
"""

from frontier_assets.specification.architecture import (
    FRAMEWORKS,
    Architecture,
    Framework,
    Outputs,
    refused_format,
)
from frontier_assets.specification.datasets import DatasetSource
from frontier_assets.specification.delivery import (
    Conversion,
    OptimizationLevel,
    Profile,
    Promotion,
    StageEntry,
)
from frontier_assets.specification.description import ModelDescription
from frontier_assets.specification.evaluation import (
    PERFORMANCE_METRICS,
    Comparison,
    Evaluation,
    Gate,
)
from frontier_assets.specification.experiments import (
    ABTest,
    ExperimentDesign,
    ExperimentMetric,
    Guardrail,
)
from frontier_assets.specification.model import PLANNED_SECTIONS, ModelSpecification, Task
from frontier_assets.specification.retention import KeepRule, Retention
from frontier_assets.specification.section import Section
from frontier_assets.specification.training import DEFAULT_OBJECTIVE, Objective, Training
from frontier_assets.specification.watch import Watch

__all__ = [
    "BRANCH_TAG",
    "BUILD_TAG",
    "DEFAULT_OBJECTIVE",
    "FRAMEWORKS",
    "PERFORMANCE_METRICS",
    "PLANNED_SECTIONS",
    "SPECIFICATION_METADATA",
    "ABTest",
    "Architecture",
    "Comparison",
    "Conversion",
    "DatasetSource",
    "Evaluation",
    "ExperimentDesign",
    "ExperimentMetric",
    "Framework",
    "Gate",
    "Guardrail",
    "KeepRule",
    "ModelDescription",
    "ModelSpecification",
    "Objective",
    "OptimizationLevel",
    "Outputs",
    "Profile",
    "Promotion",
    "Retention",
    "Section",
    "StageEntry",
    "Task",
    "Training",
    "Watch",
    "refused_format",
]

# How the command finds a model in the definitions of any project that has the component.
BUILD_TAG = "frontier/build"
# A training run with it registers on that branch; the build of a version carries the version's.
BRANCH_TAG = "frontier/branch"
SPECIFICATION_METADATA = "frontier/specification"
