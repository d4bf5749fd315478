"""``frontier build``: evaluate, convert and prove one version, without any server."""

import typer

from frontier_assets.cli.options import AsJson, Reference
from frontier_assets.cli.printing import print_json
from frontier_assets.cli.session import open_orchestrator, open_workspace
from frontier_assets.errors import SettingsError
from frontier_assets.types import Stage


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file to ``app``."""
    app.command()(build)


def build(ref: Reference, *, as_json: AsJson = False) -> None:
    """Build a version: record its YAML, add its partition and run the model's build job here.

    The run stands in Dagster's history like any other. A version that another run is building is
    refused.
    """
    lines: list[str] = []
    with open_workspace() as workspace, open_orchestrator(workspace.settings) as orchestrator:
        version = workspace.versions.get(ref)
        if orchestrator is None:
            raise SettingsError(
                "Project root", "a build runs a project's definitions", "run it inside the project"
            )
        definition = orchestrator.required_definition(version.model)
        workspace.record_policy(definition.specification)
        orchestrator.add_partition(version)
        run_id = orchestrator.build(version, tell=lines.append if as_json else typer.echo)
        decision = workspace.why(version.ref, to=Stage.STAGING)
    if as_json:
        print_json(
            {
                "ref": version.ref,
                "run_id": run_id,
                "policy_digest": definition.specification.digest,
                "progress": lines,
                "ready_for_staging": decision.allowed,
            }
        )
    else:
        typer.echo(f"Built {version.ref} in run {run_id}.")
        typer.echo(f"Next: frontier why {version.ref}")
