"""``frontier approve`` and ``approvals``: approving a move with a key, and who did."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from frontier_assets.cli import completion
from frontier_assets.cli.options import AsJson, Reference
from frontier_assets.cli.printing import print_json, print_table
from frontier_assets.cli.session import open_orchestrator, open_workspace

if TYPE_CHECKING:
    from frontier_assets.registry.approvals import Approval
    from frontier_assets.workspace import Workspace

_ENDING = ".sig"

Key = Annotated[
    Path | None,
    typer.Option(
        metavar="KEYFILE",
        help="Sign with this SSH key: a private key, or a public one that an agent holds.",
    ),
]
Signer = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="Who signs; needed where the allowed-signers file does not give the key one name.",
    ),
]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file to ``app``."""
    app.command()(approve)
    app.command("approvals")(list_approvals)


def approve(
    ref: Reference,
    *,
    to: Annotated[
        str,
        typer.Option(
            metavar="STAGE", help="staging or production.", autocompletion=completion.stages
        ),
    ],
    key: Key = None,
    payload: Annotated[
        bool, typer.Option("--payload", help="Print what has to be signed, to sign it elsewhere.")
    ] = False,
    signature: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.sig",
            help="Add what `ssh-keygen -Y sign -n frontier-approval FILE` made of the payload.",
        ),
    ] = None,
    signer: Signer = None,
    as_json: AsJson = False,
) -> None:
    """Approve the move of a version to a stage by an SSH signature."""
    if [key is not None, payload, signature is not None].count(True) != 1:
        raise typer.BadParameter("give one of --key, --payload and --signature", param_hint="how")
    with open_workspace() as workspace, open_orchestrator(workspace.settings) as orchestrator:
        if payload:
            # Without a line's end: every byte of it is signed.
            typer.echo(workspace.approvals.payload(ref, to=to), nl=False)
            return
        version = workspace.versions.get(ref)
        if key is not None:
            added = workspace.approvals.sign(version.ref, to=to, key=key, signer=signer)
        else:
            added = _add_signed(workspace, version.ref, to, signature, signer)
        if orchestrator is not None:
            orchestrator.report_approvals(version.model, workspace.approvals.state(version.model))
        decision = workspace.why(version.ref, to=to)
    waiting = [item for item in decision.conditions if item.state != "met"]
    if as_json:
        print_json({"ref": version.ref, "approval": added, "still_missing": waiting})
        return
    typer.echo(f"{added.signer} approved {version.ref} for {added.stage}.")
    for item in waiting:
        typer.echo(f"Still missing: {item.detail}.")


def list_approvals(ref: Reference, *, as_json: AsJson = False) -> None:
    """List the approvals of a version's moves, and why one does not count."""
    with open_workspace() as workspace:
        found = workspace.approvals.list(ref)
    if as_json:
        print_json(found)
        return
    print_table(
        "",
        ("stage", "signer", "key", "added (UTC)", "added by", "counts"),
        [
            (item.stage, item.signer, item.key, item.added_at, item.added_by, _counts(item))
            for item in found
        ],
    )


def _add_signed(
    workspace: "Workspace", ref: str, to: str, signature: Path | None, signer: str | None
) -> "Approval":
    """Add a signature that lies beside what was signed, as `ssh-keygen` leaves it."""
    if signature is None or signature.suffix != _ENDING:
        raise typer.BadParameter(
            f"'{signature}' does not end with {_ENDING}; the payload lies beside it, in a file of "
            "that name without the ending",
            param_hint="--signature",
        )
    if signer is None:
        raise typer.BadParameter("name who signed", param_hint="--signer")
    return workspace.approvals.add(
        ref,
        to=to,
        payload=signature.with_suffix("").read_text("utf-8", "replace"),
        signature=signature.read_text("utf-8", "replace"),
        signer=signer,
    )


def _counts(item: "Approval") -> str:
    return "yes" if item.problem is None else f"no: {item.problem}"
