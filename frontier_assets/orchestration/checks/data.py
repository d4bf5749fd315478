"""The quality of a data set as asset checks, decided in the step that loads it.

They stop what reads the data in the same run. Training and evaluation ask the same rules again when
they load the data themselves, so a failed check here holds in every other run as well.
"""

from collections.abc import Sequence
from typing import Any

import dagster as dg

from frontier_assets.dataset import Dataset
from frontier_assets.datasets.quality import Finding
from frontier_assets.datasets.rules import Rule


def build_data_check_specs(rules: Sequence[Rule], asset: dg.AssetKey) -> list[dg.AssetCheckSpec]:
    """Return a check per rule; those that refuse the data block what follows in the run."""
    return [
        dg.AssetCheckSpec(
            rule.name,
            asset=asset,
            description=f"{rule.description} {_effect(rule)}",
            blocking=rule.refuses,
        )
        for rule in rules
    ]


def data_check_results(
    rules: Sequence[Rule], dataset: Dataset, asset: dg.AssetKey
) -> list[dg.AssetCheckResult]:
    """Ask every rule and return what each found as Dagster shows it."""
    return [_result(rule, rule.find(dataset), rows=len(dataset), asset=asset) for rule in rules]


def _effect(rule: Rule) -> str:
    return "Otherwise nothing uses the data." if rule.refuses else "Otherwise it only warns."


def _result(
    rule: Rule, found: Sequence[Finding], *, rows: int, asset: dg.AssetKey
) -> dg.AssetCheckResult:
    metadata: dict[str, dg.MetadataValue[Any]] = {"rows": dg.MetadataValue.int(rows)}
    if found:
        metadata |= {"findings": _table(found), "remedy": dg.MetadataValue.text(rule.remedy)}
    said = "; ".join(item.sentence for item in found)
    return dg.AssetCheckResult(
        asset_key=asset,
        check_name=rule.name,
        passed=not found,
        severity=dg.AssetCheckSeverity.ERROR if rule.refuses else dg.AssetCheckSeverity.WARN,
        description=said or f"Nothing found in {rows} rows.",
        metadata=metadata,
    )


def _table(found: Sequence[Finding]) -> dg.TableMetadataValue:
    return dg.MetadataValue.table(
        records=[
            dg.TableRecord(
                {"column": f.column, "first_row": f.row, "value": f.value, "rows": f.count}
            )
            for f in found
        ],
        schema=dg.TableSchema(
            [
                dg.TableColumn("column"),
                dg.TableColumn("first_row", "int", "Counted from 0."),
                dg.TableColumn("value", description="What stands in the first row concerned."),
                dg.TableColumn("rows", "int", "How many rows are concerned."),
            ]
        ),
    )
