"""The YAML of a model ``m`` of any framework, over the data and the functions of `tabular`."""

from typing import Any

from frontier_assets.specification import ModelSpecification
from frontier_assets_tests import tabular


def specification(framework: str, **changes: Any) -> ModelSpecification:
    architecture = {"inputs": {"x": ["batch", 4]}, "outputs": "probabilities"}
    values = {
        "name": "m",
        "task": "classification",
        "framework": framework,
        "architecture": {**architecture, **changes.pop("architecture", {})},
        "datasets": [{"name": "holdout", "entrypoint": f"{tabular.HERE}:holdout"}],
        "evaluation": {"datasets": ["holdout"]},
        **changes,
    }
    return ModelSpecification.model_validate(values)


def custom(entrypoint: str = "", **changes: Any) -> ModelSpecification:
    architecture = {"outputs": "values"}
    if entrypoint:
        architecture["entrypoint"] = f"{tabular.HERE}:{entrypoint}"
    return specification(
        "custom",
        task="regression",
        architecture=architecture,
        datasets=[{"name": "sums", "entrypoint": f"{tabular.HERE}:sums"}],
        evaluation={"datasets": ["sums"], "metrics": ["rmse"]},
        **changes,
    )
