"""The one place that builds checks by partition, because Dagster 1.13 calls that a preview."""

import warnings
from collections.abc import Mapping

import dagster as dg


def build_check_spec(
    name: str,
    asset: dg.AssetKey,
    *,
    partitions: dg.PartitionsDefinition[str],
    description: str,
    blocking: bool,
    metadata: Mapping[str, str] | None = None,
) -> dg.AssetCheckSpec:
    """Return a check that each of the ``partitions`` passes or fails for itself."""
    with warnings.catch_warnings():
        # The constraints pin Dagster, and the tests show that the feature does what is needed.
        warnings.simplefilter("ignore", dg.PreviewWarning)
        return dg.AssetCheckSpec(
            name,
            asset=asset,
            description=description,
            blocking=blocking,
            partitions_def=partitions,
            metadata=metadata,
        )
