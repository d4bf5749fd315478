"""Arguments and options that several commands share, and how their texts are read."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from frontier_assets.cli import completion

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Model = Annotated[
    str,
    typer.Argument(metavar="MODEL", help="Name of the model.", autocompletion=completion.models),
]
Reference = Annotated[
    str,
    typer.Argument(
        metavar="REF",
        help="MODEL, MODEL@1.2.0, MODEL@3 (sequence), MODEL@production, MODEL@BRANCH or "
        "MODEL@digest:PREFIX.",
        autocompletion=completion.refs,
    ),
]
Key = Annotated[
    Path,
    typer.Option(metavar="KEYFILE", help="Your private SSH key, or a public one of your agent's."),
]
SignerName = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Your name among the signers, where your key has several."),
]
AllowedSignersFile = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Whose signatures count, instead of what settings name."),
]
Reason = Annotated[str, typer.Option(help="Why; stands in the audit trail.")]


def parse_pairs(texts: list[str], option: str) -> dict[str, str]:
    """Read ``NAME=VALUE`` texts; a text of another form or a repeated name is wrong usage."""
    pairs: dict[str, str] = {}
    for text in texts:
        name, separator, value = text.partition("=")
        if not name or not separator:
            raise typer.BadParameter(f"'{text}' is not NAME=VALUE", param_hint=option)
        if name in pairs:
            raise typer.BadParameter(f"'{name}' is given twice", param_hint=option)
        pairs[name] = value
    return pairs


def parse_files(texts: list[str]) -> dict[str, Path]:
    """Read ``NAME=PATH`` texts; the paths have to be files."""
    files = {name: Path(path).resolve() for name, path in parse_pairs(texts, "--file").items()}
    for path in files.values():
        if not path.is_file():
            raise typer.BadParameter(f"'{path}' is not a file", param_hint="--file")
    return files


def parse_time(text: str) -> datetime:
    """Read an ISO 8601 date (its first moment) or datetime; UTC unless it says otherwise."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(
            f"'{text}' is not an ISO 8601 date or time, e.g. 2026-03-31 or 2026-03-31T12:00"
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
