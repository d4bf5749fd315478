"""``m/data/<dataset>``: what the model is trained on and judged by."""

from collections.abc import Sequence
from typing import Any

import dagster as dg

from frontier_assets import entrypoints
from frontier_assets.datasets.profile import (
    Column,
    DatasetProfile,
    Label,
    NumericRange,
    profile,
)
from frontier_assets.datasets.rules import rules_of
from frontier_assets.orchestration.checks.data import build_data_check_specs, data_check_results
from frontier_assets.orchestration.failures import translated
from frontier_assets.specification import DatasetSource, ModelSpecification

_DIGITS = 7  # significant, which is what float32 has


def build_data_asset(
    specification: ModelSpecification, source: DatasetSource
) -> dg.AssetsDefinition:
    """Build the asset that loads one data set, describes it and checks its quality.

    Data that break a rule are described all the same, so that their figures can be looked at.
    """
    evaluated = source.name in specification.evaluation.datasets
    training = specification.training_source() if evaluated else None
    rules = rules_of(source, training=training)
    key = dg.AssetKey([specification.name, "data", source.name])

    @dg.asset(
        key=key,
        check_specs=build_data_check_specs(rules, key),
        group_name=specification.name,
        description=_description(source, training),
        kinds={"python", "numpy"},
        owners=specification.owners,
        tags=specification.tags,
    )
    def data() -> dg.MaterializeResult:  # type: ignore[type-arg]  # Dagster reads no parameter here
        with translated():
            dataset = entrypoints.load_dataset(source.entrypoint)
            found = profile(dataset, source.units)
            results = data_check_results(rules, dataset, key)
        return dg.MaterializeResult(
            metadata=_metadata(found, specification.architecture.classes),
            data_version=dg.DataVersion(found.digest),
            check_results=results,
        )

    return data


def _description(source: DatasetSource, training: DatasetSource | None) -> str:
    about = source.description or f"Data set `{source.name}`."
    use = f" Versions are judged on it; `{training.name}` trains them." if training else ""
    return (
        f"{about} Made by `{source.entrypoint}`.{use}\n\n"
        "Its data version is the digest of its content: other content makes what was trained on it "
        "stale. **A check is red?** It names column, row and value; training and evaluation refuse "
        "the data until they or the rules in the YAML are changed."
    )


def _metadata(
    found: DatasetProfile, class_names: Sequence[str]
) -> dict[str, dg.MetadataValue[Any]]:
    metadata: dict[str, dg.MetadataValue[Any]] = {
        "dagster/row_count": dg.MetadataValue.int(found.rows),
        "dagster/column_schema": dg.MetadataValue.table_schema(
            dg.TableSchema([_schema_column(column) for column in found.columns])
        ),
        "digest": dg.MetadataValue.text(found.digest),
        "size_bytes": dg.MetadataValue.int(found.size_bytes),
    }
    if found.ranges:
        metadata["ranges"] = _range_table(found.ranges)
    if found.classes:
        metadata["class_balance"] = _class_table(found, class_names)
    return metadata


def _schema_column(column: Column) -> dg.TableColumn:
    rows = f"{list(column.shape)} per row" if column.shape else "one value per row"
    unit = f", in {column.unit}" if column.unit else ""
    return dg.TableColumn(str(column.name), column.dtype, f"{rows}{unit}")


def _range_table(ranges: Sequence[NumericRange]) -> dg.TableMetadataValue:
    return dg.MetadataValue.table(
        records=[
            dg.TableRecord(
                {
                    "column": str(item.name),
                    "minimum": _short(item.minimum),
                    "mean": _short(item.mean),
                    "maximum": _short(item.maximum),
                    "missing": item.missing,
                }
            )
            for item in ranges
        ],
        schema=dg.TableSchema(
            [
                dg.TableColumn("column"),
                *(dg.TableColumn(name, "float") for name in ("minimum", "mean", "maximum")),
                dg.TableColumn("missing", "int", "Values that are NaN or infinite."),
            ]
        ),
    )


def _short(value: float | None) -> float | None:
    """Return what a narrow table has room for; whole numbers stay as they are."""
    if value is None or float(value).is_integer():
        return value
    return float(f"{value:.{_DIGITS}g}")


def _class_table(found: DatasetProfile, class_names: Sequence[str]) -> dg.TableMetadataValue:
    records = [
        dg.TableRecord(
            {
                "class": _class_name(item.label, class_names),
                "rows": item.count,
                "share": _short(item.share),
            }
        )
        for item in found.classes
    ]
    if found.others:
        rest = found.rows - sum(item.count for item in found.classes)
        records.append(
            dg.TableRecord(
                {
                    "class": f"and {found.others} more",
                    "rows": rest,
                    "share": _short(rest / found.rows),
                }
            )
        )
    return dg.MetadataValue.table(
        records=records,
        schema=dg.TableSchema(
            [
                dg.TableColumn("class"),
                dg.TableColumn("rows", "int"),
                dg.TableColumn("share", "float", "Share of all rows, 0 to 1."),
            ]
        ),
    )


def _class_name(label: Label, class_names: Sequence[str]) -> str:
    """Return the label, with the name that the YAML gives the class of this index."""
    if isinstance(label, bool) or not isinstance(label, int) or not 0 <= label < len(class_names):
        return str(label)
    return f"{label}: {class_names[label]}"
