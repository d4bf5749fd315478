"""What a new model's YAML says at first: the values around the module that is copied beside it."""

import dataclasses
from collections.abc import Collection, Mapping
from typing import Any, Literal

from frontier_assets.conversion.targets import TARGETS
from frontier_assets.orchestration.scaffold.commented_yaml import CommentedYaml, LeftOut
from frontier_assets.specification import Conversion, Evaluation, ModelSpecification, Section
from frontier_assets.stats.metrics import METRICS

FirstFramework = Literal["sklearn", "pytorch", "xgboost"]

_TYPE = "frontier_assets.ModelLifecycle"
_HEADER = """\
# The whole life of one model. Every key that there is stands here with its meaning; a line that
# begins with `#` and a key sets that key once the `#` is removed.
# `dg check yaml` and `dg check defs` refuse what cannot work, with file and line.
"""
_KNOWN: Mapping[tuple[type[Section], str], Collection[str]] = {
    (Evaluation, "metrics"): sorted(METRICS),
    (Conversion, "target"): sorted(TARGETS),
}


@dataclasses.dataclass(frozen=True, slots=True)
class FirstModel:
    """A framework's first model: its ``module``, what it needs, and its part of the YAML."""

    module: str
    package: str
    extra: str
    parameters: Mapping[str, Any]
    outputs: str
    builds: bool = False


FIRST_MODELS: Mapping[FirstFramework, FirstModel] = {
    "sklearn": FirstModel("sklearn_model", "skops", "sklearn", {"strength": 1.0}, "probabilities"),
    "xgboost": FirstModel(
        "xgboost_model", "xgboost", "xgboost", {"rounds": 40, "depth": 3}, "probabilities"
    ),
    "pytorch": FirstModel(
        "pytorch_model",
        "torch",
        "pytorch",
        {"epochs": 60, "learning_rate": 0.05, "width": 16},
        "logits",
        builds=True,
    ),
}


def first_yaml(name: str, module: str, framework: FirstFramework) -> str:
    """Return the ``defs.yaml`` of a new model ``name`` whose code is the dotted ``module``."""
    values = _attributes(name, module, framework)
    lines = CommentedYaml(_KNOWN).lines(ModelSpecification, values, spaced=True)
    body = "\n".join(f"  {line}".rstrip() for line in lines)
    return f"{_HEADER}type: {_TYPE}\n\nattributes:\n{body}\n"


def _attributes(name: str, module: str, framework: FirstFramework) -> dict[str, Any]:
    model = FIRST_MODELS[framework]
    build = {"entrypoint": f"{module}:build"} if model.builds else {}
    return {
        "name": name,
        "description": "Tells three kinds of iris apart by four measurements of the flower.",
        "task": "classification",
        "framework": framework,
        "owners": LeftOut(["team:data-science"]),
        "tags": LeftOut({"project": name}),
        "training": {
            "entrypoint": f"{module}:train",
            "dataset": "train",
            "parameters": dict(model.parameters),
            "register": "best",
        },
        "watch": LeftOut({"location": "runs/"}),
        "architecture": {
            **build,
            "inputs": {"features": ["batch", 4]},
            "outputs": model.outputs,
            "classes": ["setosa", "versicolor", "virginica"],
        },
        "datasets": [
            {"name": "train", "entrypoint": f"{module}:train_set"},
            {"name": "holdout", "entrypoint": f"{module}:holdout"},
        ],
        "evaluation": {"datasets": ["holdout"], "metrics": ["accuracy", "f1_macro", "log_loss"]},
        "gates": _gates(),
        "conversions": LeftOut([{"target": "onnx"}]),
        "promotion": {"staging": "automatic", "production": {"mode": "automatic"}},
        "retention": LeftOut(
            {"checkpoints": {"keep_best": 3, "keep_recent": 5}, "rules": [{"max_age_days": 7}]}
        ),
        "ab_test": LeftOut(
            {
                "metric": {"metric": "accuracy"},
                "secondary": [{"metric": "log_loss"}],
                "guardrails": [{"metric": "latency_ms", "direction": "lower", "margin": 0.1}],
            }
        ),
    }


def _gates() -> list[dict[str, Any]]:
    return [
        {
            "name": "minimum_accuracy",
            "dataset": "holdout",
            "metric": "accuracy",
            "comparison": ">=",
            "threshold": 0.85,
            "severity": "critical",
        },
        {
            "name": "accuracy_versus_production",
            "description": "A new version is not noticeably worse than the one in use.",
            "dataset": "holdout",
            "metric": "accuracy",
            "versus": "production",
            "tolerance": 0.05,
        },
    ]
