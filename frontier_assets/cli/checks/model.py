"""Checks of one model: its policy, its packages, its functions, its data and one prediction."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from frontier_assets import entrypoints
from frontier_assets.checkpoints.comparison import differences
from frontier_assets.cli.checks.finding import Finding, State
from frontier_assets.datasets.loading import load
from frontier_assets.errors import EntrypointError, ModelNotFoundError, VersionNotFoundError
from frontier_assets.predictors.formats import load_predictor
from frontier_assets.predictors.predictor import check_inputs
from frontier_assets.predictors.serving import open_original
from frontier_assets.specification import DatasetSource, ModelSpecification
from frontier_assets.stats.predictions import check_targets

if TYPE_CHECKING:
    from frontier_assets.dataset import Dataset
    from frontier_assets.predictors.predictor import Predictor
    from frontier_assets.registry.database import Registry
    from frontier_assets.storage.stores import ArtifactStores

_BATCH_ROWS = 8
_SHOWN = 3


def check_policy(specification: ModelSpecification, registry: "Registry") -> Iterator[Finding]:
    """Compare the YAML with what the registry has of it."""
    subject = f"{specification.name} policy"
    try:
        recorded = registry.policies.current(specification.name)
    except ModelNotFoundError:
        recorded = None
    if recorded is None:
        detail = "not recorded yet; the first run or `frontier sync` records it"
        yield Finding(subject, State.OK, detail)
    elif recorded.digest == specification.digest:
        yield Finding(subject, State.OK, f"the registry has this YAML ({recorded.digest.short})")
    else:
        changed = differences(
            recorded.model_dump(mode="json", by_alias=True),
            specification.model_dump(mode="json", by_alias=True),
        )
        names = ", ".join(item.name for item in changed[:_SHOWN])
        more = f" and {len(changed) - _SHOWN} more" if len(changed) > _SHOWN else ""
        detail = f"the YAML differs from the recorded policy in {names}{more}"
        yield Finding(subject, State.WARNING, detail, "frontier sync")


def check_entrypoint(subject: str, entrypoint: str) -> Iterator[Finding]:
    """Import one function that the YAML names."""
    entrypoints.load(entrypoint)
    yield Finding(subject, State.OK, f"{entrypoint} was imported")


def check_dataset(
    specification: ModelSpecification, source: DatasetSource, loaded: "dict[str, Dataset]"
) -> Iterator[Finding]:
    """Load one data set into ``loaded`` and hold it against the declared inputs."""
    subject = f"{specification.name} data set {source.name}"
    judges = source.name in specification.evaluation.datasets
    dataset = load(source, training=specification.training_source() if judges else None)
    if judges:
        architecture = specification.architecture
        check_inputs(source.entrypoint, architecture.inputs, dataset.inputs)
        check_targets(dataset.targets, outputs_kind=architecture.outputs, axes=(1, 2))
    loaded[source.name] = dataset
    columns = ", ".join(
        f"{name} {array.dtype}{list(array.shape[1:])}" for name, array in dataset.inputs.items()
    )
    yield Finding(subject, State.OK, f"{len(dataset)} examples of {columns}")


def check_prediction(
    specification: ModelSpecification,
    dataset: "Dataset",
    registry: "Registry | None",
    stores: "ArtifactStores",
) -> Iterator[Finding]:
    """Predict one batch: by the latest version, else by a freshly built network."""
    subject = f"{specification.name} prediction"
    found = _latest(specification, registry, stores) or _untrained(specification)
    if found is None:
        detail = f"not tried: {specification.framework} needs a version, and none is registered"
        yield Finding(subject, State.OK, detail)
        return
    name, predictor = found
    batch = {key: array[:_BATCH_ROWS] for key, array in dataset.inputs.items()}
    output = entrypoints.invoke(predictor.source, predictor.predict, batch)
    shape = f"{output.dtype}{list(output.shape)}"
    yield Finding(subject, State.OK, f"{name} turned {len(output)} examples into {shape}")


def _latest(
    specification: ModelSpecification, registry: "Registry | None", stores: "ArtifactStores"
) -> "tuple[str, Predictor] | None":
    if registry is None:
        return None
    try:
        version = registry.versions.get(specification.name)
    except (ModelNotFoundError, VersionNotFoundError):
        return None
    return version.ref, open_original(version, registry=registry, stores=stores)


def _untrained(specification: ModelSpecification) -> "tuple[str, Predictor] | None":
    entrypoint = specification.architecture.entrypoint
    if specification.framework != "pytorch" or entrypoint is None:
        return None
    given = specification.training.parameters if specification.training else {}
    parameters = entrypoints.accepted(entrypoint, given)
    network = entrypoints.call(entrypoint, **parameters)
    weights_of = getattr(network, "state_dict", None)
    if weights_of is None:
        made = type(network).__name__
        raise EntrypointError(entrypoint, f"returned {made}; expected a torch.nn.Module")
    state = entrypoints.invoke(entrypoint, weights_of)
    predictor = load_predictor(
        "pytorch",
        state=state,
        entrypoint=entrypoint,
        parameters=parameters,
        inputs=specification.architecture.inputs,
    )
    return "the untrained network", predictor


def functions(specification: ModelSpecification) -> list[str]:
    """Return every entrypoint that the YAML names, once."""
    given = [source.entrypoint for source in specification.datasets]
    given += [specification.training.entrypoint] if specification.training else []
    given += filter(None, [specification.architecture.entrypoint])
    return sorted(set(given))
