"""What a version holds, as its framework wants it: a model, weights, a graph or the bare files."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from frontier_assets.codecs.objects import CODECS, PICKLE, ObjectPolicy, read_object
from frontier_assets.codecs.state import decode
from frontier_assets.codecs.structure import root_of
from frontier_assets.codecs.weights import read_weights
from frontier_assets.errors import PredictionUnavailableError
from frontier_assets.predictors.packages import require_packages
from frontier_assets.specification import Framework, ModelSpecification, refused_format
from frontier_assets.storage.artifacts import StoredArtifact

GRAPH_SUFFIX = ".onnx"
WEIGHTS_SUFFIX = ".safetensors"
SAVED_MODEL = "saved_model.pb"  # what TensorFlow calls the graph in every SavedModel
# The codec of each framework whose saved models are whole.
WHOLE_MODELS: Mapping[Framework, str] = {
    "sklearn": "skops",
    "xgboost": "xgboost",
    "lightgbm": "lightgbm",
    "onnx": "onnx",
    "tensorflow": "keras",
}


def graphs_of(stored: StoredArtifact) -> list[str]:
    """Return the names of the ONNX files among the files of an artifact."""
    return [name for name in stored.members if name.endswith(GRAPH_SUFFIX)]


def content_of(
    ref: str, stored: StoredArtifact, specification: ModelSpecification, allowed: ObjectPolicy
) -> Any:  # noqa: ANN401 - by framework
    """Return the model, the state, or the bytes of each file by name for ``custom``.

    Raises:
        PredictionUnavailableError: it is not what a version of this framework is.
        UntrustedContentError: loading it is not ``allowed``.
    """
    if stored.kind == "files":
        return _from_files(ref, stored, specification, allowed)
    codec = WHOLE_MODELS.get(specification.framework)
    if codec is not None:
        _check_root(ref, stored, specification.framework, codec)
    return decode(stored.structure, stored.read_entry, objects=allowed)


def unavailable(ref: str, stored: StoredArtifact, expected: str) -> PredictionUnavailableError:
    """Return the error of a version whose files are not the ``expected`` ones."""
    return PredictionUnavailableError(
        ref,
        f"it holds the files {', '.join(stored.members)}",
        f"{expected}. `frontier fetch` gets the files of a version that cannot predict by itself",
    )


def _from_files(
    ref: str, stored: StoredArtifact, specification: ModelSpecification, allowed: ObjectPolicy
) -> Any:  # noqa: ANN401 - by framework
    framework = specification.framework
    names = list(stored.members)
    if framework != "custom" and any(PurePosixPath(name).name == SAVED_MODEL for name in names):
        raise unavailable(ref, stored, refused_format("savedmodel"))
    if framework == "custom":
        whole = len(names) == 1 and names[0].endswith(CODECS[PICKLE].suffixes)
        if specification.architecture.entrypoint or not whole:
            return {name: stored.read(name) for name in names}
        codec = PICKLE
    else:
        codec = WHOLE_MODELS.get(framework, "")
    suffixes = CODECS[codec].suffixes if codec else (WEIGHTS_SUFFIX, GRAPH_SUFFIX)
    found = [name for name in names if name.endswith(suffixes)]
    if len(found) != 1:
        wanted = " or ".join(f"*{suffix}" for suffix in suffixes)
        raise unavailable(ref, stored, f"a {framework} version of files has one that is {wanted}")
    content, where = stored.read(found[0]), f"File '{found[0]}' of {ref}"
    if codec:
        return read_object(codec, content, "", where, allowed)
    require_packages("PyTorch models", ("torch",), extra="pytorch")
    return read_weights(content, where)


def _check_root(ref: str, stored: StoredArtifact, framework: str, codec: str) -> None:
    root = root_of(stored.structure)
    is_object = isinstance(root, list) and root[0] == "object"
    if is_object and root[2] == codec:
        return
    held = root[3] if is_object else root[0] if isinstance(root, list) else repr(root)
    raise PredictionUnavailableError(
        ref,
        f"its saved model is a {held}, which is no {framework} model",
        "save the fitted model itself, as `run.save(state={'model': fitted}, ...)`, or write the "
        "`framework` that it is of",
    )
