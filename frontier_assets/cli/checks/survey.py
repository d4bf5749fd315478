"""All checks in their order; what one of them finds missing spares the later ones that need it."""

import contextlib
from collections.abc import Generator, Iterator
from pathlib import Path

from frontier_assets.cli.checks import model as model_checks
from frontier_assets.cli.checks import project as project_checks
from frontier_assets.cli.checks.finding import Finding, State, attempted
from frontier_assets.cli.checks.packages import check_packages
from frontier_assets.cli.checks.watch import check_watch
from frontier_assets.cli.location import CodeLocation, find_locations
from frontier_assets.cli.orchestrator.definitions import definitions_of
from frontier_assets.cli.orchestrator.surroundings import surroundings
from frontier_assets.dataset import Dataset
from frontier_assets.errors import FrontierAssetsError
from frontier_assets.registry.database import Registry
from frontier_assets.settings import PROJECT_MARKER, Settings
from frontier_assets.specification import ModelSpecification
from frontier_assets.storage.stores import ArtifactStores

_Specifications = dict[str, ModelSpecification]


def survey(settings: Settings, wanted: str | None) -> Iterator[Finding]:
    """Yield the findings on a project and on the model ``wanted``, or on all of its models."""
    yield from project_checks.check_settings(settings)
    if settings.root is not None:
        files = project_checks.check_dagster_file(settings.root)
        yield from attempted(PROJECT_MARKER, files)
    yield from attempted("signers", project_checks.check_signers(settings.signers))
    with contextlib.ExitStack() as stack:
        yield from attempted("registry", project_checks.check_registry(settings.registry_url))
        registry = _readable_registry(settings.registry_url, stack)
        stores = ArtifactStores(
            settings.stores,
            root=settings.root,
            encryption_key_file=settings.encryption_key_file,
            cache_url=settings.cache_url,
        )
        for name in stores:
            yield from attempted(
                f"store {name}", project_checks.check_store(stores, name, registry)
            )
        specifications: _Specifications = {}
        complete = True
        if settings.root is not None:
            stack.enter_context(surroundings(settings, settings.root))
            complete = yield from _definitions(settings.root, specifications)
        elif registry is not None:
            specifications |= _recorded(registry)
        if wanted is not None and wanted not in specifications:
            yield _absent(wanted, specifications, complete=complete)
        chosen = [item for name, item in sorted(specifications.items()) if wanted in (None, name)]
        for specification in chosen:
            yield from _model(specification, registry, stores)
            watch = check_watch(specification, registry, settings.root)
            yield from attempted(f"{specification.name} watch", watch)
        if wanted is None and registry is not None and settings.root is not None:
            yield from _elsewhere(registry, specifications)


def _readable_registry(url: str, stack: contextlib.ExitStack) -> Registry | None:
    """Open a registry that is there and fits; opening another would create it or fail again."""
    try:
        found, needed = Registry.current(url)
        return stack.enter_context(Registry.open(url)) if found == needed else None
    except FrontierAssetsError:
        return None


def _definitions(root: Path, found: _Specifications) -> Generator[Finding, None, bool]:
    """Load every code location into ``found``, a broken one sparing the others.

    Returns whether all of them could be loaded.
    """
    yield from attempted(project_checks.LOCATION, project_checks.check_locations(root))
    try:
        locations = find_locations(root)
    except FrontierAssetsError:
        return False  # said above
    complete = True
    for location in locations:
        for finding in attempted("definitions", _loaded(location, found)):
            complete = complete and finding.state is not State.FAILED
            yield finding
    return complete


def _loaded(location: CodeLocation, found: _Specifications) -> Iterator[Finding]:
    loaded = definitions_of(location)
    found |= {name: definition.specification for name, definition in loaded.items()}
    names = ", ".join(sorted(loaded)) or "no model"
    yield Finding("definitions", State.OK, f"{location.entrypoint} defines {names}")


def _recorded(registry: Registry) -> _Specifications:
    names = [item.name for item in registry.models.list()]
    policies = {name: registry.policies.current(name) for name in names}
    return {name: policy for name, policy in policies.items() if policy is not None}


def _absent(model: str, specifications: _Specifications, *, complete: bool) -> Finding:
    subject = f"model {model}"
    if not complete:
        return Finding(subject, State.WARNING, "not looked at: the definitions have to load first")
    known = ", ".join(sorted(specifications)) or "no model"
    detail = f"the definitions have no such model; there is {known}"
    return Finding(subject, State.FAILED, detail, "correct the name, or add a defs.yaml for it")


def _model(
    specification: ModelSpecification, registry: Registry | None, stores: ArtifactStores
) -> Iterator[Finding]:
    name = specification.name
    if registry is not None:
        policy = model_checks.check_policy(specification, registry)
        yield from attempted(f"{name} policy", policy)
    yield from attempted(f"{name} packages", check_packages(specification))
    importable = set()
    for entrypoint in model_checks.functions(specification):
        subject = f"{name} function"
        for finding in attempted(subject, model_checks.check_entrypoint(subject, entrypoint)):
            importable |= {entrypoint} if finding.state is State.OK else set()
            yield finding
    loaded: dict[str, Dataset] = {}
    for source in specification.datasets:
        if source.entrypoint in importable:  # what cannot be imported was said above
            data = model_checks.check_dataset(specification, source, loaded)
            yield from attempted(f"{name} data set {source.name}", data)
    for evaluated in specification.evaluation.datasets[:1]:
        if evaluated in loaded:
            prediction = model_checks.check_prediction(
                specification, loaded[evaluated], registry, stores
            )
            yield from attempted(f"{name} prediction", prediction)


def _elsewhere(registry: Registry, specifications: _Specifications) -> Iterator[Finding]:
    for item in registry.models.list():
        if item.name not in specifications:
            detail = "the registry has it and the definitions that loaded do not"
            remedy = "nothing, if another project defines it; otherwise add a defs.yaml for it"
            yield Finding(f"model {item.name}", State.WARNING, detail, remedy)
