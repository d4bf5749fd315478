"""Everything that one conversion depends on, and the digest of it."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

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
    key: str
    code: str | None


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
    framework, architecture = registered.framework, registered.architecture
    kind, converter = target_named(target), usable_converter(target, framework)
    dataset = load(specification.source(specification.parity_dataset(target)))
    calibration = None
    if kind.calibrated:
        calibration = _calibration(version.ref, target, specification, dataset)
    section = specification.conversion(target)
    rules = kind.rules.changed(section)
    limits = Limits(section.time_limit_s, section.memory_limit_gib)
    options = Options(section.optimization_level, section.profiles, version.digest)
    outputs = specification.architecture.outputs
    headline = next((Headline(name, outputs) for name in specification.evaluation.metrics), None)
    parts = {
        "source": version.digest,
        "target": target,
        "architecture": architecture.digest,
        "parameters": version.parameters,
        "dataset": dataset.digest(),
        "calibration": calibration and calibration.digest(),
        "rules": asdict(rules),
        "level": options.level,
        "profiles": options.profiles,
        "headline": headline and asdict(headline),
        "packages": _versions([*converter.packages, _FRAMEWORKS.get(framework, framework)]),
        # An engine is made for one machine, and proved where there is a GPU.
        "machine": asdict(probe(kind.flavour)) if kind.flavour else None,
    }
    key = blake3(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()
    return Work(
        kind,
        framework,
        dataset,
        calibration,
        rules,
        options,
        headline,
        limits,
        tuple(section.batch_sizes),
        tuple(specification.gates_on(target)),
        key,
        entrypoints.code_digest(architecture.entrypoint),
    )


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
