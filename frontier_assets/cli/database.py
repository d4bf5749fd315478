"""``frontier db``: the schema of the registry's database."""

from typing import TYPE_CHECKING

import typer

from frontier_assets.cli.options import AsJson
from frontier_assets.cli.printing import print_json
from frontier_assets.settings import Settings

if TYPE_CHECKING:
    from frontier_assets.registry.database import Registry

group = typer.Typer(help="The registry's database.", no_args_is_help=True)


@group.command()
def upgrade(*, as_json: AsJson = False) -> None:
    """Bring the database up to this release; doing so again changes nothing."""
    before, after = _registry().upgrade(Settings.read().registry_url)
    if as_json:
        print_json({"before": before, "after": after, "changed": before != after})
    elif before == after:
        typer.echo(f"The registry has schema {after} already; nothing was changed.")
    else:
        typer.echo(f"The registry went from schema {before or 'none'} to {after}.")


@group.command()
def current(*, as_json: AsJson = False) -> None:
    """Show the schema that the database has and the one that this release needs."""
    found, needed = _registry().current(Settings.read().registry_url)
    if as_json:
        print_json({"current": found, "needed": needed, "up_to_date": found == needed})
        return
    remedy = "" if found == needed else "; run `frontier db upgrade`"
    typer.echo(f"The registry has schema {found or 'none'}, this release needs {needed}{remedy}.")


def _registry() -> type["Registry"]:
    from frontier_assets.registry.database import Registry  # noqa: PLC0415 - loads SQLAlchemy

    return Registry
