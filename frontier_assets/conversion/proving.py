"""The proof of what a conversion has stored, read back as it will be served."""

from frontier_assets.conversion.graph import MEMBER
from frontier_assets.conversion.parity import Graphs, Proof, prove
from frontier_assets.conversion.stealth import float_weights
from frontier_assets.conversion.work import Work
from frontier_assets.errors import EngineUnavailableError
from frontier_assets.predictors.converted import open_files
from frontier_assets.predictors.predictor import Array, Predictor
from frontier_assets.storage.artifacts import StoredArtifact
from frontier_assets.types import Outcome, Version


def prove_stored(
    version: Version,
    work: Work,
    original: Predictor,
    made: StoredArtifact,
    *,
    parent: bytes | None,
    expected: Array,
) -> Proof:
    """Prove what was ``made`` of ``version``, by way of the graph ``parent`` if there is one.

    ``expected`` is what the original predicts.

    The proof of an engine that cannot be run here did not run: it has not passed.
    """
    try:
        converted = open_files(version.ref, made, source_digest=version.digest)
    except EngineUnavailableError as error:
        return Proof(Outcome.NOT_RUN, f"{error.state}: {error.problem}; {error.remedy}")
    graphs = None
    # What ONNX Runtime has optimised has other weights under other names.
    if parent and work.target.format == "onnx" and work.options.level is None:
        graphs = Graphs(parent, made.read(MEMBER))
    return prove(
        original,
        converted,
        work.dataset,
        rules=work.rules,
        headline=work.headline,
        weights=float_weights(made),
        graphs=graphs,
        expected=expected,
    )
