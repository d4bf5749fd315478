"""``frontier check``: whether everything is there that a project and its models need."""

from collections import Counter
from collections.abc import Iterator
from typing import Annotated

import typer

from frontier_assets.cli import completion
from frontier_assets.cli.checks.finding import Finding, State, attempted
from frontier_assets.cli.options import AsJson
from frontier_assets.cli.printing import one_line, print_json


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file to ``app``."""
    app.command()(check)


def check(
    model: Annotated[
        str | None,
        typer.Argument(
            metavar="MODEL",
            help="One model; all when left out.",
            autocompletion=completion.models,
        ),
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Check settings, files, registry, stores, definitions, data and models.

    It changes nothing, goes on after a failure to report everything, and exits with 1 when
    anything failed. A warning stops nothing.
    """
    findings: list[Finding] = []
    for finding in attempted("settings", _findings(model)):
        findings.append(finding)
        if not as_json:
            _print(finding)
    states = Counter(finding.state for finding in findings)
    failed = states[State.FAILED] > 0
    if as_json:
        print_json({"ok": not failed, "findings": findings})
    else:
        warned = states[State.WARNING]
        warnings = "1 warning" if warned == 1 else f"{warned} warnings"
        typer.echo(f"\n{states[State.OK]} ok, {warnings}, {states[State.FAILED]} failed.")
    if failed:
        raise typer.Exit(1)


def _findings(model: str | None) -> Iterator[Finding]:
    from frontier_assets.settings import Settings  # noqa: PLC0415 - a refusal here needs no more

    settings = Settings.read()
    from frontier_assets.cli.checks.survey import survey  # noqa: PLC0415 - loads Dagster

    yield from survey(settings, model)


def _print(finding: Finding) -> None:
    typer.echo(f"{finding.state:<8} {finding.subject}: {one_line(finding.detail)}")
    if finding.remedy:
        typer.echo(f"{'':<8} to do: {finding.remedy}")
