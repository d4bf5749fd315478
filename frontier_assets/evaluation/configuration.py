"""What decides how a version is measured, as one digest: while it stays, so do the results."""

import json
from typing import Any

from blake3 import blake3

from frontier_assets import entrypoints
from frontier_assets.specification import ModelSpecification
from frontier_assets.types import Digest, Version

# Of what this release measures and keeps; raise it when that changes, or old results stay in use.
_FORM = 1


def configuration_digest(
    version: Version, registered: ModelSpecification, current: ModelSpecification, dataset: str
) -> Digest:
    """Return the digest of everything but weights and data that the measured figures depend on.

    ``registered`` says how the version predicts: its architecture, built with the version's
    parameters by a function whose file counts, though not what that file imports. ``current`` says
    how to measure.
    """
    architecture = registered.architecture
    wanted: dict[str, Any] = {
        "form": _FORM,
        "metrics": current.evaluation.metrics,
        "sample": current.evaluation.sample,
        "sample_fraction": current.evaluation.sample_fraction,
        "seed": current.evaluation.seed,
        "slices": sorted({gate.slice for gate in current.gates_on(dataset) if gate.slice}),
        "task": current.task,
        "outputs": current.architecture.outputs,
        "classes": current.architecture.classes,
        "framework": registered.framework,
        "architecture": architecture.digest,
        "code": entrypoints.code_digest(architecture.entrypoint),
        "parameters": version.parameters,
    }
    text = json.dumps(wanted, sort_keys=True, separators=(",", ":"), default=str)
    return Digest(blake3(text.encode()).hexdigest())
