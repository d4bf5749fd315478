"""Checks that what a model's framework and conversions need is installed and works."""

from collections.abc import Iterator, Mapping

from frontier_assets.cli.checks.finding import Finding, State
from frontier_assets.conversion.targets import TARGETS, converter_of
from frontier_assets.errors import EngineUnavailableError, MissingExtraError
from frontier_assets.predictors.engines.probe import probe
from frontier_assets.predictors.packages import require_packages
from frontier_assets.specification import Conversion, Framework, ModelSpecification

_NEEDS: Mapping[Framework, tuple[str, tuple[str, ...]]] = {
    "pytorch": ("pytorch", ("torch",)),
    "sklearn": ("sklearn", ("sklearn", "skops")),
    "xgboost": ("xgboost", ("xgboost",)),
    "lightgbm": ("lightgbm", ("lightgbm",)),
    "onnx": ("onnx", ("onnx", "onnxruntime")),
    "custom": ("", ()),
    "tensorflow": ("keras", ("keras", "torch")),
}


def check_packages(specification: ModelSpecification) -> Iterator[Finding]:
    """Look for every package, importing none here; each missing one is a finding of its own."""
    subject = f"{specification.name} packages"
    extra, packages = _NEEDS[specification.framework]
    wanted = [(f"Framework {specification.framework}", extra, packages, State.FAILED)]
    for conversion in specification.conversions:
        converter = converter_of(conversion.target, specification.framework)
        feature = f"Conversion to {conversion.target}"
        wanted.append((feature, converter.extra, converter.packages, _lacking(conversion)))
    present: list[str] = []
    for feature, name, needed, state in wanted:
        try:
            require_packages(feature, needed, extra=name)
        except MissingExtraError as error:
            remedy = f"pip install 'frontier_assets[{error.extra}]'"
            found = f"and {error.installed} is" if error.installed else "which is not"
            detail = f"{feature} needs '{error.package}', {found} installed"
            yield Finding(subject, state, detail, remedy)
        else:
            present += needed
    if present:
        yield Finding(subject, State.OK, ", ".join(dict.fromkeys(present)))
    for conversion in specification.conversions:
        if TARGETS[conversion.target].flavour:
            yield _engine(subject, conversion)


def _lacking(conversion: Conversion) -> State:
    """Return how it is to be taken that a target cannot be made: builds go on without some."""
    return State.FAILED if conversion.required else State.WARNING


def _engine(subject: str, conversion: Conversion) -> Finding:
    found, name = probe(TARGETS[conversion.target].flavour), conversion.target
    try:
        found.require_running()
    except EngineUnavailableError as error:
        detail = f"{name} cannot be proved here: {error.state}: {error.problem}"
        return Finding(subject, _lacking(conversion), detail, error.remedy)
    gpu = f"{found.gpu}, compute capability {found.compute_capability}"
    return Finding(subject, State.OK, f"{name} with {found.flavour} {found.version} on {gpu}")
