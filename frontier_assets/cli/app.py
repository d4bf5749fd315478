"""The command's root: its groups, and the one place where an error becomes a line and exit 1."""

from typing import Any

import typer
from typer.core import TyperGroup
from typing_extensions import override

from frontier_assets.cli import artifacts, audit, build, checkpoints, database, stages, versions
from frontier_assets.errors import FrontierAssetsError, ModelNotFoundError, VersionNotFoundError


class _Commands(TyperGroup):
    @override
    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        for text in args:
            # The shell's bytes that are no UTF-8 arrive like this, and no database keeps them.
            if any("\ud800" <= letter <= "\udfff" for letter in text):
                raise typer.BadParameter(f"{text!r} is not UTF-8", param_hint="argument")
        return super().parse_args(ctx, args)

    @override
    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except FrontierAssetsError as error:
            line = " ".join(f"{error}{_remedy(error)}".split())
            typer.echo(f"frontier: {line}", err=True)
            raise typer.Exit(1) from error


def _remedy(error: FrontierAssetsError) -> str:
    """Return what to do about an error whose text is fixed and does not say so."""
    match error:
        case ModelNotFoundError():
            return "; `frontier models` lists what there is, training or `frontier register` adds"
        case VersionNotFoundError(model=model):
            return f"; `frontier versions {model}` lists what there is, `frontier register` adds"
        case _:
            return ""


app = typer.Typer(
    name="frontier",
    cls=_Commands,
    help="Versions of models: register, build, promote and look them up.",
    epilog="Exit status: 0 done, 1 refused or failed (one line on stderr), 2 wrong usage.",
    no_args_is_help=True,
    # Help and usage errors are read in logs and pipes as well as on terminals.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
versions.add_to(app)
build.add_to(app)
stages.add_to(app)
artifacts.add_to(app)
app.add_typer(checkpoints.group, name="checkpoints")
app.add_typer(audit.group, name="audit")
app.add_typer(database.group, name="db")
