"""The vocabulary of one model's YAML: what may be written, with its defaults and refusals.

Cross-checks that need more than the text itself (does the metric exist, does the entrypoint) belong
to the component that loads it.
"""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any, Literal, Self

from blake3 import blake3
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from frontier_assets.types import Digest, Severity, checked_model_name, checked_segment

Comparison = Literal[">=", ">", "<=", "<", "==", "!="]
Task = Literal[
    "classification",
    "regression",
    "clustering",
    "recommendation",
    "nlp",
    "vision",
    "reinforcement",
    "vad",
    "stt",
    "enhancement",
    "separation",
    "custom",
]
PLANNED_SECTIONS = ("ab_test", "retention", "monitoring", "deployments", "publish")
ENTRYPOINT = r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*$"
# How the command finds a model in the definitions of any project that has the component.
BUILD_TAG = "frontier/build"
SPECIFICATION_METADATA = "frontier/specification"
_COMPARISON_WORDS = {
    ">=": "at_least",
    ">": "above",
    "<=": "at_most",
    "<": "below",
    "==": "equals",
    "!=": "differs_from",
}


class Section(BaseModel):
    """A part of the YAML: immutable, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def canonical(self) -> str:
        """Return the one JSON text that stands for this value, whatever the YAML's layout."""
        values = self.model_dump(mode="json", by_alias=True)
        return json.dumps(values, sort_keys=True, separators=(",", ":"))

    @property
    def digest(self) -> Digest:
        """The blake3 of the canonical text."""
        return Digest(blake3(self.canonical().encode()).hexdigest())


class Training(Section):
    """How the model is trained."""

    entrypoint: str = Field(
        pattern=ENTRYPOINT, description="`module:function` taking a TrainingRun."
    )
    dataset: str = Field("train", description="The data set that training reads.")
    parameters: dict[str, Any] = Field(default_factory=dict, description="Hyperparameters.")
    seed: int = Field(0, ge=0, description="Seed handed to the training function.")
    register_: Literal["best", "latest", "never"] = Field(
        "best", alias="register", description="Which checkpoint of a run becomes a version."
    )
    metric: str = Field("loss", description="Checkpoint metric that decides which is best.")
    direction: Literal["lower", "higher"] = Field(
        "lower", description="Whether lower or higher values of the metric are better."
    )


class Architecture(Section):
    """How the network is rebuilt from its weights."""

    entrypoint: str = Field(pattern=ENTRYPOINT, description="`module:function` that builds it.")
    inputs: dict[str, list[str | int]] = Field(
        min_length=1, description="Input names with their shapes; a word names a free dimension."
    )
    outputs: Literal["logits", "probabilities", "values"] = Field(
        "values", description="What the network returns; `logits` are turned into probabilities."
    )

    @field_validator("inputs")
    @classmethod
    def _check_batch(cls, inputs: dict[str, list[str | int]]) -> dict[str, list[str | int]]:
        firsts = {shape[0] if shape else None for shape in inputs.values()}
        if len(firsts) != 1 or not isinstance(next(iter(firsts)), str):
            raise ValueError(
                "every input's shape has to begin with the same word for the examples, "
                "e.g. `image: [batch, 1, 8, 8]`"
            )
        return inputs


class DatasetSource(Section):
    """A named data set and the function that loads it."""

    name: str = Field(description="Name of the data set, and of its asset.")
    entrypoint: str = Field(pattern=ENTRYPOINT, description="`module:function` -> Dataset.")
    description: str = Field("", description="What the examples are.")

    @field_validator("name")
    @classmethod
    def _check_name(cls, name: str) -> str:
        return checked_segment("Data set name", name)


class Evaluation(Section):
    """What every version is measured on and by."""

    datasets: list[str] = Field(min_length=1, description="Data sets to evaluate on.")
    metrics: list[str] = Field(min_length=1, description="Metrics computed on each of them.")


class Gate(Section):
    """One condition that a version's metric has to meet."""

    name: str = Field("", pattern=r"^\w*$", description="Name; derived when left out.")
    description: str = Field("", description="Why the gate exists.")
    dataset: str = Field(description="Data set that the metric is taken on.")
    metric: str = Field(description="Metric to judge.")
    comparison: Comparison = Field(">=", description="How metric and threshold compare.")
    threshold: float | None = Field(
        None, allow_inf_nan=False, description="Absolute bound on the metric."
    )
    versus: Literal["production"] | None = Field(
        None, description="Judge against the version in production instead of a threshold."
    )
    tolerance: float = Field(
        0.0, ge=0, allow_inf_nan=False, description="How much worse than production is still fine."
    )
    severity: Severity = Field(Severity.CRITICAL, description="critical stops, warning only warns.")

    @model_validator(mode="before")
    @classmethod
    def _derive_name(cls, values: Any) -> Any:  # noqa: ANN401 - raw YAML
        if isinstance(values, dict) and not values.get("name") and "metric" in values:
            ending = (
                "versus_production"
                if values.get("versus")
                else _COMPARISON_WORDS.get(str(values.get("comparison", ">=")), "")
            )
            return {**values, "name": f"{values['metric']}_{ending}"}
        return values

    @model_validator(mode="after")
    def _check_kind(self) -> Self:
        if (self.threshold is None) == (self.versus is None):
            raise ValueError(
                f"gate '{self.name}' needs either `threshold` or `versus: production`, not both"
            )
        if self.versus and "comparison" in self.model_fields_set:
            raise ValueError(
                f"gate '{self.name}': `comparison` has no meaning with `versus`; the metric's own "
                "direction decides, leave it out"
            )
        return self


class Conversion(Section):
    """A format that every version is converted to and proved in."""

    target: str = Field(description="Conversion target, e.g. `onnx`.")
    required: bool = Field(True, description="Whether promotion waits for its proof.")
    dataset: str = Field(
        "", description="Data set of the parity check; the first evaluated one when left out."
    )


class Promotion(Section):
    """Who moves a version forward."""

    staging: Literal["automatic", "manual"] = Field("manual", description="Into staging.")
    production: Literal["automatic", "manual"] = Field("manual", description="Into production.")

    @field_validator("staging", "production", mode="before")
    @classmethod
    def _refuse_planned_forms(cls, value: Any) -> Any:  # noqa: ANN401 - raw YAML
        if isinstance(value, dict):
            raise ValueError(  # noqa: TRY004 - pydantic turns only ValueError into a located error
                f"{sorted(value)} not available in this release: write `automatic` or `manual`"
            )
        return value


class ModelSpecification(Section):
    """Everything that one YAML file says about one model; its digest is the policy's digest."""

    name: str = Field(description="Name of the model; also its asset prefix and group.")
    title: str = Field("", description="Name for people, free text.")
    description: str = Field("", description="What the model does.")
    task: Task = Field(description="What kind of problem it solves.")
    framework: Literal["pytorch"] = Field("pytorch", description="What it is written in.")
    owners: list[str] = Field(default_factory=list, description="`team:name` or an e-mail address.")
    tags: dict[str, str] = Field(default_factory=dict, description="Tags on every asset.")
    storage: str = Field("default", description="The named store its artifacts go to.")
    training: Training | None = Field(None, description="Leave out to register from outside.")
    architecture: Architecture
    datasets: list[DatasetSource] = Field(min_length=1)
    evaluation: Evaluation
    gates: list[Gate] = Field(default_factory=list)
    conversions: list[Conversion] = Field(default_factory=list)
    promotion: Promotion = Field(default_factory=Promotion)

    @model_validator(mode="before")
    @classmethod
    def _refuse_planned_sections(cls, values: Any) -> Any:  # noqa: ANN401 - raw YAML
        planned = [name for name in PLANNED_SECTIONS if isinstance(values, dict) and name in values]
        if planned:
            raise ValueError(
                f"section `{planned[0]}` is not available in this release; remove it "
                "(it would be ignored otherwise, and nothing here is ignored)"
            )
        return values

    @field_validator("name")
    @classmethod
    def _check_name(cls, name: str) -> str:
        return checked_model_name(name)

    @model_validator(mode="after")
    def _check_references(self) -> Self:
        known = [source.name for source in self.datasets]
        if self.task == "classification" and self.architecture.outputs == "values":
            raise ValueError(
                "a classification model needs `architecture.outputs: logits` or `probabilities`"
            )
        _refuse_duplicates("data set", known)
        _refuse_duplicates("gate", [f"{gate.dataset}/{gate.name}" for gate in self.gates])
        _refuse_duplicates("conversion target", [item.target for item in self.conversions])
        _refuse_duplicates("metric", self.evaluation.metrics)
        wanted = [("evaluation", name) for name in self.evaluation.datasets]
        wanted += [("conversions", item.dataset) for item in self.conversions if item.dataset]
        wanted += [("training", self.training.dataset)] if self.training else []
        for section, name in wanted:
            if name not in known:
                raise ValueError(
                    f"`{section}` names data set '{name}'; `datasets` has {', '.join(known)}"
                )
        if self.training and self.training.dataset in self.evaluation.datasets:
            raise ValueError(
                f"`evaluation` names data set '{self.training.dataset}', which `training` reads: "
                "a model is not judged on what it was trained on"
            )
        for gate in self.gates:
            self._check_gate(gate)
        return self

    def _check_gate(self, gate: Gate) -> None:
        if gate.dataset not in self.evaluation.datasets:
            raise ValueError(
                f"gate '{gate.name}' names data set '{gate.dataset}'; "
                f"`evaluation.datasets` has {', '.join(self.evaluation.datasets)}"
            )
        if gate.metric not in self.evaluation.metrics:
            raise ValueError(
                f"gate '{gate.name}' names metric '{gate.metric}'; "
                f"`evaluation.metrics` has {', '.join(self.evaluation.metrics)}"
            )

    @classmethod
    def from_canonical(cls, values: Mapping[str, Any]) -> Self:
        """Return the specification whose canonical text holds ``values``."""
        # The canonical text spells defaults out; the vocabulary refuses these two together.
        gates = [
            {key: value for key, value in gate.items() if key != "comparison" or not gate["versus"]}
            for gate in values["gates"]
        ]
        return cls.model_validate({**values, "gates": gates})

    def gates_on(self, dataset: str) -> list[Gate]:
        """Return the gates judged on ``dataset``, in the YAML's order."""
        return [gate for gate in self.gates if gate.dataset == dataset]

    def source(self, dataset: str) -> DatasetSource:
        """Return the source of a data set that the specification names."""
        return next(source for source in self.datasets if source.name == dataset)

    def parity_dataset(self, target: str) -> str:
        """Return the data set on which conversions to ``target`` are proved."""
        conversion = next(item for item in self.conversions if item.target == target)
        return conversion.dataset or self.evaluation.datasets[0]


def _refuse_duplicates(kind: str, names: list[str]) -> None:
    repeated = [name for name, count in Counter(names).items() if count > 1]
    if repeated:
        raise ValueError(f"{kind} '{repeated[0]}' is given twice; names have to differ")
