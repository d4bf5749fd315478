"""A project in a folder of its own around the tiny model, and what tests do with it."""

import dataclasses
from pathlib import Path
from typing import Any

import dagster as dg

from frontier_assets.orchestration.component import ModelLifecycle
from frontier_assets.orchestration.location import build_shared_definitions
from frontier_assets.workspace import Workspace

MODEL = "tiny"
PROJECT = Path(__file__).parents[1]


def tiny_attributes(**changes: Any) -> dict[str, Any]:
    module = "frontier_assets_tests.tiny_model"
    return {
        "name": MODEL,
        "task": "classification",
        "training": {"entrypoint": f"{module}:train", "parameters": {"epochs": 20}},
        "architecture": {
            "entrypoint": f"{module}:build",
            "inputs": {"point": ["batch", 2]},
            "outputs": "logits",
        },
        "datasets": [
            {"name": "train", "entrypoint": f"{module}:train_set"},
            {"name": "holdout", "entrypoint": f"{module}:holdout"},
        ],
        "evaluation": {"datasets": ["holdout"], "metrics": ["accuracy", "log_loss"]},
        "gates": [
            {"name": "accurate", "dataset": "holdout", "metric": "accuracy", "threshold": 0.9}
        ],
        "conversions": [{"target": "onnx"}],
        "promotion": {"staging": "automatic", "production": "automatic"},
        **changes,
    }


@dataclasses.dataclass
class Project:
    """A project in a folder of its own, with the definitions of one tiny model."""

    root: Path
    instance: dg.DagsterInstance
    defs: dg.Definitions

    def workspace(self) -> Workspace:
        return Workspace.open(root=self.root)

    def change(self, **changes: Any) -> None:
        self.defs = definitions_of(self.root, tiny_attributes(**changes))

    def run(
        self, job: str, *, partition: str | None = None, **options: Any
    ) -> dg.ExecuteInProcessResult:
        return self.defs.resolve_job_def(f"{MODEL}__{job}").execute_in_process(
            instance=self.instance, partition_key=partition, raise_on_error=False, **options
        )

    def train(self) -> str:
        """Train once and return the number of the registered version."""
        assert self.run("train").success
        with self.workspace() as workspace:
            return workspace.versions.list(MODEL)[-1].number

    def begin_build(self, number: str) -> str:
        """Let another run, which does not end, hold the version's build; return that run's id."""
        running = self.instance.create_run_for_job(
            self.defs.resolve_job_def(f"{MODEL}__build"), status=dg.DagsterRunStatus.STARTED
        )
        with self.workspace() as workspace:
            workspace.registry.builds.acquire(
                MODEL, number, run_id=running.run_id, is_over=lambda _: False, actor="somebody"
            )
        return running.run_id

    def promote(self, number: str, to: str, **config: Any) -> dg.ExecuteInProcessResult:
        values = {"version": number, "to": to, "reason": "a test", **config}
        ops = {f"{MODEL}__promote_version": {"config": values}}
        return self.run("promote", run_config={"ops": ops})

    def tick(self, sensor: str, cursor: str | None = None) -> dg.SensorResult | dg.SkipReason:
        with dg.build_sensor_context(
            instance=self.instance,
            cursor=cursor,
            definitions=self.defs,
            resources={"workspace": self.defs.resources["workspace"]},  # type: ignore[index]
        ) as context:
            result = self.defs.resolve_sensor_def(sensor)(context)
            assert isinstance(result, dg.SensorResult | dg.SkipReason)
            return result


def definitions_of(root: Path, attributes: dict[str, Any]) -> dg.Definitions:
    tree = dg.ComponentTree.for_test()
    component = ModelLifecycle.from_attributes_dict(
        attributes=attributes, context=tree.load_context
    )
    defs = component.build_defs(tree.load_context)
    shared = build_shared_definitions(defs, [component.specification], root)
    return dg.Definitions.merge(defs, shared)
