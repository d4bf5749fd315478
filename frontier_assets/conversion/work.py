"""Everything that one conversion depends on, and the digest of it."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace

from blake3 import blake3

from frontier_assets import entrypoints
from frontier_assets.conversion.apart import Limits
from frontier_assets.conversion.calibration import calibration_rows
from frontier_assets.conversion.derivation import Options
from frontier_assets.conversion.parity import Headline
from frontier_assets.conversion.rules import Rules
from frontier_assets.conversion.targets import Target, target_named, usable_converter
from frontier_assets.dataset import Dataset
from frontier_assets.datasets.loading import load
from frontier_assets.errors import ConversionError
from frontier_assets.predictors.engines.probe import probe
from frontier_assets.predictors.packages import release_of
from frontier_assets.specification import Framework, Gate, ModelSpecification
from frontier_assets.types import Version

# The packages whose models are converted; what they compute is part of what a result is.
_FRAMEWORKS: dict[Framework, str] = {"pytorch": "torch", "tensorflow": "keras"}


@dataclass(frozen=True, slots=True)
class Work:
    """The data, limits and gates of a conversion.

    The same ``key`` makes and proves the same, as long as the function that builds the model has
    the same ``code``, the digest of its file; None where there is none, or none any more.
    """

    target: Target
    framework: Framework
    dataset: Dataset
    calibration: Dataset | None
    rules: Rules
    options: Options
    headline: Headline | None
    limits: Limits
    batch_sizes: tuple[int, ...]
    gates: tuple[Gate, ...]
    code: str | None
    key: str = ""


def gather(
    version: Version,
    target: str,
    specification: ModelSpecification,
    registered: ModelSpecification,
) -> Work:
    """Load what a conversion of ``version`` to ``target`` needs beside the version itself.

    ``registered`` says what the version is, ``specification`` what is wanted of it now.

    Raises:
        ConversionError: there is nothing to calibrate with, or it is what judges the result.
        MissingExtraError: a package that the target needs is not installed.
        EngineUnavailableError: the target is an engine, which cannot be built here.
    """
    kind, converter = target_named(target), usable_converter(target, registered.framework)
    dataset = load(specification.source(specification.parity_dataset(target)))
    calibration = None
    if kind.calibrated:
        calibration = _calibration(version.ref, target, specification, dataset)
    section = specification.conversion(target)
    outputs = specification.architecture.outputs
    work = Work(
        target=kind,
        framework=registered.framework,
        dataset=dataset,
        calibration=calibration,
        rules=kind.rules.changed(section),
        options=Options(section.optimization_level, section.profiles, version.digest),
        headline=next((Headline(name, outputs) for name in specification.evaluation.metrics), None),
        limits=Limits(section.time_limit_s, section.memory_limit_gib),
        batch_sizes=tuple(section.batch_sizes),
        gates=tuple(specification.gates_on(target)),
        code=entrypoints.code_digest(registered.architecture.entrypoint),
    )
    return replace(work, key=_key(work, version, registered, converter.packages))


def _key(
    work: Work, version: Version, registered: ModelSpecification, packages: Iterable[str]
) -> str:
    """Return the digest of what decides which bytes are made and whether they are proved."""
    framework, flavour = work.framework, work.target.flavour
    parts = {
        "source": version.digest,
        "target": work.target.name,
        "architecture": registered.architecture.digest,
        "parameters": version.parameters,
        "dataset": work.dataset.digest(),
        "calibration": work.calibration and work.calibration.digest(),
        "rules": asdict(work.rules),
        "level": work.options.level,
        "profiles": work.options.profiles,
        "headline": work.headline and asdict(work.headline),
        "packages": _versions([*packages, _FRAMEWORKS.get(framework, framework)]),
        # An engine is made for one machine, and proved where there is a GPU.
        "machine": asdict(probe(flavour)) if flavour else None,
    }
    return blake3(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def _calibration(
    ref: str, target: str, specification: ModelSpecification, judging: Dataset
) -> Dataset:
    source = specification.calibration_source(target)
    if source is None:
        raise ConversionError(
            ref,
            target,
            "it has no calibration data: write `calibration: DATASET` beside the target, a data "
            "set that judges nothing",
        )
    return calibration_rows(ref, target, load(source), judging)


def _versions(packages: Iterable[str]) -> dict[str, str]:
    return {package: release_of(package) for package in ("frontier_assets", *packages)}
