"""What stands beside an engine: what it was built with and for, and whether that is here."""

import dataclasses
import json
from collections.abc import Mapping

from packaging.version import Version

from frontier_assets.errors import EngineMismatchError, InvalidValueError, UnsupportedFormatError
from frontier_assets.predictors.engines.probe import Probe
from frontier_assets.predictors.predictor import Array, Shape

ENGINE, RECORD = "model.engine", "engine.json"
_FORMAT = 1
# The smallest, the usual and the largest size of a free dimension.
Profile = tuple[int, int, int]


@dataclasses.dataclass(frozen=True, slots=True)
class EngineRecord:
    """What an engine was built with.

    ``version`` is TensorRT's. ``gpu``, ``compute_capability`` and ``driver`` are those of the
    machine; without a ``compute_capability`` the engine is for every GPU of its flavour.
    ``source_digest`` is the digest of the version that it computes.
    """

    flavour: str
    version: str
    gpu: str
    compute_capability: str
    driver: str
    level: int
    profiles: Mapping[str, Profile]
    inputs: Mapping[str, Shape]
    source_digest: str

    def write(self) -> str:
        """Return the text of the file beside the engine."""
        values = {"format_version": _FORMAT, **dataclasses.asdict(self)}
        return json.dumps(values, indent=1)

    @classmethod
    def read(cls, content: bytes) -> "EngineRecord":
        """Return what `write` wrote.

        Raises:
            UnsupportedFormatError: another release wrote it.
            InvalidValueError: it is no record of an engine.
        """
        try:
            values = dict(json.loads(content))
            found = values.pop("format_version")
            if found != _FORMAT:
                raise UnsupportedFormatError(RECORD, found, _FORMAT)
            shapes = {name: tuple(shape) for name, shape in values.pop("inputs").items()}
            profiles = {name: _profile(*sizes) for name, sizes in values.pop("profiles").items()}
            return cls(inputs=shapes, profiles=profiles, **values)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InvalidValueError(
                "Record of an engine", RECORD, f"it cannot be read: {error!r}"
            ) from error

    def check(self, here: Probe) -> None:
        """Refuse to run where what was found is not what the engine was built with.

        Raises:
            EngineMismatchError: the message names what differs.
            EngineUnavailableError: no engine of the flavour runs here.
        """
        here.require_running()
        _check_equal(f"{self.flavour} version", self.version, here.version)
        if not self.compute_capability:
            return
        _check_equal("compute capability", self.compute_capability, here.compute_capability)
        _check_equal("GPU", self.gpu, here.gpu)
        if Version(here.driver) < Version(self.driver):
            raise EngineMismatchError("a driver for CUDA", self.driver, here.driver)

    def check_sizes(self, inputs: Mapping[str, Array]) -> None:
        """Refuse inputs beyond the profiles with `InvalidValueError`."""
        for name, shape in self.inputs.items():
            for word, size in zip(shape, inputs[name].shape, strict=True):
                if not isinstance(word, str):
                    continue
                least, _, most = self.profiles[word]
                if not least <= size <= most:
                    raise InvalidValueError(
                        f"Dimension '{word}' of input '{name}'",
                        size,
                        f"the engine was built for {least} to {most}; `profiles` in the YAML says",
                    )


def _profile(least: int, usual: int, most: int) -> Profile:
    return least, usual, most


def _check_equal(part: str, built: str, here: str) -> None:
    if built != here:
        raise EngineMismatchError(part, built, here)
