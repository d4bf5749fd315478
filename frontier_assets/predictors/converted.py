"""From the files of a converted artifact to something that predicts, by what the files are."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from typing_extensions import override

from frontier_assets.errors import InvalidValueError
from frontier_assets.predictors.engines.record import ENGINE, RECORD
from frontier_assets.predictors.formats import load_predictor
from frontier_assets.predictors.intermediate import TOPOLOGY, WEIGHTS
from frontier_assets.predictors.predictor import Predictor
from frontier_assets.predictors.program import ARCHIVE

GRAPH = "model.onnx"


class Files(Protocol):
    """Files by their names, as the store has them or a folder."""

    @property
    def members(self) -> Sequence[str]:
        """The names of the files."""

    def read(self, member: str) -> bytes:
        """Return a file's bytes."""


@dataclass(frozen=True, slots=True)
class Folder(Files):
    """The files right in a folder."""

    path: Path

    @property
    @override
    def members(self) -> Sequence[str]:
        return sorted(path.name for path in self.path.iterdir())

    @override
    def read(self, member: str) -> bytes:
        return (self.path / member).read_bytes()


def open_files(
    ref: str, stored: Files, *, source_digest: str | None = None, threads: int = 2
) -> Predictor:
    """Load a converted artifact from its files; the store verifies every byte on the way.

    ``threads`` is for the runtimes that take a number of their own.
    An engine says itself which version it computes; it is compared with ``source_digest``.

    Raises:
        EngineMismatchError: it is an engine, and of something else or for another machine.
        EngineUnavailableError: it is an engine, and none runs here.
        InvalidValueError: its files are of no format that predicts.
    """
    members = set(stored.members)
    if members == {GRAPH}:
        return load_predictor("onnx", content=bytes(stored.read(GRAPH)), threads=threads)
    if members == {TOPOLOGY, WEIGHTS}:
        return load_predictor(
            "openvino",
            topology=bytes(stored.read(TOPOLOGY)),
            weights=bytes(stored.read(WEIGHTS)),
            threads=threads,
        )
    if members == {ARCHIVE}:
        return load_predictor("exported", content=bytes(stored.read(ARCHIVE)))
    if members == {ENGINE, RECORD}:
        return load_predictor(
            "tensorrt",
            engine=bytes(stored.read(ENGINE)),
            record=bytes(stored.read(RECORD)),
            source_digest=source_digest,
        )
    raise InvalidValueError(
        f"Files of {ref}",
        ", ".join(sorted(members)),
        f"expected {GRAPH}, {ARCHIVE}, {TOPOLOGY} with {WEIGHTS}, or {ENGINE} with {RECORD}",
    )
