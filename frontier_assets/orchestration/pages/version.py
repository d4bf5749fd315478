"""The page of ``m/version``: what was registered, from what, and what happens to it next."""

from collections.abc import Sequence

import dagster as dg

from frontier_assets.orchestration.pages.pictures import Metadata
from frontier_assets.promotion.markdown import shown_size
from frontier_assets.registry.lineage import parents_of
from frontier_assets.types import Version


def version_metadata(
    version: Version, *, is_run: bool, outside_uris: Sequence[str] = ()
) -> Metadata:
    """Return the facts of a version whose bytes were just verified.

    ``is_run`` says whether Dagster knows the run that registered it, and can link to it.
    ``outside_uris`` are the places of files that were registered without copying them.
    """
    metadata: Metadata = {
        "state": dg.MetadataValue.md(
            f"**Verified** byte for byte, {shown_size(version.size_bytes)}."
        ),
        "next_step": dg.MetadataValue.text("evaluation, conversion and model card, in this build"),
        "all_facts": dg.MetadataValue.text(f"frontier show {version.ref}"),
        "change": dg.MetadataValue.text(f"{version.change.value}: {version.change_reason}"),
        "branch": dg.MetadataValue.text(version.branch),
        "parent": dg.MetadataValue.text(" and ".join(parents_of(version)) or "none"),
        "sequence": dg.MetadataValue.int(version.sequence),
        "checkpoint": dg.MetadataValue.text(version.checkpoint or "none, from outside"),
    }
    if version.checkpoint:
        metadata["checkpoints"] = dg.MetadataValue.asset(dg.AssetKey([version.model, "checkpoint"]))
    if is_run and version.run_id:
        metadata["registered_by_run"] = dg.MetadataValue.dagster_run(version.run_id)
    if outside_uris:
        metadata["storage_uri"] = dg.MetadataValue.text(", ".join(outside_uris))
    return metadata | {
        "created_by": dg.MetadataValue.text(version.created_by),
        "created_at": dg.MetadataValue.timestamp(version.created_at),
        **{
            f"training_{name}": dg.MetadataValue.float(value)
            for name, value in version.metrics.items()
        },
        "parameters": dg.MetadataValue.json(dict(version.parameters)),
        "data_digests": dg.MetadataValue.json(dict(version.data_digests)),
        "signature": dg.MetadataValue.json(dict(version.signature)),
        "environment": dg.MetadataValue.json(dict(version.environment)),
        "version_id": dg.MetadataValue.text(str(version.id)),
    }
