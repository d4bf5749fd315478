"""The proof that a converted artifact computes what the original computes, as an asset check."""

import dagster as dg

from frontier_assets.conversion.parity import Proof
from frontier_assets.orchestration.checks.partitioned import build_check_spec
from frontier_assets.orchestration.pages.descriptions import describe_parity
from frontier_assets.orchestration.partitions import versions_partitions
from frontier_assets.types import Outcome

PARITY = "parity"


def build_parity_spec(model: str, asset: dg.AssetKey) -> dg.AssetCheckSpec:
    """Return the check; it blocks, because an artifact without proof must not be used."""
    return build_check_spec(
        PARITY,
        asset,
        partitions=versions_partitions(model),
        description=describe_parity(),
        blocking=True,
    )


def parity_result(
    proof: Proof,
    asset: dg.AssetKey,
    *,
    severity: dg.AssetCheckSeverity = dg.AssetCheckSeverity.ERROR,
) -> dg.AssetCheckResult:
    """Return a proof as Dagster shows it; one that could not run has not passed.

    A failure of severity ``WARN`` stops nothing.
    """
    return dg.AssetCheckResult(
        asset_key=asset,
        check_name=PARITY,
        severity=severity,
        passed=proof.outcome is Outcome.PASSED,
        description=proof.detail,
        metadata={"outcome": proof.outcome.value, **proof.measures},
    )
