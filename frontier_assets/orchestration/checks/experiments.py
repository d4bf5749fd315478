"""The sample ratio and the guardrails of an experiment as asset checks, decided at each look."""

import dagster as dg

from frontier_assets.experiments.results import Analysis, MetricResult
from frontier_assets.orchestration.checks.partitioned import build_check_spec
from frontier_assets.orchestration.partitions import ab_tests_partitions
from frontier_assets.specification import ABTest

SAMPLE_RATIO = "sample_ratio"


def build_experiment_check_specs(
    model: str, section: ABTest, asset: dg.AssetKey
) -> list[dg.AssetCheckSpec]:
    """Return the checks of each experiment: the sample ratio, and the YAML's guardrails."""
    said = {
        SAMPLE_RATIO: "Each variant gets its share of the units. If it fails: units are lost or "
        "counted twice in one variant, and no other figure can be believed."
    }
    for item in section.guardrails:
        said[guardrail_check(item.metric)] = (
            f"No treatment is proved to harm {item.metric} by more than its margin of "
            f"{item.margin:g} ({item.margin_unit}). If it fails: the experiment has ended, every "
            "unit gets control, and the treatment cannot be promoted."
        )
    return [
        build_check_spec(
            name, asset, partitions=ab_tests_partitions(model), description=text, blocking=False
        )
        for name, text in said.items()
    ]


def guardrail_check(metric: str) -> str:
    """Return the name of a guardrail's check."""
    return f"guardrail_{metric}"


def experiment_check_results(
    section: ABTest, seen: Analysis, asset: dg.AssetKey
) -> list[dg.AssetCheckResult]:
    """Return every check as the look found it."""
    ratio = seen.sample_ratio
    results = [_result(asset, SAMPLE_RATIO, passed=ratio.passed, description=ratio.detail)]
    for guarded in section.guardrails:
        found = [item for item in seen.guardrails if item.metric == guarded.metric]
        harmed = [item for item in found if item.verdict == "harmed"]
        said = "; ".join(map(_said, found)) or "this experiment does not have the guardrail"
        name = guardrail_check(guarded.metric)
        results.append(_result(asset, name, passed=not harmed, description=said))
    return results


def _result(
    asset: dg.AssetKey, name: str, *, passed: bool, description: str
) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=asset, check_name=name, passed=passed, description=description
    )


def _said(item: MetricResult) -> str:
    interval = item.relative if item.margin_unit == "relative" else item.interval
    if interval is None:
        return f"{item.variant}: {item.verdict}, {item.note or 'no interval yet'}"
    form = "+.2%" if item.margin_unit == "relative" else "+.4g"
    low, high = (format(bound, form) for bound in interval[1:])
    return f"{item.variant}: {item.verdict}, {item.metric} changed by {low} to {high}"
