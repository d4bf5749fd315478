"""``frontier sync``: the project's YAML files become the registry's current policies."""

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import typer

from frontier_assets.cli.options import AsJson
from frontier_assets.cli.printing import one_line, print_json, print_table
from frontier_assets.cli.session import defined_models, open_workspace
from frontier_assets.settings import Settings

if TYPE_CHECKING:
    from frontier_assets.checkpoints.comparison import Difference
    from frontier_assets.specification import ModelSpecification
    from frontier_assets.types import Digest
    from frontier_assets.workspace import Workspace


@dataclasses.dataclass(frozen=True, slots=True)
class Synced:
    """What became of one model's policy; ``differences`` are those to the one ``before``."""

    model: str
    status: Literal["recorded", "unchanged"]
    policy_digest: "Digest"
    before: "Digest | None"
    differences: "tuple[Difference, ...]"


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file to ``app``."""
    app.command()(sync)


def sync(*, as_json: AsJson = False) -> None:
    """Record the project's YAML files in the registry as the current policies.

    Then `frontier promote` obeys them on every machine that uses this registry. Doing so again
    changes nothing.
    """
    # All of them are loaded before the first is recorded: a broken one changes nothing.
    specifications = defined_models(Settings.read())
    with open_workspace() as workspace:
        synced = [_record(workspace, item) for _, item in sorted(specifications.items())]
        known = [model.name for model in workspace.registry.models.list()]
    elsewhere = [name for name in known if name not in specifications]
    if as_json:
        print_json({"models": synced, "only_in_registry": elsewhere})
    else:
        _print(synced, elsewhere)


def _record(workspace: "Workspace", specification: "ModelSpecification") -> Synced:
    from frontier_assets.checkpoints.comparison import differences  # noqa: PLC0415 - see session

    registry, name = workspace.registry, specification.name
    is_known = name in [model.name for model in registry.models.list()]
    before = registry.policies.current(name) if is_known else None
    digest = workspace.record_policy(specification)
    return Synced(
        model=name,
        status="unchanged" if before and before.digest == digest else "recorded",
        policy_digest=digest,
        before=before.digest if before else None,
        differences=differences(_values(before), _values(specification)) if before else (),
    )


def _values(specification: "ModelSpecification") -> Mapping[str, Any]:
    return specification.model_dump(mode="json", by_alias=True)


def _print(synced: list[Synced], elsewhere: list[str]) -> None:
    columns = ("model", "policy", "digest", "changed")
    rows = [(item.model, item.status, item.policy_digest.short, _changed(item)) for item in synced]
    print_table("", columns, rows)
    for name in elsewhere:
        typer.echo(
            f"warning: {name} is in the registry and not in this project; its policy was left as "
            "it is"
        )


def _changed(item: Synced) -> str:
    if item.before is None:
        return "first recorded"
    shown = [
        (part.name, one_line(part.first) or "-", one_line(part.second) or "-")
        for part in item.differences
    ]
    # A new section brings all its keys; those that it leaves empty say nothing.
    return "; ".join(f"{name} {a} -> {b}" for name, a, b in shown if a != b)
