"""The whole of one model's YAML, and what its sections have to agree on."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from frontier_assets.specification.architecture import (
    Architecture,
    Framework,
    checked_framework,
)
from frontier_assets.specification.datasets import DatasetSource
from frontier_assets.specification.delivery import Conversion, Promotion
from frontier_assets.specification.evaluation import Evaluation, Gate, default_metrics
from frontier_assets.specification.experiments import ABTest
from frontier_assets.specification.labels import Owner, Tags
from frontier_assets.specification.retention import Retention
from frontier_assets.specification.section import Section
from frontier_assets.specification.training import DEFAULT_OBJECTIVE, Objective, Training
from frontier_assets.specification.watch import Watch
from frontier_assets.types import checked_model_name

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
PLANNED_SECTIONS = ("monitoring", "deployments", "publish")


class ModelSpecification(Section):
    """Everything that one YAML file says about one model; its digest is the policy's digest."""

    first_keys = frozenset(
        {
            "architecture",
            "conversions",
            "datasets",
            "description",
            "evaluation",
            "framework",
            "gates",
            "name",
            "owners",
            "promotion",
            "storage",
            "tags",
            "task",
            "title",
            "training",
        }
    )

    name: str = Field(description="Name of the model; also its asset prefix and group.")
    title: str = Field("", description="Name for people, free text.")
    description: str = Field("", description="What the model does.")
    task: Task = Field(description="What kind of problem it solves.")
    framework: Framework = Field("pytorch", description="What it is written in.")
    allow_pickle: bool = Field(
        False,
        description="Whether pickles may be stored and loaded for this model. Loading one runs "
        "whatever it holds.",
    )
    trusted_types: list[str] = Field(
        default_factory=list,
        description="Your own classes, as `module.Class`, that a scikit-learn model may contain.",
    )
    owners: list[Owner] = Field(
        default_factory=list, description="`team:name` or an e-mail address."
    )
    tags: Tags = Field(default_factory=dict, description="Tags on every asset.")
    storage: str = Field("default", description="The named store its artifacts go to.")
    training: Training | None = Field(None, description="Leave out to register from outside.")
    watch: Watch | None = Field(
        None, description="Where a trainer outside Dagster writes the checkpoints of the model."
    )
    architecture: Architecture
    datasets: list[DatasetSource] = Field(min_length=1)
    evaluation: Evaluation
    gates: list[Gate] = Field(default_factory=list)
    conversions: list[Conversion] = Field(default_factory=list)
    promotion: Promotion = Field(default_factory=Promotion)
    retention: Retention | None = Field(None, description="Leave out to keep every checkpoint.")
    ab_test: ABTest | None = Field(
        None, description="How versions are compared in use; leave out to compare none."
    )

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

    @model_validator(mode="before")
    @classmethod
    def _choose_metrics(cls, values: Any) -> Any:  # noqa: ANN401 - raw YAML
        if not isinstance(values, dict):
            return values
        evaluation, architecture = values.get("evaluation"), values.get("architecture")
        if not isinstance(evaluation, dict) or "metrics" in evaluation:
            return values
        outputs = architecture.get("outputs", "values") if isinstance(architecture, dict) else ""
        metrics = default_metrics(str(values.get("task")), str(outputs))
        return {**values, "evaluation": {**evaluation, "metrics": metrics}} if metrics else values

    @field_validator("framework", mode="before")
    @classmethod
    def _check_framework(cls, framework: object) -> object:
        return checked_framework(framework)

    @field_validator("name")
    @classmethod
    def _check_name(cls, name: str) -> str:
        return checked_model_name(name)

    @model_validator(mode="after")
    def _check_references(self) -> Self:
        known = [source.name for source in self.datasets]
        self._check_outputs()
        self._check_entrypoint()
        _refuse_duplicates("data set", known)
        _refuse_duplicates("gate", [f"{gate.place}/{gate.name}" for gate in self.gates])
        _refuse_duplicates("conversion target", [item.target for item in self.conversions])
        _refuse_duplicates("metric", self.evaluation.metrics)
        _refuse_duplicates("evaluated data set", self.evaluation.datasets)
        wanted = [("evaluation", name) for name in self.evaluation.datasets]
        wanted += [("conversions", name) for item in self.conversions for name in item.datasets]
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
        self._check_calibration()
        self._check_profiles()
        for gate in self.gates:
            self._check_gate(gate)
        for name in self.evaluation.datasets:
            self._check_columns(self.source(name))
        self._check_awaited()
        for rule in self.retention.all_rules() if self.retention else []:
            rule.completed(self.objective)
        return self

    def _check_outputs(self) -> None:
        outputs = self.architecture.outputs
        if self.task == "classification" and outputs in ("values", "texts"):
            raise ValueError(
                "a classification model needs `architecture.outputs: logits`, `probabilities` or "
                "`labels`"
            )
        if self.framework != "custom" and outputs == "texts":
            raise ValueError(
                "`architecture.outputs: texts` takes `framework: custom`, whose function makes "
                f"texts of what a network returns; {self.framework} models return numbers"
            )

    def _check_awaited(self) -> None:
        awaited = [*self.promotion.staging.after, *self.promotion.production.after]
        if "ab_test" in awaited and self.ab_test is None:
            raise ValueError("`promotion` waits for `ab_test`, and there is no such section")

    def _check_entrypoint(self) -> None:
        given = self.architecture.entrypoint
        if self.framework == "pytorch" and given is None:
            raise ValueError(
                "`architecture.entrypoint` is missing: a pytorch version holds weights alone, so "
                "name the function that builds the network, e.g. `my_project.model:build`"
            )
        if self.framework not in ("pytorch", "custom") and given is not None:
            raise ValueError(
                f"`architecture.entrypoint` has no meaning for {self.framework}, whose saved "
                "models are whole; leave it out"
            )

    def _check_calibration(self) -> None:
        for item in self.conversions:
            if item.calibration in [*self.evaluation.datasets, self.parity_dataset(item.target)]:
                raise ValueError(
                    f"`conversions` calibrates {item.target} on data set '{item.calibration}', "
                    "which judges it: name one that is neither evaluated nor its `dataset`"
                )

    def _check_profiles(self) -> None:
        free = self.architecture.free_dimensions
        for item in self.conversions:
            if unknown := [name for name in item.profiles if name not in free]:
                raise ValueError(
                    f"`profiles` of {item.target} names '{unknown[0]}'; the free dimensions in "
                    f"`architecture.inputs` are {', '.join(free)}"
                )

    def _check_gate(self, gate: Gate) -> None:
        if gate.target:
            targets = [item.target for item in self.conversions]
            if gate.target not in targets:
                raise ValueError(
                    f"gate '{gate.name}' names target '{gate.target}'; "
                    f"`conversions` has {', '.join(targets) or 'none'}"
                )
            return
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

    def _check_columns(self, source: DatasetSource) -> None:
        # What a version is evaluated on has its inputs; a training set may have others.
        known = [*self.architecture.inputs, "targets", "weights"]
        for section, names in (("ranges", source.ranges), ("units", source.units)):
            unknown = [name for name in names if name not in known]
            if unknown:
                raise ValueError(
                    f"`{section}` of data set '{source.name}' names '{unknown[0]}'; "
                    f"the columns are {', '.join(known)}"
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

    @property
    def objective(self) -> Objective:
        """The checkpoint metric that decides which is best, and its better direction."""
        source = self.training or self.watch
        return Objective(source.metric, source.direction) if source else DEFAULT_OBJECTIVE

    def gates_on(self, place: str) -> list[Gate]:
        """Return the gates judged on a data set, or of a target, in the YAML's order."""
        return [gate for gate in self.gates if gate.place == place]

    def source(self, dataset: str) -> DatasetSource:
        """Return the source of a data set that the specification names."""
        return next(source for source in self.datasets if source.name == dataset)

    def training_source(self) -> DatasetSource | None:
        """Return the source of the training set; None for a model that is not trained here."""
        return self.source(self.training.dataset) if self.training else None

    def parity_dataset(self, target: str) -> str:
        """Return the data set on which conversions to ``target`` are proved."""
        return self.conversion(target).dataset or self.evaluation.datasets[0]

    def calibration_source(self, target: str) -> DatasetSource | None:
        """Return what an INT8 ``target`` is calibrated on; None where there is nothing."""
        named = self.conversion(target).calibration
        return self.source(named) if named else self.training_source()

    def conversion(self, target: str) -> Conversion:
        """Return what the YAML says about a ``target`` that it names."""
        return next(item for item in self.conversions if item.target == target)


def _refuse_duplicates(kind: str, names: list[str]) -> None:
    repeated = [name for name, count in Counter(names).items() if count > 1]
    if repeated:
        raise ValueError(f"{kind} '{repeated[0]}' is given twice; names have to differ")
