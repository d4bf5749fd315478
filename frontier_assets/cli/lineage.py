"""``frontier lineage``: where a version came from and what came of it, as a tree."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

from frontier_assets.cli.family import ancestry, descent
from frontier_assets.cli.options import AsJson, Reference
from frontier_assets.cli.printing import Branch, one_line, print_json, print_tree
from frontier_assets.cli.session import open_workspace

if TYPE_CHECKING:
    from frontier_assets.registry.evaluation_records import Evaluation
    from frontier_assets.registry.lineage import Lineage
    from frontier_assets.registry.moves import StageMove
    from frontier_assets.types import Version


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file to ``app``."""
    app.command()(lineage)


def lineage(ref: Reference, *, as_json: AsJson = False) -> None:
    """Show where a version came from (parents, checkpoint, data) and what came of it."""
    with open_workspace() as workspace:
        found = workspace.versions.lineage(ref)
    if as_json:
        print_json(found)
    else:
        print_tree(_tree(found))


def _tree(found: "Lineage") -> Branch:
    version = found.version
    state = f"in {version.stage}, {one_line(version.created_at)} UTC by {version.created_by}"
    return Branch(
        f"{version.ref}: {state}",
        [
            Branch("came from", list(_origins(found))),
            Branch("evaluations", [_evaluation(item) for item in found.evaluations] or _NONE),
            Branch("conversions", [Branch(text) for text in _conversions(found)] or _NONE),
            Branch("stages", [Branch(text) for text in _stages(found)] or _NONE),
            Branch("versions after it", descent(version, found.descendants) or _NONE),
        ],
    )


_NONE = [Branch("none")]


def _origins(found: "Lineage") -> Iterator[Branch]:
    version = found.version
    yield from ancestry(version, found.ancestors)
    yield Branch(f"change: {version.change}, {version.change_reason}")
    yield _checkpoint(found)
    yield from _training_data(version)
    yield Branch(f"policy: {_policy(found)}")
    yield Branch(f"bytes: {version.digest} in store {version.store}")
    yield Branch(f"registered by run: {version.run_id or 'none, outside Dagster'}")
    yield Branch(f"commit: {version.environment.get('git_commit', 'unknown')}")


def _training_data(version: "Version") -> Iterator[Branch]:
    if not version.data_digests:
        yield Branch("training data: unknown, nobody recorded it")
    for name, digest in version.data_digests.items():
        yield Branch(f"training data {name}: {digest}")


def _checkpoint(found: "Lineage") -> Branch:
    key, checkpoint, run = found.version.checkpoint, found.checkpoint, found.training_run
    if key is None:
        return Branch("checkpoint: none, it was registered from files or an object")
    if checkpoint is None:
        return Branch(f"checkpoint: {key}, unknown: it is no longer on record")
    facts = one_line(checkpoint.metrics)
    about = f"{key}, saved {one_line(checkpoint.created_at)} UTC{f', {facts}' if facts else ''}"
    if run is None:
        return Branch(
            f"checkpoint: {about}",
            [Branch(f"training run: {checkpoint.run}, unknown: nobody recorded it")],
        )
    ended = f", ended {one_line(run.ended_at)} UTC" if run.ended_at else ""
    dagster = f" (Dagster run {run.run_id})" if run.run_id else ""
    described = f"{run.name}, {run.status}, began {one_line(run.started_at)} UTC{ended}{dagster}"
    return Branch(f"checkpoint: {about}", [Branch(f"training run: {described}")])


def _policy(found: "Lineage") -> str:
    digest, current = found.version.policy_digest, found.current_policy_digest
    if digest is None:
        return "none was recorded when it was registered"
    if current is None or digest == current:
        return digest.short
    return f"{digest.short}, changed since to {current.short}"


def _evaluation(item: "Evaluation") -> Branch:
    gates = [Branch(f"gate {v.gate}: {v.outcome}, {v.detail}") for v in item.verdicts]
    data = f"{item.rows} examples, data {item.dataset_digest.short}"
    return Branch(f"{item.dataset} ({data}): {one_line(item.metrics)}", gates)


def _conversions(found: "Lineage") -> Iterator[str]:
    for record in found.conversions:
        proof = "verified" if record.verified_at else (record.outcome or "not proved yet")
        detail = f": {record.outcome_detail}" if record.outcome_detail else ""
        yield f"{record.name} {record.digest.short}, {proof}{detail}"


def _stages(found: "Lineage") -> Iterator[str]:
    if found.build is not None:
        yield f"build {found.build.described()}"
    for move in found.moves:
        yield _move(found.version, move)
    if found.barred_reason:
        yield f"barred from automatic promotion: {found.barred_reason}"


def _move(version: "Version", move: "StageMove") -> str:
    who = f"{move.actor}{' automatically' if move.automatic else ''}"
    when = f"{one_line(move.at)} UTC by {who}: {move.reason}"
    if move.version != version.number:
        return f"replaced by {move.version} in {move.target}, {when}"
    replaced = f", replacing {move.replaced}" if move.replaced else ""
    return f"{move.source} to {move.target}{replaced}, {when}"
