"""The command's root: its groups, and the one place where an error becomes a line and exit 1."""

from typing import Any

import typer
from typer.core import TyperGroup
from typing_extensions import override

from frontier_assets.cli import (
    annotations,
    approvals,
    artifacts,
    attachments,
    audit,
    branches,
    build,
    check,
    checkpoints,
    compare,
    database,
    deletion,
    describe,
    dossier,
    exchange,
    experiments,
    freezing,
    lineage,
    listing,
    pick,
    stages,
    store,
    sync,
    versions,
)
from frontier_assets.cli.process import INTERRUPTED, PIPE_CLOSED
from frontier_assets.errors import (
    FrontierAssetsError,
    ModelNotFoundError,
    QueryError,
    VersionNotFoundError,
)

# In the order in which a newcomer meets them; every command is in one of them.
SECTIONS = {
    "Set up": ("check", "sync"),
    "Look": ("models", "versions", "show", "compare", "lineage", "history", "checkpoints"),
    "Make versions": (
        "register",
        "branch",
        "tag",
        "describe",
        "log-metrics",
        "attach",
        "build",
        "import",
    ),
    "Release": (
        "experiments",
        "why",
        "approve",
        "approvals",
        "promote",
        "rollback",
        "freeze",
        "unfreeze",
        "pick",
        "fetch",
        "export",
    ),
    "Keep in order": (
        "describe-model",
        "delete",
        "pin",
        "unpin",
        "store",
        "audit",
        "dossier",
        "db",
    ),
}
_WIDE = 200  # characters of a command's summary: all of it
_LONGEST_MESSAGE = 2000  # of what other people's code said in its exception


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
        except QueryError as error:
            # Wrong usage, in more than one line: a caret shows where.
            option = f"--{error.thing.replace('_', '-')}"
            raise typer.BadParameter(error.located, param_hint=option) from error
        except FrontierAssetsError as error:
            raise _refused(f"{error}{_remedy(error)}") from error
        except BrokenPipeError as error:
            raise typer.Exit(PIPE_CLOSED) from error
        except OSError as error:
            # What the edges of storage and registry do not meet: the output, or a person's file.
            place = f"{error.filename}: " if error.filename else "reading or writing failed: "
            raise _refused(f"{place}{error.strerror or error}") from error
        except KeyboardInterrupt as error:
            raise typer.Exit(INTERRUPTED) from error

    @override
    def format_commands(self, ctx: Any, formatter: Any) -> None:
        for title, names in SECTIONS.items():
            commands = [(name, self.get_command(ctx, name)) for name in names]
            with formatter.section(title):
                formatter.write_dl(
                    [(name, found.get_short_help_str(_WIDE)) for name, found in commands if found]
                )


def _refused(message: str) -> typer.Exit:
    line = " ".join(message.split())
    if len(line) > _LONGEST_MESSAGE:
        line = f"{line[:_LONGEST_MESSAGE]}..."
    typer.echo(f"frontier: {line}", err=True)
    return typer.Exit(1)


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
    help=(
        "Versions of models: register, build, compare and promote them.\n\n"
        "REF is MODEL (its latest version), MODEL@1.2.0, MODEL@3 (sequence), MODEL@production, "
        "MODEL@staging, MODEL@BRANCH or MODEL@digest:PREFIX. Start with `frontier check`; "
        "`frontier COMMAND --help` explains a command, and --json gives its answer to programs."
    ),
    epilog="Exit status: 0 done, 1 refused or failed (one line on stderr), 2 wrong usage.",
    no_args_is_help=True,
    # Help and usage errors are read in logs and pipes as well as on terminals.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for _file in (listing, versions, compare, lineage, check, sync, build, approvals):
    _file.add_to(app)
for _file in (stages, freezing, annotations, pick, artifacts, attachments, describe, deletion):
    _file.add_to(app)
app.add_typer(branches.group, name="branch")
app.add_typer(checkpoints.group, name="checkpoints")
app.add_typer(experiments.group, name="experiments")
app.add_typer(exchange.importing, name="import")
app.add_typer(exchange.exporting, name="export")
app.add_typer(store.group, name="store")
app.add_typer(audit.group, name="audit")
app.add_typer(dossier.group, name="dossier")
app.add_typer(database.group, name="db")
