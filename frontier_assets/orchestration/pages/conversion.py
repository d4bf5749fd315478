"""The page of ``m/<target>``: whether the artifact may be served, and how."""

import dagster as dg

from frontier_assets.conversion.versions import ProvedArtifact
from frontier_assets.orchestration.pages.pictures import Metadata
from frontier_assets.promotion.markdown import shown_size
from frontier_assets.types import Outcome, Version


def conversion_metadata(version: Version, proved: ProvedArtifact) -> Metadata:
    """Return what the proof came to, what the conversion did to the size, and how to use it."""
    record, proof = proved.record, proved.proof
    if proof.outcome is Outcome.PASSED:
        says = f"**Proved**: {version.number} is served as `{record.name}`."
    else:
        says = (
            f"**Not served**: the proof {proof.outcome.value.replace('_', ' ')}. "
            f"After a fix: `frontier build {version.ref}`"
        )
    files = ", ".join(record.members)
    return {
        "state": dg.MetadataValue.md(says),
        "proof": dg.MetadataValue.text(proof.detail),
        "sizes": dg.MetadataValue.text(
            f"{shown_size(record.size_bytes)} ({files}); original {shown_size(version.size_bytes)}"
        ),
        "next_command": dg.MetadataValue.text(
            f"frontier fetch {version.ref} FOLDER --target {record.name}"
        ),
        "use_in_python": dg.MetadataValue.text(
            f'Workspace.open().load_converted("{version.ref}", "{record.name}")'
        ),
        "artifact_id": dg.MetadataValue.text(str(record.id)),
        "version_id": dg.MetadataValue.text(str(version.id)),
        **{f"proof_{k}": dg.MetadataValue.float(float(v)) for k, v in proof.measures.items()},
    }
