"""ONNX to engines of TensorRT, in both of its flavours.

Networks are strongly typed: an engine computes in the precision that its parent's graph is written
in, so `tensorrt_fp16` is made from `onnx_fp16`, and INT8 from the graph whose scales it takes.
"""

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from frontier_assets.conversion.derivation import Derivation
from frontier_assets.errors import ConversionError
from frontier_assets.predictors.engines.probe import FLAVOURS, probe
from frontier_assets.predictors.engines.record import ENGINE, RECORD, EngineRecord, Profile
from frontier_assets.specification import OptimizationLevel

_LEVELS: Mapping[OptimizationLevel | None, int] = {
    "none": 0,
    "basic": 2,
    None: 3,  # TensorRT's own
    "extended": 4,
    "maximum": 5,
}
# Of the examples' dimension, whose name nobody has to know; others have no usual size.
_USUAL_BATCHES = (1, 32, 256)


def convert_tensorrt(source: Derivation, folder: Path) -> Mapping[str, Path]:
    """Write an engine for this machine's GPU with its record into ``folder``.

    Raises:
        ConversionError: TensorRT refuses the graph; the message names the operator.
        EngineUnavailableError: TensorRT or a GPU that it supports is not here.
    """
    return _build("tensorrt", source, folder)


def convert_tensorrt_rtx(source: Derivation, folder: Path) -> Mapping[str, Path]:
    """Write an engine for every GPU that TensorRT for RTX supports with its record into ``folder``.

    Raises:
        ConversionError: it refuses the graph; the message names the operator.
        EngineUnavailableError: its package is not here.
    """
    return _build("tensorrt_rtx", source, folder)


def profiles_of(source: Derivation) -> dict[str, Profile]:
    """Return the sizes of every free dimension.

    Raises:
        ConversionError: one has none.
    """
    words = {word for shape in source.inputs.values() for word in shape if isinstance(word, str)}
    batch = str(next(iter(source.inputs.values()))[0])
    known = {batch: _USUAL_BATCHES, **source.options.profiles}
    unknown = sorted(words - known.keys())
    if unknown:
        raise ConversionError(
            source.ref,
            source.target,
            f"an engine has to know the sizes of '{unknown[0]}': write "
            f"`profiles: {{{unknown[0]}: [smallest, usual, largest]}}` beside the target",
        )
    return {word: known[word] for word in sorted(words)}


def _build(flavour: str, source: Derivation, folder: Path) -> Mapping[str, Path]:
    here = probe(flavour)
    here.require_building()
    profiles = profiles_of(source)
    level = _LEVELS[source.options.level]
    portable = FLAVOURS[flavour].builds_anywhere
    record = EngineRecord(
        flavour=flavour,
        version=here.version,
        gpu=here.gpu,
        compute_capability="" if portable else here.compute_capability,
        driver=here.driver,
        level=level,
        profiles=profiles,
        inputs={name: tuple(shape) for name, shape in source.inputs.items()},
        source_digest=source.options.source_digest,
    )
    engine, beside = folder / ENGINE, folder / RECORD
    engine.write_bytes(_Building(flavour, source).engine(profiles, level))
    beside.write_text(record.write(), "utf-8")
    return {ENGINE: engine, RECORD: beside}


class _Building:
    """One use of TensorRT's builder; what it made lives as long as itself."""

    def __init__(self, flavour: str, source: Derivation) -> None:
        self._tensorrt = importlib.import_module(flavour)
        self._source = source
        self._log: list[str] = []
        self._logger = _logger(self._tensorrt, self._log)
        self._builder = self._tensorrt.Builder(self._logger)
        typed = self._tensorrt.NetworkDefinitionCreationFlag.STRONGLY_TYPED
        self._network = self._builder.create_network(1 << int(typed))

    def engine(self, profiles: Mapping[str, Profile], level: int) -> bytes:
        """Parse the parent and return the engine's bytes."""
        parser = self._tensorrt.OnnxParser(self._network, self._logger)
        if not parser.parse(self._source.parent.read_bytes()):
            raise self._error(_parse_problem(parser))
        config = self._builder.create_builder_config()
        config.builder_optimization_level = level
        # TensorFloat-32 keeps 10 bits of a product, which no proof of float32 passes.
        config.clear_flag(self._tensorrt.BuilderFlag.TF32)
        config.add_optimization_profile(self._profile(profiles))
        built = self._builder.build_serialized_network(self._network, config)
        if built is None:
            raise self._error(self._log[-1] if self._log else "TensorRT gives no reason")
        return bytes(built)

    def _profile(self, profiles: Mapping[str, Profile]) -> Any:  # noqa: ANN401 - compiled type
        profile = self._builder.create_optimization_profile()
        for name, shape in self._source.inputs.items():
            sizes = [
                tuple(profiles[size][which] if isinstance(size, str) else size for size in shape)
                for which in range(3)
            ]
            profile.set_shape(name, *sizes)
        return profile

    def _error(self, problem: str) -> ConversionError:
        return ConversionError(self._source.ref, self._source.target, problem)


def _logger(tensorrt: Any, errors: list[str]) -> Any:  # noqa: ANN401 - a class of the package
    """Return a logger that keeps the errors: what goes wrong stands nowhere else."""

    class Kept(tensorrt.ILogger):  # type: ignore[misc]  # known at run time alone
        def __init__(self) -> None:
            tensorrt.ILogger.__init__(self)

        def log(self, severity: Any, message: str) -> None:  # noqa: ANN401 - compiled type
            if severity <= tensorrt.ILogger.Severity.ERROR:
                errors.append(message)

    return Kept()


def _parse_problem(parser: Any) -> str:  # noqa: ANN401 - TensorRT's types are compiled
    error = parser.get_error(0)
    operator = f"operator {error.node_operator()} of node '{error.node_name()}': "
    return f"TensorRT cannot parse the graph: {operator}{' '.join(error.desc().split())}"
