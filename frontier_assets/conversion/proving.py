"""The proof of what a conversion has stored, read back as it will be served."""

from dataclasses import dataclass

from frontier_assets.conversion.graph import MEMBER
from frontier_assets.conversion.optimised import is_optimised
from frontier_assets.conversion.parity import Graphs, Proof, prove
from frontier_assets.conversion.stealth import float_weights
from frontier_assets.conversion.work import Work
from frontier_assets.errors import EngineUnavailableError
from frontier_assets.predictors.converted import open_files
from frontier_assets.predictors.predictor import Array, Predictor
from frontier_assets.storage.artifacts import StoredArtifact
from frontier_assets.types import Outcome, Version


@dataclass(frozen=True, slots=True)
class Forebears:
    """The files on the way to an ONNX file: its target's ``parent``, and itself when still plain.

    ``plain`` is there where ONNX Runtime has optimised the file since.
    """

    parent: bytes | None = None
    plain: bytes | None = None


def prove_stored(
    version: Version,
    work: Work,
    original: Predictor,
    made: StoredArtifact,
    *,
    forebears: Forebears,
    expected: Array,
) -> Proof:
    """Prove what was ``made`` of ``version`` by way of ``forebears``.

    ``expected`` is what the original predicts.

    The proof of an engine that cannot be run here did not run: it has not passed.
    """
    try:
        converted = open_files(version.ref, made, source_digest=version.digest)
    except EngineUnavailableError as error:
        return Proof(Outcome.NOT_RUN, f"{error.state}: {error.problem}; {error.remedy}")
    plain, level = forebears.plain, work.options.level
    if plain and level and not is_optimised(plain, made.read(MEMBER), level):
        return Proof(
            Outcome.FAILED,
            "the file is not what ONNX Runtime makes of the graph at "
            f"`optimization_level: {level}`",
        )
    graphs = None
    if forebears.parent and work.target.format == "onnx":
        graphs = Graphs(forebears.parent, plain or made.read(MEMBER))
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
