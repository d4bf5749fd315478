"""From the files of a converted artifact to something that predicts, by what the files are."""

from frontier_assets.errors import InvalidValueError
from frontier_assets.predictors.formats import load_predictor
from frontier_assets.predictors.intermediate import TOPOLOGY, WEIGHTS
from frontier_assets.predictors.predictor import Predictor
from frontier_assets.predictors.program import ARCHIVE
from frontier_assets.storage.artifacts import StoredArtifact

GRAPH = "model.onnx"


def open_files(ref: str, stored: StoredArtifact) -> Predictor:
    """Load a converted artifact; every byte is verified on the way.

    Raises:
        InvalidValueError: its files are of no format that predicts.
    """
    members = set(stored.members)
    if members == {GRAPH}:
        return load_predictor("onnx", content=bytes(stored.read(GRAPH)))
    if members == {TOPOLOGY, WEIGHTS}:
        return load_predictor(
            "openvino", topology=bytes(stored.read(TOPOLOGY)), weights=bytes(stored.read(WEIGHTS))
        )
    if members == {ARCHIVE}:
        return load_predictor("exported", content=bytes(stored.read(ARCHIVE)))
    raise InvalidValueError(
        f"Files of {ref}",
        ", ".join(sorted(members)),
        f"expected {GRAPH}, {ARCHIVE}, or {TOPOLOGY} with {WEIGHTS}",
    )
