"""What the demo says of its experiment: what was decided, why, and where its pictures are."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.table import Table

from frontier_assets.registry.experiment_records import Experiment, Look
from frontier_assets.types import ExperimentDecision
from frontier_assets.workspace import Workspace

_DECIDED = {
    ExperimentDecision.TREATMENT: "{treatment} won, and the sensor promotes it",
    ExperimentDecision.CONTROL: "{treatment} did not win, so {control} stays in production",
    ExperimentDecision.GUARDRAIL_STOP: "{treatment} does harm, so {control} stays in production",
    ExperimentDecision.INVALID: "nothing: the sample ratio is broken, so {control} stays",
}


def decision_table(workspace: Workspace, experiment: Experiment, *, ui: str) -> Table:
    """Return the table of one experiment; ``ui`` is where Dagster is looked at."""
    looks = workspace.experiments.looks(experiment.id)
    table = Table("", title=experiment.id, show_header=False)
    table.add_column(overflow="fold")
    table.add_row("decision", decision(experiment))
    if not looks:
        table.add_row("why", experiment.reason)
        return table
    for name, value in _found(looks):
        table.add_row(name, value)
    page = f"{ui}/assets/{experiment.model}/ab_test?view=partitions&partition={experiment.id}"
    table.add_row("pictures", f"make ui, then {page}")
    return table


def decision(experiment: Experiment) -> str:
    """Return in a few words what was decided, and what follows for production."""
    design = experiment.design
    versions = {"control": design.control, "treatment": " and ".join(design.treatments)}
    if experiment.decision is None:
        return "none, so {control} stays in production".format(**versions)
    return _DECIDED[experiment.decision].format(**versions)


def _found(looks: list[Look]) -> Iterator[tuple[str, str]]:
    result = looks[-1].result
    yield "why", "\n".join(result["sentences"])
    units = ", ".join(f"{count:,} by {name}" for name, count in result["units"].items())
    yield "images", f"{units}; each by one version, once"
    seen = "look" if len(looks) == 1 else "looks"
    yield "looked at", f"{len(looks)} {seen}, at most {result['planned']:,} images each planned"
    for item in result["metrics"]:
        yield f"{item['metric']}, {item['role']}", _measured(item)


def _measured(item: Mapping[str, Any]) -> str:
    if item["note"] or item["control_value"] is None or item["value"] is None:
        return f"{item['verdict']}: {item['note']}"
    return f"{item['verdict']}: {item['control_value']:.4f} before, {item['value']:.4f} now"
