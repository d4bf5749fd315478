"""Names of the partition sets, and the edges between different sets."""

import dagster as dg


def versions_partitions(model: str) -> dg.DynamicPartitionsDefinition:
    """Return the set whose keys are the model's version numbers."""
    return dg.DynamicPartitionsDefinition(name=f"{model}__versions")


def checkpoints_partitions(model: str) -> dg.DynamicPartitionsDefinition:
    """Return the set whose keys are the model's checkpoints, ``<run>-step-<n>``."""
    return dg.DynamicPartitionsDefinition(name=f"{model}__checkpoints")


def ab_tests_partitions(model: str) -> dg.DynamicPartitionsDefinition:
    """Return the set whose keys are the ids of the model's experiments."""
    return dg.DynamicPartitionsDefinition(name=f"{model}__ab_tests")


def lineage_only(key: dg.AssetKey) -> dg.AssetDep:
    """Return an edge that is drawn and nothing more.

    It claims no partitions, so nothing turns stale and backfills work; the real parent stands in
    the registry and in metadata.
    """
    return dg.AssetDep(key, partition_mapping=dg.SpecificPartitionsPartitionMapping([]))
