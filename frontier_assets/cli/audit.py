"""``frontier audit``: signing, exporting and proving the audit trail."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from frontier_assets.cli import completion
from frontier_assets.cli.options import AllowedSignersFile, AsJson, Key, SignerName
from frontier_assets.cli.printing import one_line, print_json
from frontier_assets.cli.session import open_workspace
from frontier_assets.signatures import AllowedSigners

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from frontier_assets.registry.heads import SignedHead

group = typer.Typer(help="The audit trail.", no_args_is_help=True)
OneModel = Annotated[
    str | None,
    typer.Argument(
        metavar="MODEL", help="One model; all when left out.", autocompletion=completion.models
    ),
]


@group.command()
def verify(
    model: OneModel = None,
    *,
    file: Annotated[
        Path | None,
        typer.Option(metavar="PATH", help="Prove this export instead; no project is needed."),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(metavar="PATH", help="An export kept elsewhere; the trails begin with it."),
    ] = None,
    allowed_signers: AllowedSignersFile = None,
    as_json: AsJson = False,
) -> None:
    """Prove that no entry was changed, removed, added or moved; exit 1 names the first that was."""
    if file is not None and (model or against):
        raise typer.BadParameter("it stands alone", param_hint="--file")
    if file is not None:
        from frontier_assets.registry.export import prove_export  # noqa: PLC0415 - as needed

        signers = None if allowed_signers is None else AllowedSigners(allowed_signers)
        proof = prove_export(file, signers)
        entries, signed = {name: len(item) for name, item in proof.hashes.items()}, proof.signed
    else:
        with open_workspace(allowed_signers=allowed_signers) as workspace:
            workspace.audit.verify(model, against=against)
            heads = workspace.audit.heads()
            entries = {name: heads[name] for name in heads if model in (None, name)}
            signed = [head for name in entries for head in workspace.audit.signed_heads(name)]
    _print_proof(entries, signed, as_json=as_json)


@group.command()
def sign(
    model: OneModel = None, *, key: Key, signer: SignerName = None, as_json: AsJson = False
) -> None:
    """Sign the last entry with an SSH key, so that nobody else can write the trail anew."""
    with open_workspace() as workspace:
        models = sorted(workspace.audit.heads()) if model is None else [model]
        signed = [workspace.audit.sign(name, key=key, signer=signer) for name in models]
    if as_json:
        print_json(signed)
    for item in [] if as_json else signed:
        head = item.head
        typer.echo(f"{item.signer} signed entry {head.sequence} of {head.model}: {head.hash}")


@group.command()
def export(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The file to write.")],
    *,
    model: Annotated[
        str | None,
        typer.Option(help="One model; all when left out.", autocompletion=completion.models),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the trail as JSON Lines, which `audit verify --file PATH` proves anywhere."""
    with open_workspace() as workspace:
        entries = workspace.audit.export(path, model)
    if as_json:
        print_json({"path": path, "entries": entries})
    else:
        typer.echo(f"{path}: {entries} entries. Keep it where this registry cannot be written.")


def _print_proof(
    entries: "Mapping[str, int]", signed: "Sequence[SignedHead]", *, as_json: bool
) -> None:
    """Print what was proved; of the signed heads each model's newest."""
    newest = {item.head.model: item for item in signed}
    if as_json:
        facts = {"verified": True, "entries": sum(entries.values()), "models": list(entries)}
        print_json(facts | {"signed": list(newest.values())})
        return
    counts = f"{sum(entries.values())} entries, {len(entries)} models"
    typer.echo(f"The audit trail proves itself: {counts}.")
    for model, item in newest.items():
        upto = f"entry {item.head.sequence} of {entries[model]}"
        typer.echo(f"{model}: {item.signer} signed up to {upto} at {one_line(item.head.at)} UTC.")
    if not newest:
        typer.echo(
            "No head is signed, so whoever can write the database could have written it all anew; "
            "`frontier audit sign --key KEYFILE` prevents that."
        )
