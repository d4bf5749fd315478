"""``m/data/<dataset>``: what the model is trained on and judged by."""

import dagster as dg

from frontier_assets import entrypoints
from frontier_assets.orchestration.failures import translated
from frontier_assets.specification import DatasetSource, ModelSpecification


def build_data_asset(
    specification: ModelSpecification, source: DatasetSource
) -> dg.AssetsDefinition:
    """Build the asset that loads one data set and records its digest and shape."""

    @dg.asset(
        key=[specification.name, "data", source.name],
        group_name=specification.name,
        description=source.description or f"Data set `{source.name}`, from `{source.entrypoint}`.",
        kinds={"python", "numpy"},
        owners=specification.owners,
        tags=specification.tags,
    )
    def data() -> dg.MaterializeResult[None]:
        with translated():
            dataset = entrypoints.load_dataset(source.entrypoint)
        digest = dataset.digest()
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": len(dataset),
                "digest": digest,
                "size_bytes": sum(array.nbytes for array in dataset.inputs.values()),
                "inputs": {
                    name: f"{array.dtype}{list(array.shape)}"
                    for name, array in dataset.inputs.items()
                },
                "targets": f"{dataset.targets.dtype}{list(dataset.targets.shape)}",
            },
            data_version=dg.DataVersion(digest),
        )

    return data
