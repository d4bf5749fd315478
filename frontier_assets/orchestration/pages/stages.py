"""The pages of a version, its card and its stages: where it stands and what comes next."""

import dagster as dg

from frontier_assets.orchestration.pages.pictures import Metadata
from frontier_assets.promotion.card import missing, next_stage, promote_command
from frontier_assets.promotion.decision import decide
from frontier_assets.promotion.markdown import table
from frontier_assets.registry.evidence import Evidence
from frontier_assets.registry.moves import StageMove
from frontier_assets.types import Stage, Version


def decision_metadata(evidence: Evidence) -> Metadata:
    """Return whether the version may move on, what is missing and which command is next."""
    version, to = evidence.version, next_stage(evidence)
    if to is None:
        return {"decision": dg.MetadataValue.md(f"**{version.number} is in production.**")}
    decision = decide(evidence, to=to, automatic=False)
    metadata: Metadata = {
        f"ready_for_{to}": dg.MetadataValue.bool(decision.allowed),
        "decision": dg.MetadataValue.md(
            f"**{version.number} is ready for {to}.**"
            if decision.allowed
            else f"**{version.number} is not ready for {to}.**"
        ),
    }
    if decision.allowed:
        metadata["next_command"] = dg.MetadataValue.text(promote_command(evidence, to))
        metadata["who_moves_it"] = dg.MetadataValue.text(_mover(evidence, to))
    else:
        metadata["still_missing"] = dg.MetadataValue.md(
            table(("Missing", "What to do"), missing(decision))
        )
    return metadata


def stage_metadata(version: Version, move: StageMove) -> Metadata:
    """Return how a stage got its version, and how to undo it."""
    ref = version.ref
    if move.target is Stage.PRODUCTION:
        says = f"**{version.number} serves**, after {move.replaced or 'nobody'}."
        command = f"frontier rollback {version.model} --reason '...'"
        use = f'Workspace.open().load("{version.model}@production")'
    else:
        says = f"**{version.number} is staged**; production is untouched."
        command = f"frontier promote {ref} --to production --reason '...'"
        use = f'Workspace.open().load("{version.model}@staging")'
    return {
        "state": dg.MetadataValue.md(says),
        "next_command": dg.MetadataValue.text(command),
        "use_in_python": dg.MetadataValue.text(use),
        "model_card": dg.MetadataValue.asset(dg.AssetKey([version.model, "model_card"])),
        **{
            f"training_{name}": dg.MetadataValue.float(value)
            for name, value in version.metrics.items()
        },
    }


def _mover(evidence: Evidence, to: Stage) -> str:
    setting = evidence.policy.promotion.entry(to).mode if evidence.policy else "manual"
    if setting == "automatic" and evidence.barred_reason is None:
        return "the sensor promotion, by itself"
    return "a person, with next_command or the job"
