"""What becomes of every animal of the zoo at every target: converted and proved, or refused."""

import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from frontier_assets.conversion.calibration import calibration_rows
from frontier_assets.conversion.derivation import Options
from frontier_assets.conversion.parity import Headline, Proof, prove
from frontier_assets.conversion.stealth import graph_weights
from frontier_assets.conversion.targets import TARGETS, convert
from frontier_assets.dataset import Dataset
from frontier_assets.errors import (
    ConversionError,
    EngineUnavailableError,
    FrontierAssetsError,
    InvalidValueError,
)
from frontier_assets.predictors.engines.record import ENGINE, RECORD
from frontier_assets.predictors.formats import load_predictor
from frontier_assets.predictors.predictor import Predictor
from frontier_assets.types import Outcome
from frontier_assets_tests.conversion.zoo.specimen import Specimen

REF = "zoo@1.0.0"
# By their names in the README, each a module here with `specimen()`.
ANIMALS = {
    "CNN": "cnn",
    "residual net": "residual",
    "transformer encoder": "encoder",
    "LSTM": "lstm",
    "MLP": "mlp",
    "forest": "forest",
    "xgboost": "xgboost_trees",
    "lightgbm": "lightgbm_trees",
    "HistGradientBoosting": "histogram_trees",
}
# Engines need a GPU to run, so that most machines prove nothing of them.
CPU_TARGETS = tuple(name for name, target in TARGETS.items() if not target.flavour)
# The sequences' dimension, which engines have to know the sizes of.
OPTIONS = Options(profiles={"time": (1, 8, 64)})


@dataclass(frozen=True)
class Cell:
    """What a target came to: what runs it and its proof, or ``refusal``, why there is no file.

    Nothing runs an engine without its GPU; its proof did not run then.
    """

    converted: Predictor | None = None
    proof: Proof | None = None
    refusal: str = ""


def animal(name: str) -> Specimen:
    """Return the animal that the README calls ``name``, newly trained."""
    module = importlib.import_module(f"{__package__}.{ANIMALS[name]}")
    found: Specimen = module.specimen()
    return found


def cells(specimen: Specimen, folder: Path, *, threads: int = 1) -> Iterator[tuple[str, Cell]]:
    """Convert to each target and prove it; those that are made from ONNX share its file.

    Archives run on PyTorch's own number of threads, the others on so many, engines on a GPU.
    """
    calibration = calibration_rows(REF, "zoo", specimen.training, specimen.holdout)
    files: dict[str, Mapping[str, Path]] = {}
    for target in TARGETS:
        try:
            files[target] = _converted(target, specimen, calibration, folder, files)
        except FrontierAssetsError as error:
            yield target, Cell(refusal=_reason(error))
        else:
            takes_threads = TARGETS[target].format in ("onnx", "openvino")
            options = {"threads": threads} if takes_threads else {}
            try:
                found = opened(target, files[target], **options)
            except EngineUnavailableError as error:
                yield target, Cell(proof=Proof(Outcome.NOT_RUN, _reason(error)))
            else:
                yield target, Cell(found, proof_of(specimen, target, files[target], found))


def opened(target: str, files: Mapping[str, Path], **options: object) -> Predictor:
    """Load a target's files as its artifact would be."""
    if TARGETS[target].format == "openvino":
        options |= {"topology": files["model.xml"], "weights": files["model.bin"]}
    elif TARGETS[target].flavour:
        options |= {"engine": files[ENGINE], "record": files[RECORD]}
    else:
        (options["content"],) = files.values()
    read = {k: v.read_bytes() if isinstance(v, Path) else v for k, v in options.items()}
    return load_predictor(TARGETS[target].format, **read)


def proof_of(
    specimen: Specimen, target: str, files: Mapping[str, Path], converted: Predictor | None = None
) -> Proof:
    """Prove it as a build does, with the accuracy as the first metric."""
    graph = files.get("model.onnx")
    return prove(
        specimen.original,
        converted or opened(target, files),
        specimen.holdout,
        rules=TARGETS[target].rules,
        headline=Headline("accuracy", specimen.outputs),
        weights=graph_weights(graph.read_bytes()) if graph else {},
    )


def _converted(
    target: str,
    specimen: Specimen,
    calibration: Dataset,
    folder: Path,
    made: Mapping[str, Mapping[str, Path]],
) -> Mapping[str, Path]:
    inside = folder / target
    inside.mkdir()
    above = made.get(TARGETS[target].parent)
    return convert(
        target,
        REF,
        specimen.original,
        specimen.holdout,
        inside,
        framework=specimen.framework,
        parent=above["model.onnx"] if above else None,
        calibration=calibration,
        options=OPTIONS,
    )


def _reason(error: FrontierAssetsError) -> str:
    """Return what the message says beside the version and the target, which the table names."""
    if isinstance(error, ConversionError):
        return error.problem
    if isinstance(error, EngineUnavailableError):
        return f"`{error.state}`: {error.remedy}"
    return error.expected if isinstance(error, InvalidValueError) else str(error)
