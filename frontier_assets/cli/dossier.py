"""``frontier dossier``: a signed file with all that is on record about a version, and its proof."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup
from typing_extensions import override

from frontier_assets.cli.options import AllowedSignersFile, AsJson, Reference, SignerName
from frontier_assets.cli.printing import print_json
from frontier_assets.cli.session import open_workspace
from frontier_assets.errors import InvalidValueError
from frontier_assets.signatures import AllowedSigners

if TYPE_CHECKING:
    from frontier_assets.promotion.dossier_proof import Dossier

_HELP = ("--help",)


class _WritingUnlessNamed(TyperGroup):
    """`dossier REF` is short for `dossier write REF`; a model of a command's name needs the `@`."""

    @override
    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        named = not args or args[0] in {*self.commands, *_HELP}
        return super().parse_args(ctx, args if named else ["write", *args])


group = typer.Typer(
    cls=_WritingUnlessNamed,
    help="One signed file with everything on record about a version: `dossier REF` writes it.",
    no_args_is_help=True,
)


@group.command()
def write(
    ref: Reference,
    *,
    key: Annotated[
        Path | None,
        typer.Option(metavar="KEYFILE", help="Sign with this SSH key; unsigned it proves nothing."),
    ] = None,
    signer: SignerName = None,
    output: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="MODEL-VERSION.dossier.json when left out."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write a version's card, verdicts, approvals, artifacts and audit trail as one file."""
    with open_workspace() as workspace:
        dossier = workspace.dossier(ref, key=key, signer=signer)
    path = output or Path(f"{dossier.ref.replace('@', '-')}.dossier.json")
    try:
        with path.open("x", encoding="ascii") as file:
            file.write(dossier.text())
    except FileExistsError as error:
        raise InvalidValueError("Output", str(path), "a file that is not there yet") from error
    _print(path, dossier, as_json=as_json)


@group.command()
def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `dossier` wrote.")],
    *,
    allowed_signers: AllowedSignersFile = None,
    as_json: AsJson = False,
) -> None:
    """Prove a dossier offline: its signature, and that its parts agree with its audit trail."""
    from frontier_assets.promotion.dossier_proof import read_dossier  # noqa: PLC0415 - as needed

    if allowed_signers is not None:
        dossier = read_dossier(file, AllowedSigners(allowed_signers))
    else:
        with open_workspace() as workspace:
            dossier = read_dossier(file, workspace.settings.signers)
    _print(file, dossier, as_json=as_json)


def _print(path: Path, dossier: "Dossier", *, as_json: bool) -> None:
    content = dossier.content
    names = ("evaluations", "artifacts", "attachments", "moves", "approvals", "audit")
    if as_json:
        facts = {"path": path, "ref": dossier.ref, "signer": dossier.signer}
        facts |= {name: content[name] for name in ("made_at", "made_by")}
        print_json(facts | {name: len(content[name]) for name in names})
        return
    by = f"signed by {dossier.signer}" if dossier.signer else "not signed: it proves nothing"
    counts = ", ".join(f"{len(content[name])} {name}" for name in names[:-1])
    typer.echo(f"{path}: {dossier.ref} as of {content['made_at']}, {by}.")
    typer.echo(f"It holds {counts} and {len(content['audit'])} entries of the audit trail.")
