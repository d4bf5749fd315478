"""``frontier pick``: the artifact of a version that a service should run."""

from typing import Annotated

import typer

from frontier_assets.cli.options import AsJson, Reference
from frontier_assets.cli.printing import print_json, print_table
from frontier_assets.cli.session import open_workspace

RuntimeName = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Only what runs in it, e.g. onnxruntime or openvino."),
]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file to ``app``."""
    app.command()(pick)


def pick(ref: Reference, *, runtime: RuntimeName = None, as_json: AsJson = False) -> None:
    """Name the fastest converted artifact that is proved equal to the version."""
    with open_workspace() as workspace:
        version = workspace.versions.get(ref)
        found = workspace.pick(version.ref, runtime=runtime)
    if as_json:
        print_json(
            {
                "ref": version.ref,
                "target": found.target,
                "runtime": found.runtime,
                "digest": found.record.digest,
                "reason": found.reason,
                "passed_over": found.passed_over,
            }
        )
        return
    rows = [(found.target, "chosen", found.reason)]
    rows += [(name, "", why) for name, why in sorted(found.passed_over.items())]
    print_table("", ("artifact", version.ref, "why"), rows)
    typer.echo(f"Next: frontier fetch {version.ref} FOLDER --target {found.target}")
