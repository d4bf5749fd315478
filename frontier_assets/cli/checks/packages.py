"""Checks that the packages are installed which a model's framework and conversions need."""

from collections.abc import Iterator, Mapping

from frontier_assets.cli.checks.finding import Finding, State
from frontier_assets.conversion.targets import converter_of
from frontier_assets.errors import MissingExtraError
from frontier_assets.predictors.packages import require_packages
from frontier_assets.specification import Framework, ModelSpecification

_NEEDS: Mapping[Framework, tuple[str, tuple[str, ...]]] = {
    "pytorch": ("pytorch", ("torch",)),
    "sklearn": ("sklearn", ("sklearn", "skops")),
    "xgboost": ("xgboost", ("xgboost",)),
    "lightgbm": ("lightgbm", ("lightgbm",)),
    "onnx": ("onnx", ("onnx", "onnxruntime")),
    "custom": ("", ()),
}


def check_packages(specification: ModelSpecification) -> Iterator[Finding]:
    """Look for every package, importing none; each missing one is a finding of its own."""
    subject = f"{specification.name} packages"
    extra, packages = _NEEDS[specification.framework]
    wanted = [(f"Framework {specification.framework}", extra, packages, State.FAILED)]
    for conversion in specification.conversions:
        converter = converter_of(conversion.target, specification.framework)
        feature = f"Conversion to {conversion.target}"
        # Builds go on without an optional target whose package is missing.
        state = State.FAILED if conversion.required else State.WARNING
        wanted.append((feature, converter.extra, converter.packages, state))
    present: list[str] = []
    for feature, name, needed, state in wanted:
        try:
            require_packages(feature, needed, extra=name)
        except MissingExtraError as error:
            remedy = f"pip install 'frontier_assets[{error.extra}]'"
            detail = f"{feature} needs '{error.package}', which is not installed"
            yield Finding(subject, state, detail, remedy)
        else:
            present += needed
    if present:
        yield Finding(subject, State.OK, ", ".join(dict.fromkeys(present)))
